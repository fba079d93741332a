"""Reviews that Trustpilot and Google give to the company that they are about."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scrapy.http import TextResponse

from crawlers.base import SourceSpider
from crawlers.memory import Memory, known_stretch
from crawlers.own_reviews import is_due, original_of
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, keys_for, make, play

UNIT = "5f0000000000000000000abc"
PLACE = "accounts/1/locations/2"
REVIEWS = f"https://api.trustpilot.com/v1/business-units/{UNIT}/reviews?perPage=100&orderBy=createdat.desc&page="
TOKEN = "https://oauth2.googleapis.com/token"
FIRST = f"https://mybusiness.googleapis.com/v4/{PLACE}/reviews?pageSize=50&orderBy=updateTime+desc"
SECOND = f"{FIRST}&pageToken=P2"


def spider(kind: str, memory: Memory = Memory(), **params: Any) -> SourceSpider:  # noqa: B008 (frozen)
    keys = {"trustpilot": ("key",), "google_business": ("client_id", "client_secret", "refresh_token")}[kind]
    given = {name: {"env": f"EMBERWATCH_TEST_{name.upper()}"} for name in keys} | params
    with keys_for(given):
        return make(kind, given, memory)


def answer(url: str, data: object, status: int = 200) -> TextResponse:
    body = json.dumps(data).encode()
    return TextResponse(url, status=status, headers={"Content-Type": "application/json"}, body=body)


def trusted(number: int) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=number)).isoformat()
    return {"id": f"r{number}", "stars": 1, "text": "It leaks", "createdAt": at}


def on_google(ref: str, created_days_ago: float, updated_days_ago: float | None = None) -> dict[str, Any]:
    created = NOW - timedelta(days=created_days_ago)
    updated = created if updated_days_ago is None else NOW - timedelta(days=updated_days_ago)
    times = {"createTime": created.isoformat(), "updateTime": updated.isoformat()}
    return {"reviewId": ref, "starRating": "ONE", "comment": "It leaks", **times}


def known(host: str, ref: str, url: str = "https://x.example") -> Known:
    return Known(kind=MentionKind.REVIEW, host=host, external_id=ref, url=url, published_at=NOW)


def google(memory: Memory, first: dict[str, Any], **more: Any) -> Played:
    pages = {TOKEN: answer(TOKEN, {"access_token": "t"}), FIRST: answer(FIRST, first)}
    pages[SECOND] = answer(SECOND, {"reviews": [on_google("late", 400)], "totalReviewCount": 2})
    return play(spider("google_business", memory, locations=PLACE), pages | more)


@pytest.mark.parametrize(
    ("comment", "original"),
    [
        ("(Translated by Google) It leaks.\n\n(Original)\nPierde agua.", "Pierde agua."),
        ("Pierde agua.\n\n(Translated by Google)\nIt leaks.", "Pierde agua."),
        ("(Translated by Google) It leaks.", "It leaks."),
        ("It leaks.", "It leaks."),
        ("(Original) of its kind", "(Original) of its kind"),
    ],
)
def test_of_a_translated_review_the_words_of_its_author_are_kept(comment: str, original: str) -> None:
    assert original_of(comment) == original


def test_a_full_page_of_trustpilot_is_followed_by_the_next_one() -> None:
    pages = {f"{REVIEWS}1": [trusted(n) for n in range(100)], f"{REVIEWS}2": [trusted(200)]}
    played = play(
        spider("trustpilot", business_unit=UNIT), {url: answer(url, {"reviews": page}) for url, page in pages.items()}
    )
    assert played.asked == [f"{REVIEWS}1", f"{REVIEWS}2"]
    assert len(played.mentions) == 101
    assert played.spider.walk.strands[0].complete


@pytest.mark.parametrize(
    ("status", "words"), [(401, "the key is not accepted (401)"), (404, "there is no such business unit (404)")]
)
def test_a_refusal_of_trustpilot_is_told_in_words(status: int, words: str) -> None:
    url = f"{REVIEWS}1"
    walk = play(spider("trustpilot", business_unit=UNIT), {url: answer(url, {"message": "No"}, status)}).spider.walk
    assert [problem.partition(": ")[2] for problem in (*walk.failures, *walk.blocked)] == [words]


def test_the_key_of_trustpilot_travels_in_a_header_and_follows_no_redirect() -> None:
    (request,) = spider("trustpilot", business_unit=UNIT).first_requests()
    assert (request.headers["apikey"], request.meta["dont_redirect"]) == (b"key-for-tests", True)
    assert "key-for-tests" not in request.url


def test_a_review_that_trustpilot_does_not_have_any_more_is_gone_and_others_come_as_they_are_now() -> None:
    memory = Memory(recent=(known("www.trustpilot.com", "a"), known("www.trustpilot.com", "b")))
    there, gone = (f"https://api.trustpilot.com/v1/reviews/{ref}" for ref in "ab")
    pages = {there: answer(there, trusted(1)), gone: answer(gone, {"message": "Not found"}, 404)}
    played = play(spider("trustpilot", memory, business_unit=UNIT), pages)
    assert played.gone == ["b"]
    assert [mention["external_id"] for mention in played.mentions] == ["r1"]


def test_a_refresh_token_is_posted_as_a_form_and_shown_nowhere() -> None:
    (request,) = spider("google_business", locations=PLACE).first_requests()
    assert request.body.startswith(b"grant_type=refresh_token&client_id=key-for-tests&")
    assert (request.url, request.meta["dont_redirect"]) == (TOKEN, True)


def test_only_the_first_page_of_a_place_makes_anything_known() -> None:
    memory = Memory(last_walk=NOW - timedelta(minutes=15), newest=NOW - timedelta(days=1))
    first = {"reviews": [on_google("a", 0.003)], "nextPageToken": "P2", "totalReviewCount": 2}
    played = google(memory, first)
    assert len(played.mentions) == 2
    assert known_stretch(played.spider.walk, memory, now=NOW, met_known=True) is None
    covered = google(memory, {**first, "reviews": [on_google("a", 0.003), on_google("b", 3)]}).spider.walk
    assert known_stretch(covered, memory, now=NOW, met_known=True) == (memory.last_walk, NOW)


def test_an_old_review_that_was_edited_does_not_make_believe_that_all_since_was_read() -> None:
    memory = Memory(last_walk=NOW - timedelta(days=1), newest=NOW - timedelta(days=1))
    first = {"reviews": [on_google("a", 900, 0.1)], "nextPageToken": "P2", "totalReviewCount": 2}
    walk = google(memory, first).spider.walk
    assert known_stretch(walk, memory, now=NOW, met_known=True) is None


def test_all_pages_of_a_place_are_read_again_on_the_first_crawl_of_a_day_and_else_only_as_far_as_needed() -> None:
    first = {"reviews": [on_google("a", 0.1), on_google("b", 5)], "nextPageToken": "P2", "totalReviewCount": 2}
    this_day = Memory(last_walk=NOW - timedelta(hours=1), newest=NOW - timedelta(hours=2))
    assert SECOND not in google(this_day, first).asked
    assert SECOND in google(replace(this_day, last_walk=NOW - timedelta(hours=16)), first).asked


@pytest.mark.parametrize(("hours", "days", "due"), [(1, 1, False), (16, 1, True), (16, 30, False)])
def test_a_full_reading_is_due_once_in_so_many_days(hours: int, days: int, due: bool) -> None:
    assert is_due(Memory(last_walk=NOW - timedelta(hours=hours)), NOW, days) is due
    assert is_due(Memory(), NOW, days) is True


def test_the_average_of_a_place_is_told_with_its_scale() -> None:
    first = {"reviews": [on_google("a", 1)], "averageRating": 3.7, "totalReviewCount": 12}
    (rating,) = google(Memory(), first).ratings
    assert (rating["value"], rating["worst"], rating["best"], rating["reviews"]) == (3.7, 1, 5, 12)


def test_a_review_on_google_is_asked_for_again_by_the_name_that_stands_in_its_address() -> None:
    url = f"https://mybusiness.googleapis.com/v4/{PLACE}/reviews/a"
    memory = Memory(hot=(known("business.google.com", "a", f"https://business.google.com/reviews#{PLACE}/reviews/a"),))
    assert google(memory, {}, **{url: answer(url, {"error": {"code": 404}}, 404)}).gone == ["a"]


def test_a_cursor_of_google_that_does_not_move_ends_the_walk_as_a_failure() -> None:
    page = answer(SECOND, {"reviews": [on_google("x", 400)], "nextPageToken": "P2", "totalReviewCount": 2})
    first = {"reviews": [on_google("a", 1)], "nextPageToken": "P2", "totalReviewCount": 2}
    failures = google(Memory(), first, **{SECOND: page}).spider.walk.failures
    assert failures == [f"{SECOND.partition('?')[0]}: the next page is one that was read already"]
