"""A first message says where things stand, and is tried again when it could not be changed."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.alerting.channel import AskedToWait
from monitor.alerting.standing import MOST_ATTEMPTS, Standing, as_it_stands, in_words, next_try
from monitor.errors import DeliveryError
from monitor.facts import IncidentState, Link
from tests.alerting.samples import NOON, message

MINUTE = timedelta(minutes=1)
BUSY = DeliveryError("busy", permanent=False)


def standing(**values: Any) -> Standing:
    given: dict[str, Any] = {
        "state": IncidentState.OPEN, "since": None, "acknowledged_at": None, "acknowledged_by": "", "owner": "",
        "reason": "", "time_zone": "Asia/Karachi",
    }  # fmt: skip
    return Standing(**given | values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "goes on; nobody has acknowledged it yet"),
        ({"owner": "Amna"}, "goes on; Amna looks after it"),
        (
            {"acknowledged_at": NOON, "acknowledged_by": "Ravi", "owner": "Amna"},
            "goes on; acknowledged by Ravi, 02 Mar 17:00 PKT",
        ),
        ({"acknowledged_at": NOON}, "goes on; acknowledged by somebody, 02 Mar 17:00 PKT"),
        ({"state": IncidentState.CALMED, "since": NOON}, "calming down since 02 Mar 17:00 PKT"),
        ({"state": IncidentState.RESOLVED, "since": NOON}, "over since 02 Mar 17:00 PKT"),
        ({"state": IncidentState.RESOLVED}, "over"),
        ({"state": IncidentState.DISMISSED, "since": NOON, "reason": "a test"}, "dismissed 02 Mar 17:00 PKT: a test"),
        ({"state": IncidentState.DISMISSED}, "dismissed"),
    ],
)
def test_where_it_stands_is_one_line(values: dict[str, Any], words: str) -> None:
    assert in_words(standing(**values)) == words


def test_it_stands_above_all_other_facts() -> None:
    link = Link("Useful", "https://watch.example/act/1")
    shown = as_it_stands(message(), standing(), (link,))
    assert shown.facts[0] == ("Status", "goes on; nobody has acknowledged it yet")
    assert shown.facts[1:] == message().facts
    assert shown.links == (link,)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (4, 8), (9, 60)])
def test_the_waits_grow_to_an_hour(attempts: int, minutes: int) -> None:
    assert next_try(BUSY, attempts=attempts, now=NOON) == NOON + minutes * MINUTE


@pytest.mark.parametrize(("asked", "minutes"), [(timedelta(seconds=5), 1), (5 * MINUTE, 5), (timedelta(days=1), 60)])
def test_a_receiver_that_asks_for_time_gets_it(asked: timedelta, minutes: int) -> None:
    error = AskedToWait("busy", wait=asked)
    assert next_try(error, attempts=1, now=NOON) == NOON + minutes * MINUTE


def test_what_cannot_help_is_not_tried_again() -> None:
    assert next_try(DeliveryError("too old", permanent=True), attempts=1, now=NOON) is None
    assert next_try(BUSY, attempts=MOST_ATTEMPTS, now=NOON) is None
