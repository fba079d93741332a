"""X: what a search may cost, that no crawl spends more, and from which post on it asks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from scrapy.http import Request, TextResponse
from sqlmodel import Session, select

from crawlers.base import spider_of
from crawlers.memory import Memory, known_stretch
from crawlers.quotas import Cost, Ledger, Period, QuotaGate, QuotaSpent, pay
from crawlers.spiders.x import XSpider
from crawlers.x_objects import id_at
from monitor.clock import utcnow
from monitor.facts import Known, MentionKind
from monitor.models import Source, SourceHealth, Spending
from tests.crawlers.conftest import Watched
from tests.crawlers.play import NOW, keys_for, make, play
from tests.crawlers.site import Answer, Site

KEY = {"env": "EMBERWATCH_TEST_KEY"}


def x(memory: Memory = Memory(), **params: Any) -> XSpider:  # noqa: B008 (frozen)
    given = {"bearer": KEY, "query": "kettle", "most_dollars_a_month": 1, "page_size": 10, **params}
    with keys_for(given):
        spider = make("x", given, memory)
    assert isinstance(spider, XSpider)
    return spider


def first(spider: XSpider) -> Request:
    (request,) = spider.first_requests()
    return request


def answer(url: str, data: object) -> TextResponse:
    return TextResponse(url, headers={"Content-Type": "application/json"}, body=json.dumps(data).encode())


def posts(number: int, **meta: str) -> dict[str, Any]:
    made = [{"id": str(2000 + n), "text": "It leaks", "created_at": "2026-11-22T10:00:00Z"} for n in range(number)]
    return {"data": made, "meta": {"result_count": number, **meta}}


def left(ledger: Ledger, cost: Cost, when: datetime = NOW) -> int:
    """The units that could still be taken at this moment."""
    units = 0
    try:
        while True:
            ledger.take(Cost(cost.quota, 1), when)
            units += 1
    except QuotaSpent:
        return units


def answered(spider: XSpider, request: Request, page: TextResponse, *, when: datetime) -> None:
    """Let a request go out through the gate at this moment, and its answer come back."""
    pay(request, spider.ledger, when)
    list(request.callback(page.replace(request=request), **request.cb_kwargs))  # type: ignore[misc]


def test_the_price_of_a_full_page_is_set_aside_before_it_is_asked_for() -> None:
    cost = first(x()).meta["cost"]
    assert cost.units == 10 * 5
    assert (cost.quota.limit, cost.quota.period, cost.quota.unit) == (1000, Period.MONTH, "tenths of a cent")


def test_what_an_answer_did_not_use_is_given_back_and_only_that() -> None:
    spider = x()
    request = first(spider)
    answered(spider, request, answer(request.url, posts(3)), when=NOW)
    assert left(spider.ledger, request.meta["cost"]) == 1000 - 3 * 5


def test_it_is_given_back_to_the_month_that_it_was_taken_from() -> None:
    """The crawl began in November (NOW), its request went out in December."""
    spider, december = x(), datetime(2026, 12, 1, tzinfo=UTC)
    request = first(spider)
    cost = request.meta["cost"]
    spider.ledger.take(cost, NOW)
    answered(spider, request, answer(request.url, posts(3)), when=december)
    assert left(spider.ledger, cost, december) == 1000 - 3 * 5
    assert left(spider.ledger, cost) == 1000 - 10 * 5


def test_nothing_is_given_back_of_what_was_never_taken() -> None:
    spider = x()
    request = first(spider)
    spider.ledger.take(request.meta["cost"], NOW)
    play(spider, {request.url: answer(request.url, posts(3))})
    assert left(spider.ledger, request.meta["cost"]) == 1000 - 10 * 5


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "the bearer token is not accepted (401)"), (402, "the credits at X are used up (402)")],
)
def test_a_refusal_is_told_in_words_and_costs_nothing(status: int, words: str) -> None:
    spider = x()
    request = first(spider)
    answered(spider, request, answer(request.url, {"title": "No"}).replace(status=status), when=NOW)
    walk = spider.walk
    assert [problem.partition(": ")[2] for problem in (*walk.failures, *walk.blocked)] == [words]
    assert left(spider.ledger, request.meta["cost"]) == 1000


def test_a_request_that_failed_stays_paid_for() -> None:
    spider = x()
    request = first(spider)
    pay(request, spider.ledger, NOW)
    play(spider, {})
    assert left(spider.ledger, request.meta["cost"]) == 1000 - 10 * 5


@pytest.mark.parametrize(("status", "spent"), [(429, 0), (503, 0), (200, 50)])
def test_too_many_requests_and_trouble_at_x_cost_nothing(status: int, spent: int) -> None:
    spider = x()
    request = first(spider)
    spider.crawler.spider = spider
    gate = QuotaGate(spider.crawler)
    gate.process_request(request)
    gate.process_response(request, answer(request.url, {}).replace(status=status))
    assert left(spider.ledger, request.meta["cost"], utcnow()) == 1000 - spent


def test_what_would_cost_more_than_is_left_is_refused_in_words() -> None:
    cost, ledger = first(x(most_dollars_a_month=0.12)).meta["cost"], Ledger()
    for _ in range(2):
        ledger.take(cost, NOW)
    with pytest.raises(QuotaSpent, match="120 tenths of a cent a month \\(X spending\\) is spent") as spent:
        ledger.take(cost, NOW)
    assert spent.value.until == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_next_page_costs_as_much_and_holds_the_key() -> None:
    spider = x()
    request = first(spider)
    page = answer(request.url, posts(10, next_token="MORE"))
    following = list(request.callback(page, **request.cb_kwargs))[-1]  # type: ignore[misc]
    assert following.url.endswith("&next_token=MORE")
    assert following.meta["cost"].units == 50
    assert following.headers["Authorization"] == b"Bearer key-for-tests"


def test_a_later_crawl_asks_for_posts_since_the_one_before_and_pays_for_none_twice() -> None:
    memory = Memory(last_walk=NOW - timedelta(minutes=15), newest=NOW - timedelta(hours=1))
    query = parse_qs(urlsplit(first(x(memory)).url).query)
    assert query["since_id"] == [id_at(NOW - timedelta(minutes=17))]
    assert "since_id" not in parse_qs(urlsplit(first(x()).url).query)


def test_what_lies_further_back_than_the_search_knows_is_not_named() -> None:
    memory = Memory(last_walk=NOW - timedelta(days=9), newest=NOW - timedelta(days=9))
    assert "since_id" not in first(x(memory)).url


@pytest.mark.parametrize(("minutes", "known"), [(15, True), (60 * 24 * 9, False)])
def test_a_search_that_finds_nothing_new_says_so_and_leaves_no_gap(minutes: int, known: bool) -> None:
    memory = Memory(last_walk=NOW - timedelta(minutes=minutes))
    spider = x(memory)
    request = first(spider)
    nothing = answer(request.url, {"meta": {"result_count": 0}})
    assert list(request.callback(nothing, **request.cb_kwargs)) == []  # type: ignore[misc]
    assert (known_stretch(spider.walk, memory, now=NOW, met_known=False) is not None) is known


def test_an_id_of_a_moment_lies_between_those_before_and_after_it() -> None:
    assert id_at(datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)) == "0"
    assert int(id_at(NOW)) < int(id_at(NOW + timedelta(milliseconds=1)))


def test_posts_that_we_have_are_asked_for_again_only_when_the_operator_pays_for_it() -> None:
    texts = tuple(
        Known(kind=MentionKind.POST, host="x.com", external_id=ref, url="https://x.com/i", published_at=NOW)
        for ref in ("2000", "2001")
    )
    assert list(x(Memory(hot=texts)).look_again()) == []
    (request,) = x(Memory(hot=texts), look_again=True).look_again()
    assert request.meta["cost"].units == 2 * 5
    assert parse_qs(urlsplit(request.url).query)["ids"] == ["2000,2001"]


def test_a_post_that_x_says_is_not_there_is_gone() -> None:
    text = Known(kind=MentionKind.POST, host="x.com", external_id="2001", url="https://x.com/i", published_at=NOW)
    spider = x(Memory(hot=(text,)), look_again=True)
    (request,) = spider.look_again()
    problem = {"type": "https://api.x.com/2/problems/resource-not-found", "resource_type": "tweet"}
    other = {"type": "https://api.x.com/2/problems/not-authorized-for-resource", "resource_type": "tweet"}
    errors = [problem | {"resource_id": "2001"}, other | {"resource_id": "2002"}]
    assert play(spider, {request.url: answer(request.url, {"errors": errors})}).gone == ["2001"]


def test_an_answer_without_posts_that_counts_some_is_another_form() -> None:
    spider = x()
    url = first(spider).url
    walk = play(spider, {url: answer(url, {"meta": {"result_count": 3}})}).spider.walk
    assert walk.failures == ["https://api.x.com/2/tweets/search/recent: the field 'data' has vanished"]


def test_a_limit_of_spending_must_be_named() -> None:
    given = {"bearer": KEY, "query": "kettle"}
    with keys_for(given), pytest.raises(ValidationError, match="most_dollars_a_month"):
        spider_of("x").Params.model_validate(given)


def test_a_month_that_is_spent_is_kept_in_the_store_and_nothing_more_is_asked_for(
    session: Session, site: Site, watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBERWATCH_TEST_KEY", "a-token")
    site.pages["/2/tweets/search/recent"] = Answer(json.dumps(posts(3)), headers={"Content-Type": "application/json"})
    limit = {"most_dollars_a_month": 0.06, "page_size": 10}
    watched = watch("x", bearer=KEY, query="kettle", server=site.url, **limit)
    watched.crawl()
    watched.crawl()
    spending, source = session.exec(select(Spending)).one(), session.exec(select(Source)).one()
    assert (spending.quota, spending.used, spending.most, spending.unit) == ("X spending", 15, 60, "tenths of a cent")
    assert (source.health, len(site.paths())) == (SourceHealth.SPENT, 1)
    assert "60 tenths of a cent a month" in source.error
