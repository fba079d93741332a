"""Quotas: nothing is asked beyond them, whoever asks, whichever process dies."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from crawlers.quotas import Cost, Ledger, Period, Quota, QuotaSpent, StoredLedger
from monitor.models import Run, RunOutcome, Source, SourceHealth, Spending
from tests.crawlers.conftest import Watched
from tests.crawlers.site import Answer, Site

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
Watch = Callable[..., Watched]


@pytest.fixture(params=["in memory", "stored"])
def ledger(request: pytest.FixtureRequest, database_url: str) -> Ledger:
    return Ledger() if request.param == "in memory" else StoredLedger(database_url)


def test_a_quota_gives_what_it_has_and_no_more(ledger: Ledger) -> None:
    cost = Cost(Quota("search", 5), 2)
    ledger.take(cost, NOW)
    ledger.take(cost, NOW)
    with pytest.raises(QuotaSpent, match="5 requests a day"):
        ledger.take(cost, NOW)
    ledger.take(Cost(Quota("search", 5), 1), NOW)


def test_a_quota_is_renewed_at_midnight_where_its_host_lives(ledger: Ledger) -> None:
    pacific = Cost(Quota("search", 1, zone="America/Los_Angeles"))
    ledger.take(pacific, datetime(2026, 11, 22, 7, 59, tzinfo=UTC))
    ledger.take(pacific, datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    with pytest.raises(QuotaSpent) as spent:
        ledger.take(pacific, NOW)
    assert spent.value.until == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_month_ends_with_the_year(ledger: Ledger) -> None:
    cost = Cost(Quota("posts", 1, Period.MONTH, unit="US cents"))
    ledger.take(cost, datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(QuotaSpent, match="US cents a month") as spent:
        ledger.take(cost, datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert spent.value.until == datetime(2027, 1, 1, tzinfo=UTC)
    ledger.take(cost, datetime(2027, 1, 1, tzinfo=UTC))


def test_what_was_given_back_can_be_taken_again(ledger: Ledger) -> None:
    page = Cost(Quota("posts", 100, Period.MONTH), 100)
    ledger.take(page, NOW)
    ledger.give_back(Cost(page.quota, 70), NOW)
    ledger.take(Cost(page.quota, 70), NOW)
    with pytest.raises(QuotaSpent):
        ledger.take(Cost(page.quota, 1), NOW)


def test_where_others_used_more_than_our_limit_nothing_is_given_back_and_nothing_breaks(ledger: Ledger) -> None:
    ledger.take(Cost(Quota("posts", 10), 5), NOW)
    ledger.take(Cost(Quota("posts", 100), 90), NOW)
    ledger.give_back(Cost(Quota("posts", 10), 5), NOW)
    with pytest.raises(QuotaSpent):
        ledger.take(Cost(Quota("posts", 96), 2), NOW)


def test_what_was_taken_is_known_to_the_next_process(database_url: str, session: Session) -> None:
    for _ in range(2):
        StoredLedger(database_url).take(Cost(Quota("posts", 100, unit="US cents"), 30), NOW)
    row = session.exec(select(Spending)).one()
    assert (row.quota, row.period, row.used, row.most, row.unit) == ("posts", "2026-11-22", 60, 100, "US cents")


def test_a_smaller_cap_holds_at_once(database_url: str) -> None:
    ledger = StoredLedger(database_url)
    ledger.take(Cost(Quota("posts", 100), 30), NOW)
    with pytest.raises(QuotaSpent):
        ledger.take(Cost(Quota("posts", 20)), NOW)


def _take_all(url: str, taken: "multiprocessing.Queue[int]") -> None:
    ledger, number = StoredLedger(url), 0
    try:
        while True:
            ledger.take(Cost(Quota("posts", 60)), NOW)
            number += 1
    except QuotaSpent:
        taken.put(number)


def test_processes_that_take_at_once_never_take_too_much(database_url: str) -> None:
    context = multiprocessing.get_context("fork")
    taken: multiprocessing.Queue[int] = context.Queue()
    started = [context.Process(target=_take_all, args=(database_url, taken)) for _ in range(3)]
    for process in started:
        process.start()
    numbers = [taken.get(timeout=60) for _ in started]
    for process in started:
        process.join()
    assert sum(numbers) == 60


def test_a_crawl_ends_where_its_quota_does(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/list"] = lambda asked: Answer("<p>one")
    assert watch("costly", url=f"{site.url}/list", pages=5, limit=2).crawl().code == 1
    run, source = session.exec(select(Run)).one(), session.exec(select(Source)).one()
    assert len(site.paths()) == 2
    assert (run.outcome, source.health, source.failures) == (RunOutcome.SPENT, SourceHealth.SPENT, 0)
    assert "the quota of 2 requests a day (costly) is spent until" in source.error
    assert run.counters["quota: costly"] == 2


def test_each_second_try_costs_too(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/list"] = Answer(status=503)
    watch("costly", url=f"{site.url}/list", pages=1, limit=2).crawl()
    assert len(site.paths()) == 2
    assert session.exec(select(Spending)).one().used == 2


def test_a_request_that_robots_txt_refuses_costs_nothing(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /list")
    watch("costly", url=f"{site.url}/list", pages=1, limit=2).crawl()
    assert session.exec(select(Spending)).all() == []


def test_a_source_whose_quota_is_spent_is_next_tried_when_it_is_renewed(
    session: Session, site: Site, watch: Watch
) -> None:
    site.pages["/list"] = Answer("<p>one")
    watch("costly", url=f"{site.url}/list", pages=3, limit=1).crawl()
    source = session.exec(select(Source)).one()
    assert source.next_try_at is not None
    assert (source.next_try_at.hour, source.next_try_at.minute) == (0, 0)
