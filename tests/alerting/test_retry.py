"""How long a message waits for its next try, when it is given up, and who tells the operator."""

from datetime import timedelta

import pytest

from monitor.alerting.channel import AskedToWait
from monitor.alerting.notifiers.console import Options
from monitor.alerting.retry import next_try, stand_in, worth_telling
from monitor.errors import DeliveryError
from tests.alerting.samples import NOON

BUSY = DeliveryError("busy", permanent=False)
A, B, C = (Options(type="console", id=name) for name in "abc")


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5000, 60)])
def test_the_wait_doubles_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert next_try(BUSY, attempts=attempts, due_at=NOON, now=NOON) == NOON + timedelta(minutes=minutes)


def test_after_three_days_a_message_is_given_up() -> None:
    late = NOON + timedelta(hours=71)
    assert next_try(BUSY, attempts=9, due_at=NOON, now=late) == NOON + timedelta(hours=72)
    assert next_try(BUSY, attempts=9, due_at=NOON, now=late + timedelta(minutes=1)) is None


def test_what_others_have_is_given_up_after_a_day() -> None:
    late = NOON + timedelta(hours=23, minutes=1)
    assert next_try(BUSY, attempts=9, due_at=NOON, now=late, to_some=True) is None


def test_a_permanent_error_is_not_tried_again() -> None:
    error = DeliveryError("no_service", permanent=True)
    assert next_try(error, attempts=1, due_at=NOON, now=NOON) is None


@pytest.mark.parametrize(("asked", "minutes"), [(10, 1), (600, 10), (86400, 60)])
def test_a_receiver_that_asks_for_time_gets_it_up_to_an_hour(asked: int, minutes: int) -> None:
    error = AskedToWait("slow down", wait=timedelta(seconds=asked))
    assert next_try(error, attempts=1, due_at=NOON, now=NOON) == NOON + timedelta(minutes=minutes)


def test_trouble_is_told_once_and_not_at_the_first_hiccup() -> None:
    assert not worth_telling(failures=2, permanent=False, told_at=None)
    assert worth_telling(failures=3, permanent=False, told_at=None)
    assert worth_telling(failures=1, permanent=True, told_at=None)
    assert not worth_telling(failures=9, permanent=True, told_at=NOON)


def test_the_operator_hears_of_it_on_a_channel_that_works() -> None:
    off = Options(type="console", id="off", enabled=False)
    assert stand_in("a", "b", (A, B, C), frozenset()) == "b"
    assert stand_in("b", "b", (A, B, C), frozenset({"a"})) == "c"
    assert stand_in("a", None, (off, A, B), frozenset()) == "b"
    assert stand_in("a", "a", (A,), frozenset()) is None
