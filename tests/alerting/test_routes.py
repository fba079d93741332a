"""What a silence covers, and what a route may say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from monitor.alerting.routes import ChangeFacts, RouteOptions, Silenced
from monitor.facts import WHOLE, Cell, ChangeKind, Dimension, Severity
from tests.alerting.samples import NOON

SILENCE = Silenced(1, NOON + timedelta(hours=1), Severity.HIGH)
HIGH = ChangeFacts(
    change_id=10,
    incident_id=1,
    kind=ChangeKind.OPENED,
    severity=Severity.HIGH,
    brand="rosecart",
    cell=WHOLE,
    themes=("refund", "delivery"),
    sources=("reviews",),
    languages=("ur", "en"),
    locations=("rose-road",),
)


@pytest.mark.parametrize(
    ("silence", "covered"),
    [
        ({}, True),
        ({"brand": "rosecart"}, True),
        ({"brand": "other"}, False),
        ({"up_to": Severity.WATCH}, False),
        ({"up_to": Severity.CRITICAL}, True),
        ({"theme": "refund"}, True),
        ({"theme": "delivery"}, False),
        ({"theme": "staff"}, False),
        ({"language": "ur"}, True),
        ({"language": "en"}, False),
        ({"source": "reviews"}, True),
        ({"source": "blog"}, False),
        ({"location": "rose-road"}, True),
        ({"location": "mall"}, False),
        ({"brand": "rosecart", "theme": "refund", "location": "rose-road"}, True),
        ({"brand": "rosecart", "theme": "refund", "location": "mall"}, False),
    ],
)
def test_what_a_silence_covers(silence: dict[str, object], *, covered: bool) -> None:
    assert replace(SILENCE, **silence).covers(HIGH) is covered


@pytest.mark.parametrize("named", ["source", "location", "theme", "language"])
def test_a_silence_of_one_place_covers_nothing_of_which_the_place_is_unknown(named: str) -> None:
    bare = replace(HIGH, sources=(), locations=(), themes=(), languages=())
    assert not replace(SILENCE, **{named: "reviews"}).covers(bare)


def test_trouble_that_is_said_elsewhere_too_is_not_silenced() -> None:
    assert not replace(SILENCE, source="reviews").covers(replace(HIGH, sources=("reviews", "blog")))
    assert not replace(SILENCE, location="rose-road").covers(replace(HIGH, locations=("rose-road", "mall")))


def test_a_cell_of_its_own_is_what_an_incident_is_mostly_about() -> None:
    of_delivery = replace(HIGH, cell=Cell(Dimension.THEME, "delivery"), themes=("delivery", "refund"))
    assert replace(SILENCE, theme="delivery").covers(of_delivery)


def test_only_trouble_that_is_critical_is_urgent() -> None:
    assert not HIGH.is_urgent
    assert replace(HIGH, severity=Severity.CRITICAL).is_urgent
    assert not replace(HIGH, severity=Severity.CRITICAL, kind=ChangeKind.RESOLVED).is_urgent


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"repeat": "9m"}, "greater than or equal to"),
        ({"escalate": [{"after": "0s", "channels": ["boss"]}]}, "greater than"),
        ({"escalate": [{"after": "15m", "channels": []}]}, "at least 1 item"),
        ({"wait": "soon"}, "'soon' is not a duration"),
        ({"tell": ["exploded"]}, "Input should be 'opened'"),
        ({"tell": []}, "at least 1 item"),
        ({"tell": ["resolved"], "repeat": "1h"}, "`tell` has neither"),
        ({"tell": ["resolved"], "escalate": [{"after": "15m", "channels": ["boss"]}]}, "`tell` has neither"),
    ],
)
def test_a_route_that_makes_no_sense_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RouteOptions(channels=("support",), **values)
    assert words in str(refused.value)
