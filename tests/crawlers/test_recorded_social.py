"""Answers of Bluesky and Mastodon recorded by others, which are not part of the project: read where they lie."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import yaml
from scrapy.http import TextResponse

from crawlers.memory import Memory
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, keys_for, make, play

APPVIEW = "https://public.api.bsky.app/xrpc"
FEED = f"{APPVIEW}/app.bsky.feed.getAuthorFeed?actor=somebody.example&limit=100&filter=posts_with_replies"
SERVER = "http://localhost:3000"
TAG = f"{SERVER}/api/v1/timelines/tag/hoot?limit=40"
INSTANCE = f"{SERVER}/api/v2/instance"
CASSETTES = {  # number of mentions, and how many were left out, when each answer is read as a page of a timeline
    "hashtag_tl": (1, {}),
    "search": (0, {}),
    "status": (1, {}),
    "status_context": (1, {}),
    "status_post_with_quote": (2, {}),
    "status_reblog_unreblog": (2, {}),
    "timeline_disabled": (0, {"its author does not want to be indexed": 20}),
    "timeline_link_fails": (0, {}),
}


def answer(url: str, body: str, status: int = 200) -> TextResponse:
    return TextResponse(url, status=status, headers={"Content-Type": "application/json"}, body=body.encode())


def cassette(data: Path, name: str) -> list[tuple[str, str, int, str]]:
    """The exchanges of a recording: method, address, status and body."""
    path = data / "fixtures" / "mastodon" / f"mastodonpy_test_{name}.yaml"
    if not path.exists():
        pytest.skip(f"no recording at {path}")
    return [
        (told["request"]["method"], told["request"]["uri"], told["response"]["status"]["code"], body(told["response"]))
        for told in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    ]


def body(response: dict[str, Any]) -> str:
    found = response["body"]["string"]
    return found.decode() if isinstance(found, bytes) else str(found)


def statuses_in(text: str) -> list[Any]:
    """The statuses of any answer that has some."""
    told = json.loads(text)
    if isinstance(told, list):
        return told
    return [told] if "uri" in told and "account" in told else list(told.get("statuses", []))


def read(
    params: dict[str, Any],
    pages: dict[str, tuple[str, int]],
    memory: Memory = Memory(),  # noqa: B008 (frozen)
    kind: str = "mastodon",
) -> Played:
    with keys_for(params):
        spider = make(kind, params, memory)
    return play(spider, {url: answer(url, *told) for url, told in pages.items()})


def read_tag(page: list[Any], instance: str = "{}") -> Played:
    pages = {INSTANCE: (instance, 200), TAG: (json.dumps(page), 200)}
    if page:
        pages[f"{TAG}&max_id={page[-1]['id']}"] = ("[]", 200)
    return read({"server": SERVER, "tags": "hoot"}, pages)


def left_out(played: Played) -> dict[str, int]:
    stats = played.spider.crawler.stats.get_stats()
    return {key.removeprefix("emberwatch/dropped: "): value for key, value in stats.items() if "dropped: " in key}


@pytest.mark.parametrize("name", CASSETTES)
def test_every_recorded_status_is_read_once_under_its_global_name(data: Path, name: str) -> None:
    found = [one for _, _, _, text in cassette(data, name) for one in statuses_in(text)]
    played = read_tag(found)
    ids = [mention["external_id"] for mention in played.mentions]
    assert played.spider.walk.failures == []
    assert (len(ids), left_out(played)) == CASSETTES[name]
    assert all(one.startswith(f"{SERVER}/statuses/") for one in ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", ["hashtag_tl", "timeline_disabled", "timeline_link_fails"])
def test_a_recorded_server_that_shows_hashtags_is_asked_for_them(data: Path, name: str) -> None:
    documents = [
        text for _, url, _, text in cassette(data, name) if urlsplit(url).path.rstrip("/") == "/api/v2/instance"
    ]
    assert documents
    assert all(read_tag([], document).asked == [INSTANCE, TAG] for document in documents)


def test_a_recorded_hashtag_gives_its_text_with_all_that_it_carries(data: Path) -> None:
    page = next(json.loads(text) for _, url, _, text in cassette(data, "hashtag_tl") if "/tag/" in url)
    (mention,) = read_tag(page).mentions
    assert (mention["text"], mention["language"]) == ("#hoot (hashtag toot)", "ja")
    assert mention["engagement"] == {"likes": 0, "reposts": 0, "replies": 0, "quotes": 0}
    assert mention["author_ref"] == f"{SERVER}/@mastodonpy_test_2"


def test_a_recorded_quote_and_a_recorded_boost_say_of_what(data: Path) -> None:
    for name, relation in (("status_post_with_quote", "quote_ref"), ("status_reblog_unreblog", "repost_ref")):
        found = json.loads(cassette(data, name)[1][3])
        first, second = read_tag([found]).mentions
        assert first[relation] == second["external_id"]
        assert "RE:" not in first["text"]


def test_a_recorded_status_and_its_recorded_thread_are_looked_at_again(data: Path) -> None:
    shown = json.loads(cassette(data, "status_context")[0][3])
    name, base = f"{SERVER}/statuses/{shown['id']}", f"{SERVER}/api/v1/statuses/{shown['id']}"
    known = Known(kind=MentionKind.POST, host="fediverse", external_id=name, url=shown["url"], published_at=NOW)
    pages = {base: (json.dumps(shown), 200), f"{base}/context": (cassette(data, "status_context")[1][3], 200)}
    played = read(
        {"server": SERVER, "tags": "hoot"}, {INSTANCE: ("{}", 200), TAG: ("[]", 200), **pages}, Memory(hot=(known,))
    )
    assert played.asked[-1] == f"{base}/context"
    assert [mention["external_id"] for mention in played.mentions] == [name]


def test_a_recorded_refusal_says_that_a_status_is_gone(data: Path) -> None:
    status, text = next((code, text) for _, _, code, text in cassette(data, "timeline_link_fails") if code == 404)
    known = Known(
        kind=MentionKind.POST, host="fediverse", external_id=f"{SERVER}/statuses/1", url=SERVER, published_at=NOW
    )
    pages = {INSTANCE: ("{}", 200), TAG: ("[]", 200), f"{SERVER}/api/v1/statuses/1": (text, status)}
    assert read({"server": SERVER, "tags": "hoot"}, pages, Memory(recent=(known,))).gone == [f"{SERVER}/statuses/1"]


def test_a_recorded_search_without_a_status_gives_none(data: Path) -> None:
    text = cassette(data, "search")[-1][3]
    url = f"{SERVER}/api/v2/search?q=mastodonpy_test&type=statuses&limit=40"
    params = {"server": SERVER, "search": "mastodonpy_test", "token": {"env": "EMBERWATCH_TEST_SOCIAL_KEY"}}
    played = read(params, {url: (text, 200)})
    assert (played.mentions, played.spider.walk.failures) == ([], [])


@pytest.mark.parametrize(("name", "mentions"), [("tag", 1), ("public", 5), ("search_unauth", 8)])
def test_an_answer_of_the_mock_of_mastodon_is_read(data: Path, name: str, mentions: int) -> None:
    path = data / "fixtures" / "mastodon-mock"
    page = statuses_in((path / f"{name}.json").read_text(encoding="utf-8"))
    pages = {INSTANCE: ((path / "instance_v2.json").read_text(encoding="utf-8"), 200), TAG: (json.dumps(page), 200)}
    pages[f"{TAG}&max_id={page[-1]['id']}"] = ("[]", 200)
    played = read({"server": SERVER, "tags": "hoot", "indexable_only": False}, pages)
    assert (len(played.mentions), played.spider.walk.failures) == (mentions, [])


def bluesky(data: Path, name: str) -> Any:
    return json.loads((data / "fixtures" / "bluesky" / f"marshalx_{name}.json").read_text(encoding="utf-8"))


def test_a_thread_of_the_live_network_gives_its_quote_and_its_picture(data: Path) -> None:
    told = bluesky(data, "thread_view_post_with_embed_media")
    uri = told["thread"]["post"]["uri"]
    known = Known(kind=MentionKind.POST, host="bsky.app", external_id=uri, url="https://bsky.app", published_at=NOW)
    pages = {
        FEED: ('{"feed": []}', 200),
        f"{APPVIEW}/app.bsky.feed.getPosts?uris={quote(uri, safe='')}": ('{"posts": []}', 200),
        f"{APPVIEW}/app.bsky.feed.getPostThread?uri={quote(uri, safe='')}&depth=0&parentHeight=0": (
            json.dumps(told),
            200,
        ),
    }
    played = read({"actors": "somebody.example"}, pages, Memory(recent=(known,)), kind="bluesky")
    assert (played.gone, played.spider.walk.failures) == ([], [])
    assert [mention["text"] for mention in played.mentions] == ["test"]  # the post itself has no words, only a picture
    assert played.dropped == {"empty": 1}


@pytest.mark.parametrize("name", ["feed_record", "get_follows"])
def test_an_answer_to_another_question_is_named_as_what_it_lacks(data: Path, name: str) -> None:
    played = read({"actors": "somebody.example"}, {FEED: (json.dumps(bluesky(data, name)), 200)}, kind="bluesky")
    assert played.spider.walk.changed
    assert "the field 'feed' has vanished" in played.spider.walk.failures[0]
