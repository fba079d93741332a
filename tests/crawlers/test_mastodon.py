"""Mastodon: what the spider makes of odd answers, of texts that changed or went away, and of who is asked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from scrapy.http import HtmlResponse, Request

from crawlers.mastodon_statuses import name_of, text_of
from crawlers.mastodon_timelines import id_of, time_of
from crawlers.memory import Memory
from tests.crawlers.conftest import Done
from tests.crawlers.play import NOW, Played, keys_for, make
from tests.crawlers.site import Answer, Asked, Site
from tests.crawlers.social import KEY, WALL, dropped, known, read, told

HOME = "https://social.example"
TAG = f"{HOME}/api/v1/timelines/tag/acme?limit=40"
INSTANCE = f"{HOME}/api/v2/instance"
UNASKED = {"error": "This method requires an authenticated user"}


def instance(local: str = "public", remote: str = "public") -> dict[str, Any]:
    return {"configuration": {"timelines_access": {"hashtag_feeds": {"local": local, "remote": remote}}}}


def status(at: datetime, name: str = "ana", *, number: int | None = None, **more: Any) -> dict[str, Any]:
    """A status of the server, with the id that Mastodon gives at that time."""
    own = str(number if number is not None else id_of(at) + 7)
    account = {"acct": name, "url": f"{HOME}/@{name}", "followers_count": 5, **more.pop("account", {})}
    return {
        "id": own,
        "uri": f"{HOME}/users/{name}/statuses/{own}",
        "url": f"{HOME}/@{name}/{own}",
        "created_at": at.isoformat(),
        "content": f"<p>Bad kettle of {at:%H:%M}</p>",
        "account": account,
        **more,
    }


def minutes(*numbers: int) -> list[dict[str, Any]]:
    """Statuses of so many minutes after noon, newest first."""
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return [status(noon + timedelta(minutes=number)) for number in sorted(numbers, reverse=True)]


class Server:
    """A timeline that pages as Mastodon does, three statuses at a time; `grows` comes in after the first answer."""

    def __init__(self, statuses: list[dict[str, Any]], grows: list[dict[str, Any]] | None = None) -> None:
        self.statuses, self._grows = statuses, grows or []
        self.asked: list[str] = []

    def play(self, memory: Memory, **params: Any) -> tuple[list[str], Any]:
        """The texts that a spider reads, and the spider."""
        spider = make("mastodon", {"server": HOME, "tags": ["acme"], **params}, memory)
        waiting, texts = list(spider.first_requests()), []
        while waiting:
            request = waiting.pop(0)
            assert isinstance(request, Request)
            assert request.callback is not None
            answer = instance() if request.url == INSTANCE else self._page(request.url)
            for one in request.callback(told(request.url, answer), **request.cb_kwargs):
                if isinstance(one, Request):
                    waiting.append(one)
                else:
                    texts.append(one.text)
        return texts, spider

    def _page(self, url: str) -> list[dict[str, Any]]:
        query = {name: int(values[0]) for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(next((name for name in ("min_id", "max_id") if name in query), "newest"))
        self.statuses.sort(key=lambda one: -int(one["id"]))
        if "min_id" in query:
            page = [one for one in self.statuses if int(one["id"]) > query["min_id"]][-3:]
        else:
            page = [one for one in self.statuses if int(one["id"]) < query.get("max_id", 2**63)][:3]
        self.statuses, self._grows = self.statuses + self._grows, []
        return page


def remember(minute: int) -> Memory:
    """A crawl at that minute after noon whose overlap reaches back to noon and these minutes."""
    walked = datetime(2026, 11, 22, 18, tzinfo=UTC) + timedelta(minutes=minute)
    return Memory(last_walk=walked, newest=walked)


def look_at(answers: dict[str, Any], *names: str, hot: bool = False, **params: Any) -> Played:
    texts = tuple(known(name, "fediverse") for name in names)
    memory = Memory(hot=texts) if hot else Memory(recent=texts)
    answers = {INSTANCE: instance(), TAG: [], **answers}
    return read("mastodon", {"server": HOME, "tags": ["acme"], **params}, answers, memory)


class TestMastodon:
    """The spider `mastodon`."""

    def test_what_a_server_does_not_show_is_not_asked_for_and_its_feed_is(self) -> None:
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance("disabled", "authenticated")})
        assert played.asked == [INSTANCE, f"{HOME}/tags/acme.rss"]

    def test_when_the_feed_is_refused_as_well_the_reason_is_told(self) -> None:
        answers = {INSTANCE: instance("disabled", "disabled"), f"{HOME}/tags/acme.rss": (UNASKED, 401)}
        (failure,) = read("mastodon", {"server": HOME, "tags": "acme"}, answers).spider.walk.failures
        assert "shows hashtags to nobody without a login" in failure

    @pytest.mark.parametrize(
        ("local", "remote", "added"), [("public", "disabled", "local"), ("disabled", "public", "remote")]
    )
    def test_a_server_that_shows_a_part_is_asked_for_that_part(self, local: str, remote: str, added: str) -> None:
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(local, remote)})
        assert played.asked[1] == f"{TAG}&{added}=true"

    def test_a_token_opens_what_is_shown_after_a_login(self) -> None:
        answers = {INSTANCE: instance("authenticated", "authenticated")}
        played = read("mastodon", {"server": HOME, "tags": "acme", "token": KEY}, answers)
        assert played.asked[1] == TAG

    @pytest.mark.parametrize(
        "answer", [{}, {"configuration": []}, ({"error": "Not found"}, 404), WALL.replace(status=404)]
    )
    def test_a_server_that_does_not_say_what_it_shows_is_asked(self, answer: Any) -> None:
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: answer, TAG: minutes(1)})
        assert played.asked[1] == TAG

    def test_a_server_that_refuses_although_it_says_otherwise_gives_its_feed(self) -> None:
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(), TAG: (UNASKED, 422)})
        assert played.asked[2] == f"{HOME}/tags/acme.rss"

    def test_the_first_crawl_reads_back_to_the_empty_page(self) -> None:
        server = Server(minutes(*range(7)))
        texts, spider = server.play(Memory())
        assert (len(texts), server.asked) == (7, ["newest", "max_id", "max_id", "max_id"])
        assert spider.walk.strands[0].complete

    def test_a_first_page_that_reaches_what_is_known_is_all_that_is_asked(self) -> None:
        server = Server(minutes(1, 2, 40))
        _, spider = server.play(remember(5))
        assert server.asked == ["newest"]
        assert spider.walk.strands[0].reaches(spider.memory.last_walk)

    def test_a_longer_walk_goes_up_from_what_is_known_and_misses_nothing_that_comes_in_meanwhile(self) -> None:
        server = Server(minutes(*range(10, 21)), grows=minutes(30, 31, 32, 33))
        texts, spider = server.play(remember(12))
        assert set(texts) >= {f"Bad kettle of 12:{number}" for number in range(12, 21)}
        assert server.asked == ["newest", "min_id", "min_id", "min_id"]
        assert spider.walk.strands[0].reaches(spider.memory.last_walk)

    def test_a_walk_up_that_ends_early_makes_nothing_known(self) -> None:
        server = Server(minutes(*range(10, 40)))
        _, spider = server.play(remember(12), max_pages=2)
        assert server.asked == ["newest", "min_id"]
        assert not spider.walk.strands[0].ended

    def test_ids_that_tell_no_time_are_walked_down_until_a_known_time(self) -> None:
        plain = [one | {"id": str(100 + number)} for number, one in enumerate(reversed(minutes(*range(10, 20))))]
        server = Server(plain)
        server.play(remember(15))
        assert server.asked == ["newest", "max_id"]

    def test_a_page_that_comes_again_ends_the_walk_as_a_failure(self) -> None:
        page = minutes(1, 2)
        answers = {INSTANCE: instance(), TAG: page, f"{TAG}&max_id={page[-1]['id']}": page}
        played = read("mastodon", {"server": HOME, "tags": "acme"}, answers)
        assert "read already" in played.spider.walk.failures[0]

    def test_a_tag_nobody_uses_says_nothing_beside_one_that_is_used(self) -> None:
        other = TAG.replace("acme", "acmekettle")
        page = minutes(1)
        answers = {INSTANCE: instance(), TAG: page, f"{TAG}&max_id={page[0]['id']}": [], other: []}
        played = read("mastodon", {"server": HOME, "tags": ["acme", "acmekettle"]}, answers)
        assert [strand.items for strand in played.spider.walk.strands] == [1]

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"account": {"noindex": True}}, "its author does not want to be indexed"),
            ({"account": {"indexable": False}}, "its author does not want to be indexed"),
            ({"visibility": "private"}, "not public"),
            ({"visibility": "direct"}, "not public"),
        ],
    )
    def test_who_would_not_be_read_is_left_out_and_counted(self, more: dict[str, Any], reason: str) -> None:
        page = [status(NOW, **more)]
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(), TAG: page})
        assert played.mentions == []
        assert dropped(played) == {reason: 1}

    def test_a_boost_of_somebody_who_would_not_be_read_is_left_out(self) -> None:
        hidden = status(NOW - timedelta(hours=1), "shy", account={"noindex": True})
        boost = status(NOW, "bo", reblog=hidden, content="")
        played = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(), TAG: [boost]})
        assert played.mentions == []

    def test_who_does_not_care_to_be_found_by_a_search_is_read_when_that_is_wished(self) -> None:
        page = [status(NOW, account={"indexable": False}), status(NOW, "b", number=5, account={"noindex": True})]
        answers = {INSTANCE: instance(), TAG: page}
        played = read("mastodon", {"server": HOME, "tags": "acme", "indexable_only": False}, answers)
        assert len(played.mentions) == 1

    @pytest.mark.parametrize(
        "address",
        [
            "https://social.example/users/ana/statuses/117000000000000001",
            "https://social.example/ap/users/99/statuses/117000000000000001",
            "https://social.example/@ana/117000000000000001",
            "https://Social.example/users/ana/statuses/117000000000000001/activity",
        ],
    )
    def test_a_status_has_one_name_however_its_server_writes_it(self, address: str) -> None:
        assert name_of(address) == "https://social.example/statuses/117000000000000001"

    @pytest.mark.parametrize(
        "address", ["https://note.example/notes/9x1", "https://a.example/@b@c.example/12", "tag:x,1", ""]
    )
    def test_what_other_software_calls_a_status_stays_its_name(self, address: str) -> None:
        assert name_of(address) == address

    def test_the_same_status_seen_on_two_servers_is_one_mention(self) -> None:
        here = status(NOW)
        there = here | {"id": "5", "account": here["account"] | {"acct": "ana@social.example"}}
        other = "https://other.example"
        seen = read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(), TAG: [here]}).mentions
        also = read(
            "mastodon",
            {"server": other, "tags": "acme"},
            {f"{other}/api/v2/instance": instance(), TAG.replace(HOME, other): [there]},
        ).mentions
        assert seen == also

    def test_an_edited_status_is_the_same_mention_with_another_text(self) -> None:
        first = status(NOW)
        edited = first | {"content": "<p>Good kettle</p>", "edited_at": NOW.isoformat()}
        one, two = (
            read("mastodon", {"server": HOME, "tags": "acme"}, {INSTANCE: instance(), TAG: [page]}).mentions[0]
            for page in (first, edited)
        )
        assert one["external_id"] == two["external_id"]
        assert two["text"] == "Good kettle"

    def test_a_hashtag_and_a_shortened_link_are_whole_words(self) -> None:
        html = '<p>#<span>acme</span> <a><span class="invisible">https://</span><span>shop.example/a</span></a></p>'
        assert text_of(html) == "#acme https://shop.example/a"

    @pytest.mark.parametrize("code", [404, 410])
    def test_a_status_that_its_server_does_not_have_any_more_is_gone(self, code: int) -> None:
        played = look_at({f"{HOME}/api/v1/statuses/12": ({"error": "Record not found"}, code)}, f"{HOME}/statuses/12")
        assert played.gone == [f"{HOME}/statuses/12"]

    @pytest.mark.parametrize(
        "answer",
        [WALL.replace(status=404), ([], 404), (UNASKED, 401), ({"error": "no"}, 403), ({"id": "12"}, 200), (7, 200)],
    )
    def test_a_status_is_not_gone_because_an_answer_is_odd(self, answer: Any) -> None:
        played = look_at({f"{HOME}/api/v1/statuses/12": answer}, f"{HOME}/statuses/12")
        assert (played.gone, played.spider.walk.failures, played.spider.walk.blocked) == ([], [], [])

    def test_a_status_of_another_server_is_asked_for_there_and_its_trouble_is_not_ours(self) -> None:
        answers = {"https://other.example/api/v1/statuses/12": HtmlResponse("https://x.example", body=b"<html>captcha")}
        played = look_at(answers, "https://other.example/statuses/12", "https://third.example/statuses/13")
        assert played.asked[1:3] == [
            "https://other.example/api/v1/statuses/12",
            "https://third.example/api/v1/statuses/13",
        ]
        assert (played.gone, played.spider.walk.failures, played.spider.walk.blocked) == ([], [], [])

    def test_the_source_does_not_wait_for_the_servers_of_others(self) -> None:
        played = look_at({}, "https://other.example/statuses/12", f"{HOME}/statuses/13")
        assert played.spider.walk.beside == {"other.example"}

    def test_a_server_speaks_only_of_the_status_it_was_asked_for(self) -> None:
        forged = status(NOW, content="<p>Forged</p>")
        played = look_at({"https://other.example/api/v1/statuses/12": forged}, "https://other.example/statuses/12")
        assert played.mentions == []

    def test_our_token_goes_to_our_server_alone(self) -> None:
        names = [known("https://other.example/statuses/12", "fediverse"), known(f"{HOME}/statuses/13", "fediverse")]
        with keys_for({"token": KEY}):
            spider = make("mastodon", {"server": HOME, "tags": "acme", "token": KEY}, Memory(recent=tuple(names)))
        sent = {urlsplit(request.url).netloc: request.headers.get("Authorization") for request in spider.look_again()}
        assert sent == {"other.example": None, "social.example": b"Bearer key-for-tests"}

    def test_of_a_status_that_spreads_the_answers_are_read_with_whom_they_answer(self) -> None:
        first = status(NOW - timedelta(hours=1))
        second = status(NOW - timedelta(minutes=9), "bo", in_reply_to_id=first["id"])
        far = status(NOW - timedelta(minutes=5), "cy", in_reply_to_id=second["id"]) | {
            "uri": "https://note.example/n/1"
        }
        last = status(NOW, "di", in_reply_to_id=far["id"])
        base = f"{HOME}/api/v1/statuses/{first['id']}"
        answers = {base: first, f"{base}/context": {"ancestors": [], "descendants": [second, far, last]}}
        played = look_at(answers, name_of(first["uri"]), hot=True)
        root = name_of(first["uri"])
        relations = [(one.get("parent_ref"), one.get("root_ref")) for one in played.mentions[1:]]
        assert relations == [(root, root), (name_of(second["uri"]), root), ("https://note.example/n/1", root)]

    @pytest.mark.parametrize("number", [None, {}, "\ud800", "1/../2", "9" * 5000])
    def test_an_account_whose_id_is_none_is_a_changed_format(self, number: Any) -> None:
        answers = {f"{HOME}/api/v1/accounts/lookup?acct=acme": {"id": number}}
        played = read("mastodon", {"server": HOME, "accounts": "acme"}, answers)
        assert len(played.asked) == 1
        assert played.spider.walk.changed

    def test_an_account_that_is_not_there_is_told_in_words(self) -> None:
        answers = {f"{HOME}/api/v1/accounts/lookup?acct=acme": ({"error": "Record not found"}, 404)}
        (failure,) = read("mastodon", {"server": HOME, "accounts": "acme"}, answers).spider.walk.failures
        assert "the server does not show this: Record not found" in failure

    @pytest.mark.parametrize(
        ("params", "words"),
        [
            ({}, "name tags, accounts or search terms"),
            ({"search": ["acme"]}, "a search needs the token"),
            ({"tags": ["acme"], "server": "mastodon"}, "is not an address"),
        ],
    )
    def test_params_that_cannot_work_are_refused_with_the_reason(self, params: dict[str, Any], words: str) -> None:
        with pytest.raises(ValidationError, match=words):
            make("mastodon", params)

    def test_an_id_tells_when_it_was_given(self) -> None:
        assert time_of(id_of(NOW)) == NOW
        assert time_of(10**30) is None

    def test_refusals_reach_the_spider_through_scrapy(self, site: Site, show: Callable[..., Done]) -> None:
        def tag(asked: Asked) -> Answer:
            return Answer(json.dumps([] if "max_id" in asked.query else minutes(3)), 200)

        site.pages["/api/v2/instance"] = Answer(json.dumps(UNASKED), 401)
        site.pages["/api/v1/timelines/tag/acme"] = tag
        done = show("mastodon", tags="acme", server=site.url)
        assert done.code == 0
        assert [mention["text"] for mention in done.mentions] == ["Bad kettle of 12:03"]
