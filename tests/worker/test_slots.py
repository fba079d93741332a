"""Which queues a worker serves, and how many jobs of each it does at once."""

import pytest

from monitor.errors import ConfigError
from monitor.worker import QUEUES, chosen, slots_of
from monitor.worker.process import address_of


def test_without_a_word_a_worker_serves_all_queues() -> None:
    assert chosen("") == QUEUES


def test_the_queues_that_are_named_stand_in_the_order_of_the_jobs() -> None:
    assert chosen(" alert,crawl ") == ("crawl", "alert")


def test_a_queue_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="mail is none of crawl"):
        chosen("crawl,mail")


def test_crawls_have_hands_of_their_own_so_that_they_delay_no_alert() -> None:
    slots = slots_of(QUEUES, None, 5)
    assert slots[("crawl",)] == 5
    assert slots[("alert",)] > 1


def test_jobs_that_run_once_in_the_fleet_never_wait_for_each_other() -> None:
    assert slots_of(QUEUES, None, 5)[("receive", "answer", "report", "prune", "upkeep")] == 5


def test_every_worker_looks_after_the_queue_itself() -> None:
    assert slots_of(("crawl",), 3, 5) == {("crawl",): 3, ("upkeep",): 1}


def test_less_than_one_at_once_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        slots_of(QUEUES, 0, 5)


@pytest.mark.parametrize("url", ["sqlite:///var/emberwatch.db", "sqlite://"])
def test_sqlite_is_refused_with_both_ways_out(url: str) -> None:
    with pytest.raises(ConfigError, match=r"`emberwatch run`.*`emberwatch move"):
        address_of(url)
