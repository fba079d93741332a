"""When an answer is tried again: soon, then seldom, for about a day; never after a refusal for good."""

from datetime import timedelta

from monitor.errors import DeliveryError
from monitor.posting.poster import Busy
from monitor.posting.retry import LONGEST_WAIT, MOST_ATTEMPTS, next_try
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
PASSING = DeliveryError("later", permanent=False)


def test_the_waits_grow_to_an_hour() -> None:
    waits = [(next_try(PASSING, attempts=n, now=NOON) or NOON) - NOON for n in range(1, 9)]
    assert waits == [minutes * MINUTE for minutes in (1, 2, 4, 8, 16, 32, 60, 60)]


def test_it_is_tried_for_about_a_day() -> None:
    waits = [next_try(PASSING, attempts=n, now=NOON) for n in range(1, MOST_ATTEMPTS)]
    assert timedelta(hours=23) < sum(((at or NOON) - NOON for at in waits), timedelta()) < timedelta(hours=25)
    assert next_try(PASSING, attempts=MOST_ATTEMPTS, now=NOON) is None


def test_a_refusal_for_good_is_not_tried_again() -> None:
    assert next_try(DeliveryError("no", permanent=True), attempts=1, now=NOON) is None


def test_a_place_that_says_how_long_is_waited_for_but_not_for_ever() -> None:
    assert next_try(Busy("busy", wait=10 * MINUTE), attempts=1, now=NOON) == NOON + 10 * MINUTE
    assert next_try(Busy("busy", wait=timedelta(days=2)), attempts=1, now=NOON) == NOON + LONGEST_WAIT
