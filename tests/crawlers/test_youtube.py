"""YouTube: what a refusal means, what each request costs, and what is looked at again."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from scrapy.http import TextResponse

from crawlers.base import spider_of
from crawlers.memory import Memory
from crawlers.quotas import QuotaSpent
from crawlers.spiders.youtube import YoutubeSpider
from crawlers.youtube_objects import MOST_WHOLE, SEARCHES, UNITS
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, keys_for, make, play

KEY = {"env": "EMBERWATCH_TEST_KEY"}
API = "https://www.googleapis.com/youtube/v3"
VIDEO = "acmeKettle1"
THREADS = f"{API}/commentThreads?order=time&maxResults=100&part=snippet%2Creplies&videoId={VIDEO}"
VIDEOS = f"{API}/videos?part=snippet%2Cstatistics&id={VIDEO}"


def youtube(memory: Memory = Memory(), **params: Any) -> YoutubeSpider:  # noqa: B008 (frozen)
    given = {"key": KEY, **(params or {"videos": VIDEO})}
    with keys_for(given):
        spider = make("youtube", given, memory)
    assert isinstance(spider, YoutubeSpider)
    return spider


def answer(url: str, data: object, status: int = 200) -> TextResponse:
    body = json.dumps(data).encode()
    return TextResponse(url, status=status, headers={"Content-Type": "application/json"}, body=body)


def videos(*ids: str) -> dict[str, Any]:
    snippet = {"title": "Kettle", "publishedAt": "2026-11-01T08:00:00Z"}
    return {"items": [{"id": ref, "snippet": snippet, "statistics": {"commentCount": "2"}} for ref in ids]}


def refusal(reason: str, code: int = 403) -> dict[str, Any]:
    return {"error": {"code": code, "message": "<b>No</b>", "errors": [{"domain": "youtube", "reason": reason}]}}


def refused(reason: str, code: int = 403) -> Played:
    pages = {VIDEOS: answer(VIDEOS, videos(VIDEO)), THREADS: answer(THREADS, refusal(reason, code), code)}
    return play(youtube(), pages)


def known(kind: MentionKind, ref: str) -> Known:
    url = f"https://www.youtube.com/watch?v={VIDEO}&lc={ref}"
    return Known(kind=kind, host="www.youtube.com", external_id=ref, url=url, published_at=NOW)


def test_switched_off_comments_are_counted_and_are_no_failure_of_the_source() -> None:
    played = refused("commentsDisabled")
    assert played.spider.walk.failures == []
    assert played.spider.crawler.stats.get_value("emberwatch/videos with comments switched off") == 1
    assert [mention["external_id"] for mention in played.mentions] == [VIDEO]


def test_a_spent_quota_is_told_as_one_that_is_renewed_at_midnight_pacific_time() -> None:
    spent = refused("quotaExceeded").spider.walk.spent
    assert isinstance(spent, QuotaSpent)
    assert spent.until.isoformat() == "2026-11-23T00:00:00-08:00"


def test_any_other_refusal_fails_in_the_word_of_the_interface_and_shows_no_more_of_the_answer() -> None:
    (failure,) = refused("keyInvalid", 400).spider.walk.failures
    assert failure == f"{API}/commentThreads: the interface refuses: keyInvalid"


def test_a_key_travels_in_a_header_and_never_in_an_address() -> None:
    (request,) = youtube().first_requests()
    assert request.headers["X-Goog-Api-Key"] == b"key-for-tests"
    assert "key-for-tests" not in request.url
    assert request.meta["dont_redirect"] is True


def test_a_search_costs_one_of_its_own_bucket_and_all_else_a_unit() -> None:
    found, named = youtube(search="kettle"), youtube()
    assert [request.meta["cost"].quota for request in found.first_requests()] == [SEARCHES]
    assert [request.meta["cost"].quota for request in named.first_requests()] == [UNITS]
    assert (SEARCHES.limit, UNITS.limit) == (100, 10_000)


def test_the_further_pages_of_comments_hold_the_key_and_cost_a_unit_too() -> None:
    spider = youtube()
    text = {"textOriginal": "It leaks", "publishedAt": "2026-11-22T10:00:00Z"}
    thread = {"id": "Ug1", "snippet": {"topLevelComment": {"id": "Ug1", "snippet": text}}}
    page = answer(THREADS, {"items": [thread], "nextPageToken": "MORE"})
    (following,) = [one for one in spider.read_threads(page, VIDEO) if hasattr(one, "meta")]
    assert following.url == f"{THREADS}&pageToken=MORE"
    assert (following.meta["cost"].quota, following.headers["X-Goog-Api-Key"]) == (UNITS, b"key-for-tests")


def test_a_comment_that_is_not_among_those_asked_for_again_is_gone() -> None:
    memory = Memory(recent=(known(MentionKind.COMMENT, "Ug1"), known(MentionKind.COMMENT, "Ug2")))
    asked = f"{API}/comments?part=snippet&id=Ug1%2CUg2"
    text = {"textOriginal": "It leaks", "publishedAt": "2026-11-22T10:00:00Z", "likeCount": 40}
    played = play(youtube(memory), {asked: answer(asked, {"items": [{"id": "Ug2", "snippet": text}]})})
    assert played.gone == ["Ug1"]
    assert (played.mentions[0]["root_ref"], played.mentions[0]["engagement"]) == (VIDEO, {"likes": 40})


def test_a_comment_that_is_there_but_cannot_be_read_is_not_gone() -> None:
    memory = Memory(recent=(known(MentionKind.COMMENT, "Ug1"), known(MentionKind.COMMENT, "Ug2")))
    asked = f"{API}/comments?part=snippet&id=Ug1%2CUg2"
    text = {"textOriginal": "It leaks", "publishedAt": "2026-11-22T10:00:00Z"}
    items = [{"id": "Ug1", "snippet": {"textOriginal": "No time"}}, {"id": "Ug2", "snippet": text}]
    assert play(youtube(memory), {asked: answer(asked, {"items": items})}).gone == []


def test_of_some_comments_all_answers_are_asked_for_and_of_the_others_those_that_came_along_are_read() -> None:
    spider, text = youtube(), {"textOriginal": "It leaks", "publishedAt": "2026-11-22T10:00:00Z"}
    threads = [
        {
            "id": f"Ug{number}",
            "snippet": {"topLevelComment": {"id": f"Ug{number}", "snippet": text}, "totalReplyCount": 9},
            "replies": {"comments": [{"id": f"Ug{number}.a", "snippet": text | {"parentId": f"Ug{number}"}}]},
        }
        for number in range(MOST_WHOLE + 2)
    ]
    pages = {VIDEOS: answer(VIDEOS, videos(VIDEO)), THREADS: answer(THREADS, {"items": threads})}
    played = play(spider, pages)
    assert len([url for url in played.asked if "/comments?" in url]) == MOST_WHOLE
    assert [one["external_id"] for one in played.mentions if ".a" in one["external_id"]] == ["Ug50.a", "Ug51.a"]


def test_an_answer_that_holds_none_of_the_texts_asked_for_says_nothing_of_them() -> None:
    asked = f"{API}/videos?part=snippet%2Cstatistics&id=v1"
    memory = Memory(hot=(known(MentionKind.POST, "v1"),))
    assert play(youtube(memory), {asked: answer(asked, {"items": []})}).gone == []


def test_a_video_that_nobody_commented_on_is_not_asked_for_comments_and_hides_nothing() -> None:
    pages = {VIDEOS: answer(VIDEOS, videos(VIDEO)), THREADS: answer(THREADS, {"items": []})}
    played = play(youtube(), pages)
    assert played.spider.walk.strands == []
    nobody = {"items": [videos(VIDEO)["items"][0] | {"statistics": {"commentCount": "0"}}]}
    assert play(youtube(), {VIDEOS: answer(VIDEOS, nobody)}).asked == [VIDEOS]


def test_something_must_be_named_and_a_channel_by_its_id() -> None:
    with keys_for({"key": KEY}), pytest.raises(ValidationError, match="name videos, channels or search terms"):
        spider_of("youtube").Params.model_validate({"key": KEY})
    with keys_for({"key": KEY}), pytest.raises(ValidationError, match="channels"):
        spider_of("youtube").Params.model_validate({"key": KEY, "channels": ["@acme"]})
