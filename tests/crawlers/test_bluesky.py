"""Bluesky: what the spider makes of odd answers, of texts that changed or went away, and of who is asked."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import ValidationError
from scrapy.http import Request

from crawlers.bluesky_posts import Post
from crawlers.bluesky_spread import MOST_THREADS
from crawlers.memory import Memory
from tests.crawlers.conftest import Done
from tests.crawlers.play import Played, keys_for, make
from tests.crawlers.site import CAPTURES, Answer, Site
from tests.crawlers.social import KEY, WALL, dropped, known, read, told

APPVIEW, PDS = "https://public.api.bsky.app/xrpc", "https://bsky.social/xrpc"
LOGIN = f"{PDS}/com.atproto.server.createSession"
SEARCH = {"search": ["acme"], "handle": "watch.example", "app_password": KEY}
FOUND = f"{PDS}/app.bsky.feed.searchPosts?q=acme&sort=latest&limit=100"
FEED = f"{APPVIEW}/app.bsky.feed.getAuthorFeed?actor=acme.example&limit=100&filter=posts_with_replies"
ANA, BO = "did:plc:anaanaanaanaanaanaanaana", "did:plc:bobobobobobobobobobobobo"


def captured(name: str) -> Any:
    return json.loads((CAPTURES / "bluesky" / f"{name}.json").read_text(encoding="utf-8"))


def uri(key: str, did: str = ANA) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def post(key: str, text: str = "Bad kettle", did: str = ANA, **more: Any) -> dict[str, Any]:
    at = "2026-11-22T12:00:00.000Z"
    record = {"text": text, "createdAt": at, **more.pop("record", {})}
    author = {"did": did, "handle": "ana.example", **more.pop("author", {})}
    return {"uri": uri(key, did), "author": author, "record": record, "indexedAt": at, **more}


def asked_for(*uris: str) -> str:
    return f"{APPVIEW}/app.bsky.feed.getPosts?" + "&".join(f"uris={quote(one, safe='')}" for one in uris)


def thread(of: str, depth: int = 6) -> str:
    return f"{APPVIEW}/app.bsky.feed.getPostThread?uri={quote(of, safe='')}&depth={depth}&parentHeight=0"


def about(method: str, of: str) -> str:
    return f"{APPVIEW}/app.bsky.feed.{method}?uri={quote(of, safe='')}&limit=100"


def read_feed(*items: dict[str, Any]) -> Played:
    return read("bluesky", {"actors": ["acme.example"]}, {FEED: {"feed": [{"post": item} for item in items]}})


def look(answers: dict[str, Any], *, hot: Iterable[str] = (), recent: Iterable[str] = (), **params: Any) -> Played:
    memory = Memory(hot=tuple(map(known, hot)), recent=tuple(map(known, recent)))
    return read("bluesky", {"actors": ["acme.example"], **params}, {FEED: {"feed": []}, **answers}, memory)


class TestBluesky:
    """The spider `bluesky`."""

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ((captured("pds_search_noauth_error"), 401), "the server answers this only after a login"),
            ((captured("search_limit_too_big_error"), 400), "limit can not be greater than 100"),
            ((captured("search_missing_q_error"), 400), 'Params must have the property "q"'),
            (({"error": "InvalidRequest", "message": "Profile not found"}, 400), "Profile not found"),
            (({}, 400), "it answers 400"),
            (([], 401), "it answers 401"),
            ({"posts": []}, "the field 'feed' has vanished"),
            ({"feed": {}}, "the entries are no list"),
        ],
    )
    def test_an_answer_that_is_an_error_is_told_in_words(self, answer: Any, words: str) -> None:
        (failure,) = read("bluesky", {"actors": "acme.example"}, {FEED: answer}).spider.walk.failures
        assert failure.startswith(f"{APPVIEW}/app.bsky.feed.getAuthorFeed: ")
        assert words in failure

    def test_a_page_with_status_403_means_that_we_are_kept_out(self) -> None:
        walk = read("bluesky", {"actors": "acme.example"}, {FEED: WALL.replace(status=403)}).spider.walk
        assert walk.blocked == [f"{APPVIEW}/app.bsky.feed.getAuthorFeed: the server refuses us with a page (403)"]
        assert walk.failures == []

    def test_a_wrong_app_password_is_told_and_nothing_is_searched(self) -> None:
        wrong = {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
        played = read("bluesky", SEARCH, {LOGIN: (wrong, 401)})
        assert played.asked == [LOGIN]
        assert played.spider.walk.failures == [f"{LOGIN}: the handle or the app password is wrong"]

    def test_a_login_in_another_form_names_what_vanished(self) -> None:
        walk = read("bluesky", SEARCH, {LOGIN: {"did": ANA}}).spider.walk
        assert "the field 'accessJwt' has vanished" in walk.failures[0]
        assert not walk.strands[0].ended

    def test_the_app_password_stands_in_no_address_and_no_error(self) -> None:
        played = read("bluesky", SEARCH, {LOGIN: {"accessJwt": "one"}, FOUND: ({"error": "x key-for-tests"}, 500)})
        assert "key-for-tests" not in " ".join(played.asked)
        assert "key-for-tests" not in " ".join(played.spider.walk.failures).replace("x key-for-tests", "")

    def test_an_expired_login_is_renewed_once_and_the_page_asked_again(self) -> None:
        sent, answers = ask_with_logins(expire=1)
        assert sent == ["Bearer 1", "Bearer 2"]
        assert [mention["text"] for mention in answers] == ["Bad kettle"]

    def test_a_login_that_expires_at_once_again_is_a_failure(self) -> None:
        sent, answers = ask_with_logins(expire=9)
        assert sent == ["Bearer 1", "Bearer 2"]
        assert answers == ["the login has expired"]

    def test_a_short_last_page_with_a_cursor_is_followed_to_the_empty_one(self) -> None:
        last = f"{FOUND}&cursor=end"
        played = read(
            "bluesky",
            SEARCH,
            {
                LOGIN: {"accessJwt": "one"},
                FOUND: {"posts": [post("a")], "cursor": "end"},
                last: captured("search_empty"),
            },
        )
        assert played.asked == [LOGIN, FOUND, last]
        assert played.spider.walk.strands[0].complete

    def test_a_cursor_that_does_not_move_ends_the_walk_as_a_failure(self) -> None:
        again = f"{FEED}&cursor=same"
        page = {"feed": [{"post": post("a")}], "cursor": "same"}
        played = read("bluesky", {"actors": "acme.example"}, {FEED: page, again: page})
        assert played.asked == [FEED, again]
        assert "read already" in played.spider.walk.failures[0]

    def test_a_search_asks_from_the_last_crawl_on(self) -> None:
        walked = datetime(2026, 11, 22, 12, tzinfo=UTC)
        played = read("bluesky", SEARCH, {LOGIN: {"accessJwt": "one"}}, Memory(last_walk=walked, newest=walked))
        assert played.asked[1] == f"{FOUND}&since=2026-11-21T12%3A00%3A00Z"

    def test_an_author_who_wants_to_be_seen_by_members_only_is_left_out_and_counted(self) -> None:
        label = {"labels": [{"val": "!no-unauthenticated"}]}
        played = read_feed(
            post("a", author=label), post("b", author={"labels": [{"val": "!no-unauthenticated", "neg": True}]})
        )
        assert [mention["external_id"] for mention in played.mentions] == [uri("b")]
        assert dropped(played) == {"its author shows it to members only": 1}

    @pytest.mark.parametrize(
        ("created", "indexed", "published"),
        [
            ("2031-01-01T00:00:00Z", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"),
            ("2026-11-22T09:00:00+05:00", "2026-11-22T10:00:00Z", "2026-11-22T09:00:00+05:00"),
            ("0001-01-01T00:00:00Z", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"),
            ("yesterday", "2026-11-22T10:00:00", "2026-11-22T10:00:00+00:00"),
            ("2026-11-22T09:00:00Z", "soon", None),
        ],
    )
    def test_a_time_that_its_author_tells_is_believed_only_when_it_is_earlier(
        self, created: str, indexed: str, published: str | None
    ) -> None:
        (mention,) = read_feed(post("a", record={"createdAt": created}, indexedAt=indexed)).mentions
        assert mention.get("published_at") == published

    def test_a_post_without_words_for_its_text_is_unreadable_and_the_others_are_read(self) -> None:
        played = read_feed(post("a"), post("b", record={"text": 7}))
        assert [mention["external_id"] for mention in played.mentions] == [uri("a")]
        assert dropped(played) == {"unreadable": 1}

    def test_a_field_that_vanished_from_all_posts_is_named(self) -> None:
        walk = read_feed({"uri": uri("a")}, {"uri": uri("b")}).spider.walk
        assert "none can be read: the field 'post." in walk.failures[0]
        assert walk.changed

    def test_what_is_quoted_and_is_no_post_is_no_relation(self) -> None:
        feed = {"uri": f"at://{ANA}/app.bsky.feed.generator/f", "author": {"did": ANA}, "value": {"text": "a feed"}}
        (mention,) = read_feed(post("a", embed={"record": feed})).mentions
        assert "quote_ref" not in mention

    def test_a_quoted_post_that_was_detached_stays_a_relation(self) -> None:
        detached = {"$type": "app.bsky.embed.record#viewDetached", "uri": uri("q"), "detached": True}
        (mention,) = read_feed(post("a", embed={"record": detached})).mentions
        assert mention["quote_ref"] == uri("q")

    def test_a_quoted_or_passed_on_post_that_cannot_be_read_leaves_the_rest(self) -> None:
        reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": "somebody"}
        feed = [
            {"post": post("a", embed={"record": {"uri": uri("q"), "author": {}}})},
            {"post": post("b"), "reason": reason},
        ]
        played = read("bluesky", {"actors": "acme.example"}, {FEED: {"feed": feed}})
        assert [mention["external_id"] for mention in played.mentions] == [uri("a")]
        assert dropped(played) == {"unreadable": 1}

    def test_the_title_of_a_linked_page_says_what_a_post_is_about(self) -> None:
        card = {"external": {"uri": "https://news.example/1", "title": "Acme recalls kettles"}}
        (mention,) = read_feed(post("a", "oh no", embed=card)).mentions
        assert mention["item"] == "Acme recalls kettles"

    def test_posts_are_asked_for_again_25_at_a_time(self) -> None:
        uris = [uri(f"p{number}") for number in range(30)]
        played = look({}, recent=uris)
        assert played.asked[1:] == [asked_for(*uris[:25]), asked_for(*uris[25:])]

    @pytest.mark.parametrize(
        ("by_name", "gone"),
        [
            ((captured("thread_notfound_error"), 400), [uri("a")]),
            ({"thread": {"post": post("a")}}, []),
            (({"error": "InternalServerError"}, 500), []),
        ],
    )
    def test_a_post_that_is_missing_in_a_good_answer_is_asked_for_by_its_name_before_it_is_believed(
        self, by_name: Any, gone: list[str]
    ) -> None:
        answers = {
            asked_for(uri("a"), uri("b")): {"posts": [post("b", likeCount=9)]},
            thread(uri("a"), 0): by_name,
        }
        played = look(answers, recent=[uri("a"), uri("b")])
        assert played.gone == gone
        assert {"likes": 9} in [mention.get("engagement") for mention in played.mentions]

    def test_a_post_that_is_there_but_cannot_be_read_is_not_gone(self) -> None:
        answer = {"posts": [post("b"), {"uri": uri("a"), "author": None}]}
        assert look({asked_for(uri("a"), uri("b")): answer}, recent=[uri("a"), uri("b")]).gone == []

    def test_when_no_post_is_shown_each_is_asked_for_by_its_name_before_it_is_believed(self) -> None:
        missing = captured("thread_notfound_error")
        answers = {
            asked_for(uri("a"), uri("b")): {"posts": []},
            thread(uri("a"), 0): (missing, 400),
            thread(uri("b"), 0): {"thread": {"post": post("b")}},
        }
        played = look(answers, recent=[uri("a"), uri("b")])
        assert played.gone == [uri("a")]
        assert played.spider.walk.failures == []

    def test_an_answer_below_a_post_that_is_not_there_any_more_is_gone(self) -> None:
        lost = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri("r"), "notFound": True}
        young = post("a", replyCount=1)
        played = read(
            "bluesky",
            {"actors": "acme.example"},
            {FEED: {"feed": [{"post": young}]}, thread(uri("a")): {"thread": {"post": young, "replies": [lost]}}},
        )
        assert played.gone == [uri("r")]

    def test_the_answers_to_a_post_that_is_older_than_a_week_are_not_asked_for(self) -> None:
        old = post("a", replyCount=4, record={"createdAt": "2026-11-14T00:00:00Z"})
        assert read_feed(old).asked == [FEED]

    def test_an_account_with_many_answered_posts_does_not_take_all_the_time_of_a_crawl(self) -> None:
        played = read_feed(*(post(f"a{number}", replyCount=1) for number in range(MOST_THREADS + 5)))
        assert len([url for url in played.asked if "getPostThread" in url]) == MOST_THREADS
        assert played.spider.crawler.stats.get_value("emberwatch/threads left for later") == 5

    def test_threads_can_be_left_out(self) -> None:
        params = {"actors": "acme.example", "threads": False}
        assert read("bluesky", params, {FEED: {"feed": [{"post": post("a", replyCount=4)}]}}).asked == [FEED]

    def test_a_thread_that_is_deep_is_read_to_its_end(self) -> None:
        view: dict[str, Any] = {"post": post("p150")}
        for number in range(149, -1, -1):
            view = {"post": post(f"p{number}"), "replies": [view]}
        young = post("p0", replyCount=1)
        played = read(
            "bluesky",
            {"actors": "acme.example"},
            {FEED: {"feed": [{"post": young}]}, thread(uri("p0")): {"thread": view}},
        )
        assert len(played.mentions) == 151

    def test_of_a_post_that_spreads_answers_quotes_and_reposts_are_read(self) -> None:
        hot = captured("get_posts")["posts"][0]["uri"]
        answers = {
            asked_for(hot): captured("get_posts"),
            thread(hot): captured("thread"),
            about("getQuotes", hot): captured("quotes") | {"cursor": None},
            about("getRepostedBy", hot): captured("reposted_by"),
        }
        played = look(answers, hot=[hot])
        relations = {
            name: [mention["text"] for mention in played.mentions if mention.get(name) == hot]
            for name in ("parent_ref", "quote_ref", "repost_ref")
        }
        assert relations == {
            "parent_ref": ["@ana.test same, I want an Acme refund"],
            "quote_ref": ["Acme support needs to read this"],
            "repost_ref": ["Acme Phone 3 battery dies in two hours. #acme"],
        }

    def test_quotes_and_reposts_can_be_left_out(self) -> None:
        hot = captured("get_posts")["posts"][0]["uri"]
        played = look({asked_for(hot): captured("get_posts")}, hot=[hot], quotes=False, reposts=False, threads=False)
        assert played.asked == [FEED, asked_for(hot)]

    def test_a_repost_is_the_same_mention_by_a_feed_and_by_the_list_of_who_did_it(self) -> None:
        shown = Post.model_validate(post("a"))
        by = Post.model_validate(post("b", did=BO)).author
        assert shown.repost(by).external_id == shown.repost(by, "2026-11-22T12:00:00Z").external_id

    @pytest.mark.parametrize(
        ("params", "words"),
        [
            ({}, "name actors, search terms or both"),
            ({"search": ["acme"]}, "a search needs a login"),
            ({"search": ["acme"], "handle": "watch.example"}, "a search needs a login"),
            ({"actors": ["acme.example"], "app_password": "plain"}, "not in plain text"),
        ],
    )
    def test_params_that_cannot_work_are_refused_with_the_reason(self, params: dict[str, Any], words: str) -> None:
        with pytest.raises(ValidationError, match=words):
            make("bluesky", params)

    def test_an_error_reaches_the_spider_through_scrapy(self, site: Site, show: Callable[..., Done]) -> None:
        error = {"error": "InvalidRequest", "message": "Profile not found"}
        site.pages["/xrpc/app.bsky.feed.getAuthorFeed"] = Answer(json.dumps(error), 400)
        done = show("bluesky", actors="nobody.example", server=site.url)
        assert done.code == 1
        assert "the server does not take the question: Profile not found" in done.err


def ask_with_logins(expire: int) -> tuple[list[str], list[Any]]:
    """Search with logins that expire so many times; the headers sent, and the texts or failures."""
    with keys_for(SEARCH):
        spider = make("bluesky", SEARCH)
    logins, sent, found = 0, list[str](), list[Any]()
    waiting = list(spider.first_requests())
    while waiting:
        request = waiting.pop(0)
        assert isinstance(request, Request)
        assert request.callback is not None
        if request.url == LOGIN:
            logins += 1
            answer = told(LOGIN, {"accessJwt": str(logins)})
        else:
            sent.append((request.headers["Authorization"] or b"").decode())
            expired = len(sent) <= expire
            answer = (
                told(request.url, {"error": "ExpiredToken"}, 401)
                if expired
                else told(request.url, {"posts": [post("a")]})
            )
        for one in request.callback(answer, **request.cb_kwargs):
            (waiting if isinstance(one, Request) else found).append(one)
    failures = [failure.partition(": ")[2] for failure in spider.walk.failures]
    return sent, failures or [{"text": one.text} for one in found]
