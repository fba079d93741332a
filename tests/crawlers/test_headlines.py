"""News searches that give headlines only, and are off until switched on."""

import json

import pytest
from pydantic import ValidationError
from scrapy.http import TextResponse

from crawlers.base import spider_of
from crawlers.headlines import read_articles, without_publisher
from crawlers.ledger import Verdict
from monitor.facts import Collected, MentionKind
from tests.crawlers.play import NOW, Played, make, play

QUERY = {"switched_on": True, "query": "kettle"}


def answer(body: str, status: int = 200) -> TextResponse:
    return TextResponse("https://api.gdeltproject.org/api/v2/doc/doc", status=status, body=body.encode())


def gdelt(body: str, status: int = 200) -> Played:
    spider = make("gdelt", QUERY)
    (request,) = spider.first_requests()
    return play(spider, {request.url: answer(body, status)})


def article(**more: str) -> dict[str, str]:
    return {"url": "https://daily.example/a", "title": "Acme", "seendate": "20261122T101500Z", **more}


@pytest.mark.parametrize("kind", ["gdelt", "google_news"])
def test_it_is_refused_with_the_reason_until_it_is_switched_on(kind: str) -> None:
    spider = spider_of(kind)
    with pytest.raises(ValidationError) as refused:
        spider.Params.model_validate({"query": "kettle"})
    assert f"is off: {spider.about.why}. To read it all the same set switched_on: true" in str(refused.value)
    assert spider.about.verdict is Verdict.OFF


@pytest.mark.parametrize(
    ("body", "status"),
    [("Please limit requests to one every 5 seconds or contact us.", 200), ("Please limit requests", 429), ("", 429)],
)
def test_a_notice_instead_of_an_answer_lets_the_host_rest_and_is_no_failure(body: str, status: int) -> None:
    walk = gdelt(body, status).spider.walk
    assert walk.cut_short == "api.gdeltproject.org"
    assert walk.rests["api.gdeltproject.org"][0] >= 600
    assert walk.failures == []


def test_a_second_try_within_seconds_is_not_made() -> None:
    (request,) = make("gdelt", QUERY).first_requests()
    assert request.meta["dont_retry"] is True


@pytest.mark.parametrize("stamp", ["20261122T101500Z", "20261122101500"])
def test_both_forms_of_the_time_are_read(stamp: str) -> None:
    ((text,), _) = read_articles(answer(json.dumps({"articles": [article(seendate=stamp)]})))
    assert text.published_at is not None
    assert text.published_at.isoformat() == "2026-11-22T10:15:00+00:00"


@pytest.mark.parametrize("stamp", ["20261399T990000Z", "yesterday", ""])
def test_a_time_that_is_none_leaves_the_headline_without_one(stamp: str) -> None:
    ((text,), _) = read_articles(answer(json.dumps({"articles": [article(seendate=stamp)]})))
    assert text.published_at is None


def test_an_empty_object_is_no_headline_and_no_failure() -> None:
    played = gdelt("{}")
    assert (played.mentions, played.spider.walk.failures) == ([], [])


def test_a_query_that_it_does_not_understand_fails_in_words() -> None:
    (failure,) = gdelt("Your query was too short or too long.").spider.walk.failures
    assert failure.endswith(": not JSON")


@pytest.mark.parametrize(
    ("title", "html", "headline", "publisher"),
    [
        (
            "Acme - in short - The Daily",
            '<a>Acme</a> <font color="#6f6f6f">The Daily</font>',
            "Acme - in short",
            "The Daily",
        ),
        ("Acme - A - B", '<a>Acme</a> <font color="#6f6f6f">A - B</font>', "Acme", "A - B"),
        ("Acme - The Daily", "", "Acme", "The Daily"),
        ("Acme", "", "Acme", ""),
    ],
)
def test_a_headline_loses_its_publisher_who_becomes_its_author(
    title: str, html: str, headline: str, publisher: str
) -> None:
    text = Collected(
        kind=MentionKind.ARTICLE, host="news.google.com", external_id="1", url="https://news.google.com/1",
        title=title, text="Acme The Daily", published_at=NOW,
    )  # fmt: skip
    told = without_publisher(text, html)
    assert (told.title, told.author_name, told.text) == (headline, publisher, "")
