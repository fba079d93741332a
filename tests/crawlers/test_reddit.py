"""Reddit: how a token is asked for, what a refusal of it says, and how deleted texts are told."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError
from scrapy.http import TextResponse

from crawlers.base import spider_of
from crawlers.memory import Memory
from crawlers.spiders.reddit import RedditSpider
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, keys_for, make, play

KEYS = {"client_id": {"env": "EMBERWATCH_TEST_CLIENT_ID"}, "client_secret": {"env": "EMBERWATCH_TEST_CLIENT_SECRET"}}
TOKEN = "https://www.reddit.com/api/v1/access_token"
NEW = "https://oauth.reddit.com/r/acme/new?limit=100&raw_json=1"


def reddit(memory: Memory = Memory(), **params: Any) -> RedditSpider:  # noqa: B008 (frozen)
    given = {**KEYS, "subreddits": "acme", "comments": False, **params}
    with keys_for(given):
        spider = make("reddit", given, memory)
    assert isinstance(spider, RedditSpider)
    return spider


def answer(url: str, data: object, status: int = 200) -> TextResponse:
    body = data.encode() if isinstance(data, str) else json.dumps(data).encode()
    return TextResponse(url, status=status, headers={"Content-Type": "application/json"}, body=body)


def asked_with(token: object, status: int = 200, **pages: object) -> Played:
    return play(reddit(), {TOKEN: answer(TOKEN, token, status), NEW: answer(NEW, pages.get("new", {}))})


def test_a_token_is_asked_for_by_a_form_with_the_keys_of_the_app_in_a_header() -> None:
    (request,) = reddit().first_requests()
    assert (request.method, request.body) == ("POST", b"grant_type=client_credentials")
    assert request.headers["Content-Type"] == b"application/x-www-form-urlencoded"
    assert base64.b64decode(request.headers["Authorization"].removeprefix(b"Basic ")) == b"key-for-tests:key-for-tests"


def test_the_token_goes_along_with_each_page() -> None:
    spider = reddit()
    (request,) = spider.granted(answer(TOKEN, {"access_token": "secret-token"}))
    assert request.headers["Authorization"] == b"bearer secret-token"
    assert "secret-token" not in request.url
    texts = {"kind": "t3", "data": {"name": "t3_a", "created_utc": NOW.timestamp(), "title": "Leaks"}}
    page = answer(NEW, {"data": {"children": [texts], "after": "t3_x"}})
    following = list(request.callback(page, **request.cb_kwargs))[-1]  # type: ignore[misc]
    assert following.headers["Authorization"] == b"bearer secret-token"
    assert following.url == f"{NEW}&after=t3_x"


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [
        ({"message": "Unauthorized", "error": 401}, 401, "the keys are not accepted"),
        ({"error": "invalid_grant"}, 200, "the keys are not accepted (invalid_grant)"),
        ({"error": "<script>" * 20}, 400, "the keys are not accepted"),
        ({"token_type": "bearer"}, 200, "the field 'access_token' has vanished"),
        ({"access_token": "a\r\nX-Evil: 1"}, 200, "the field 'access_token' has changed"),
    ],
)
def test_keys_that_are_not_accepted_are_told_in_words_and_never_shown(token: object, status: int, words: str) -> None:
    assert asked_with(token, status).spider.walk.failures == [f"{TOKEN}: {words}"]


def test_a_page_for_people_with_status_200_is_a_wall() -> None:
    pages = {TOKEN: answer(TOKEN, {"access_token": "t"}), NEW: answer(NEW, "<html><body>whoa there, pardner!</body>")}
    walk = play(reddit(), pages).spider.walk
    assert walk.blocked == ["https://oauth.reddit.com/r/acme/new: Reddit's page for programs instead of the answer"]


def test_texts_that_we_have_are_asked_for_by_their_ids_and_deleted_ones_are_gone() -> None:
    texts = [Known(kind=kind, host="www.reddit.com", external_id=ref, url="https://x.example", published_at=NOW)
             for kind, ref in ((MentionKind.POST, "t3_a"), (MentionKind.COMMENT, "t1_b"))]  # fmt: skip
    spider = reddit(Memory(hot=tuple(texts[:1]), recent=tuple(texts[1:])))
    info = "https://oauth.reddit.com/api/info?id=t3_a,t1_b&raw_json=1"
    still = {"name": "t3_a", "created_utc": NOW.timestamp(), "title": "Leaks", "score": 900}
    taken = {"name": "t1_b", "created_utc": NOW.timestamp(), "author": "[deleted]", "body": "[removed]"}
    things = [{"kind": "t3", "data": still}, {"kind": "t1", "data": taken}]
    pages = {TOKEN: answer(TOKEN, {"access_token": "t"}), info: answer(info, {"data": {"children": things}})}
    played = play(spider, pages)
    assert played.gone == ["t1_b"]
    assert played.mentions[0]["engagement"]["likes"] == 900
    assert all(strand.items == 0 for strand in played.spider.walk.strands)


def test_something_must_be_named() -> None:
    with keys_for(KEYS), pytest.raises(ValidationError, match="name subreddits, search terms or both"):
        spider_of("reddit").Params.model_validate(KEYS)
