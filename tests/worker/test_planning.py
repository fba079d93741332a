"""What is put in the queue, decided without one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.jobs import Job

from monitor.models import Brand
from monitor.worker import tasks

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERY = timedelta(minutes=1)


@dataclass
class Due:
    slug: str


def crawl(slug: str, *hosts: str) -> Job:
    told = {"slug": slug, "hosts": list(hosts)}
    return Job(
        id=1, queue="crawl", lock=None, queueing_lock=None, task_name="crawl.source", priority=0, task_kwargs=told
    )


def chosen(asks: dict[str, frozenset[str]], *going: Job) -> list[str]:
    due = [Due(slug) for slug in asks]
    return [source.slug for source, _ in tasks.choose_crawls(due, going, asks)]


def test_a_host_that_a_crawl_of_any_machine_asks_is_left_to_it() -> None:
    asks = {"blog": frozenset({"shop.example", "cdn.example"}), "news": frozenset({"news.example"})}
    assert chosen(asks, crawl("shop", "cdn.example")) == ["news"]


def test_a_source_that_waits_or_runs_is_not_put_in_again() -> None:
    assert chosen({"blog": frozenset({"new.example"})}, crawl("blog", "old.example")) == []


def test_there_are_never_more_crawls_than_the_queue_is_to_hold() -> None:
    asks = {f"s{i}": frozenset({f"h{i}"}) for i in range(tasks.MOST_CRAWLS + 20)}
    assert len(chosen(asks, crawl("other", "other.example"))) == tasks.MOST_CRAWLS - 1


hosts_of_many = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.frozensets(st.sampled_from("12345"), min_size=1), max_size=12
)


@given(hosts_of_many, hosts_of_many)
def test_no_two_crawls_that_wait_or_run_ever_ask_one_host(
    asks: dict[str, frozenset[str]], before: dict[str, frozenset[str]]
) -> None:
    first = [(slug, before[slug]) for slug in chosen(before)]
    second = [(slug, asks[slug]) for slug in chosen(asks, *(crawl(slug, *hosts) for slug, hosts in first))]
    asked = [host for _, hosts in first + second for host in hosts]
    assert len(asked) == len(set(asked))


def test_the_lock_of_a_crawl_names_a_host_that_it_asks() -> None:
    assert tasks.host_lock(frozenset({"b.example", "a.example"})) == "host:a.example"


@pytest.mark.parametrize(("waiting", "jobs"), [(1, 1), (512, 1), (513, 2), (8192, 16)])
def test_there_are_as_many_readers_as_there_is_work_for(waiting: int, jobs: int) -> None:
    assert tasks.readers(waiting, NOON) == jobs


def test_while_nothing_waits_somebody_looks_now_and_then() -> None:
    assert sum(tasks.readers(0, NOON + timedelta(seconds=s)) for s in range(60)) == 12


def test_the_looks_at_many_brands_are_spread_over_the_time_between_two() -> None:
    waits = sorted(tasks._spread(Brand(id=i, slug=str(i), name=str(i)), EVERY) for i in range(1, 61))
    gaps = [after - before for before, after in pairwise(waits)]
    assert waits[-1] < EVERY
    assert max(gaps) < timedelta(seconds=3)
