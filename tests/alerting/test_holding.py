"""How long a message waits: silences, quiet hours, duty, messages that go out as one, and what breaks through."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerting import holding
from monitor.alerting.holding import Bars, Hold
from monitor.alerting.notifiers.console import Options
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import ChangeFacts, RouteOptions, Silenced, Told
from monitor.facts import WHOLE, ChangeKind, Severity
from tests.alerting.samples import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
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
CRITICAL = replace(HIGH, severity=Severity.CRITICAL)
WATCH = replace(HIGH, severity=Severity.WATCH)
OVER = replace(HIGH, kind=ChangeKind.RESOLVED, change_id=30)
OVER_AT_LAST = replace(OVER, severity=Severity.CRITICAL)
SILENCE = Silenced(1, NOON + HOUR, Severity.HIGH)


def channel(name: str = "support", **values: object) -> Options:
    return Options(type="console", id=name, **values)


def pager(name: str = "pager", **values: object) -> Options:
    """A channel that is not a terminal: somebody is there."""
    return channel(name, **values).model_copy(update={"type": "slack"})


def hold(
    change: ChangeFacts,
    *past: Told,
    on: Options | None = None,
    others: tuple[Options, ...] = (),
    silences: tuple[Silenced, ...] = (),
    now: datetime = NOON,
    **route: object,
) -> Hold | None:
    own = on or channel()
    options = RouteOptions(channels=("support",), **route)
    return holding.hold(change, options, Bars(own, (own, *others), silences), list(past), now)


def told(minutes: float = 2, **values: object) -> Told:
    """Of another incident of the brand, told so many minutes ago."""
    at = NOON - minutes * MINUTE
    given = Told("support", 3, 9, ChangeKind.OPENED, Severity.HIGH, WHOLE, at, due_at=at, together="rosecart")
    return replace(given, **values)


def waiting(minutes: float, held: Reason = Reason.GROUPED, **values: object) -> Told:
    """One that is going to be told in so many minutes."""
    return told(10, due_at=NOON + minutes * MINUTE, held=held, **values)


# Silences


def test_the_longest_silence_counts() -> None:
    longer = replace(SILENCE, id=2, ends_at=NOON + 3 * HOUR)
    beside = replace(SILENCE, id=3, ends_at=NOON + 9 * HOUR, brand="other")
    assert hold(HIGH, silences=(SILENCE, longer, beside)) == Hold(Reason.SILENCED, longer.ends_at, 2)


def test_what_is_more_severe_than_a_silence_breaks_through() -> None:
    assert hold(CRITICAL, silences=(SILENCE,)) is None
    assert hold(CRITICAL, silences=(replace(SILENCE, up_to=Severity.CRITICAL),)) is not None


def test_a_silence_that_is_over_holds_nothing() -> None:
    assert hold(HIGH, silences=(replace(SILENCE, ends_at=NOON),)) is None


def test_one_silence_may_follow_another() -> None:
    of_what_is_low = replace(SILENCE, id=2, ends_at=NOON + 2 * HOUR, up_to=Severity.WATCH)
    assert hold(WATCH, silences=(SILENCE, of_what_is_low)) == Hold(Reason.SILENCED, NOON + 2 * HOUR, 2)


# Quiet hours and duty


def test_quiet_hours_hold_what_is_not_critical_until_they_end() -> None:
    quiet = channel(quiet=["11:00-14:30"])
    assert hold(HIGH, on=quiet) == Hold(Reason.QUIET_HOURS, NOON + 150 * MINUTE)
    assert hold(CRITICAL, on=quiet) is None


def test_hours_are_those_of_the_channel() -> None:
    assert hold(HIGH, on=channel(quiet=["16:00-18:00"], time_zone="Asia/Karachi")) is not None  # it is five there
    assert hold(HIGH, on=channel(quiet=["16:00-18:00"])) is None


def test_that_something_critical_is_over_wakes_nobody() -> None:
    assert hold(OVER_AT_LAST, on=channel(quiet=["11:00-14:00"])) == Hold(Reason.QUIET_HOURS, NOON + 2 * HOUR)


def test_who_is_off_duty_hears_of_it_when_on_call_again() -> None:
    off = channel(on_call=["mon-fri 13:00-18:00"])
    assert hold(HIGH, on=off) == Hold(Reason.OFF_DUTY, NOON + HOUR)
    assert hold(HIGH, on=off, now=NOON + 2 * HOUR) is None
    assert hold(HIGH, on=off, now=NOON + 4 * 24 * HOUR + 7 * HOUR) == Hold(Reason.OFF_DUTY, NOON + 7 * 24 * HOUR + HOUR)


@pytest.mark.parametrize(
    ("other", "told_at_once"),
    [
        (pager(), False),
        (pager(on_call=["11:00-13:00"]), False),
        (pager(quiet=["11:00-13:00"]), False),
        (pager(on_call=["13:00-14:00"]), True),
        (pager(enabled=False), True),
        (channel("screen"), True),  # a terminal: nobody is on duty there
        (pager("support"), True),  # itself
        (None, True),
    ],
)
def test_what_is_critical_calls_who_is_off_duty_only_when_nobody_else_is_on(
    other: Options | None, *, told_at_once: bool
) -> None:
    off = channel(on_call=["13:00-18:00"])
    found = hold(CRITICAL, on=off, others=(other,) if other else ())
    assert found == (None if told_at_once else Hold(Reason.OFF_DUTY, NOON + HOUR))


def test_what_ends_last_counts_and_names_the_reason() -> None:
    on = channel(quiet=["11:00-12:30"], on_call=["14:00-18:00"])
    assert hold(HIGH, on=on, silences=(SILENCE,)) == Hold(Reason.OFF_DUTY, NOON + 2 * HOUR, 1)
    late = replace(SILENCE, ends_at=NOON + 3 * HOUR)
    assert hold(HIGH, on=on, silences=(late,)) == Hold(Reason.SILENCED, late.ends_at, 1)


def test_a_silence_that_ends_at_night_is_followed_by_the_quiet_hours() -> None:
    silence = replace(SILENCE, ends_at=NOON + 11 * HOUR)
    found = hold(HIGH, on=channel(quiet=["22:00-07:00"]), silences=(silence,))
    assert found == Hold(Reason.QUIET_HOURS, NOON + 19 * HOUR, 1)


def test_quiet_hours_that_end_off_duty_are_followed_by_the_wait_for_duty() -> None:
    on = channel(quiet=["11:00-14:00"], on_call=["11:30-12:30", "wed 16:00-17:00"])
    assert hold(HIGH, on=on) == Hold(Reason.OFF_DUTY, NOON + 52 * HOUR)


# What goes out as one message


@pytest.mark.parametrize(
    ("change", "past", "route", "until"),
    [
        (HIGH, (), {}, None),
        (HIGH, (told(2),), {}, 3),
        (HIGH, (told(5),), {}, None),
        (HIGH, (told(20),), {"interval": "1h"}, 40),
        (HIGH, (told(4), told(1)), {}, 4),
        (HIGH, (told(2),), {"interval": "0s"}, None),
        (HIGH, (told(2, together=""),), {}, None),
        (HIGH, (told(0),), {}, 5),
        # the first waits for others, where the route says so
        (HIGH, (), {"wait": "1m"}, 1),
        (HIGH, (told(9),), {"wait": "1m"}, 1),
        (HIGH, (waiting(0.5),), {"wait": "1m"}, 0.5),
        (HIGH, (told(2),), {"wait": "1m"}, 3),
        (CRITICAL, (), {"wait": "1m"}, None),
        (HIGH, (told(0),), {"wait": "1m", "interval": "0s"}, 1),
        # those who come later go with the one that waits
        (HIGH, (waiting(4), waiting(3)), {}, 3),
        (HIGH, (told(2), waiting(3)), {}, 3),
        (HIGH, (waiting(3),), {}, 3),
        (HIGH, (waiting(300, Reason.QUIET_HOURS),), {}, None),
        # what is worse does not wait
        (CRITICAL, (told(2, severity=Severity.CRITICAL),), {}, None),
        (HIGH, (told(2, severity=Severity.WATCH),), {}, None),
        (HIGH, (told(2, severity=Severity.WATCH), waiting(3, severity=Severity.HIGH)), {}, None),
        (HIGH, (told(2, severity=Severity.WATCH), told(3)), {}, 3),
        (WATCH, (told(2, severity=Severity.WATCH),), {}, 3),
        (HIGH, (told(2, kind=ChangeKind.RESOLVED),), {}, None),
        (OVER_AT_LAST, (told(2),), {}, 3),
        (OVER, (told(2, kind=ChangeKind.RESOLVED),), {}, 3),
    ],
)
def test_how_messages_are_grouped(
    change: ChangeFacts, past: tuple[Told, ...], route: dict[str, object], until: float | None
) -> None:
    expected = None if until is None else Hold(Reason.GROUPED, NOON + until * MINUTE)
    assert hold(change, *past, **route) == expected


def test_a_message_that_would_go_out_in_quiet_hours_waits_for_their_end() -> None:
    on = channel(quiet=["12:02-13:00"])
    assert hold(HIGH, told(2), on=on) == Hold(Reason.QUIET_HOURS, NOON + HOUR)


def test_after_another_hold_a_message_need_not_wait_for_others() -> None:
    assert hold(HIGH, told(2), on=channel(quiet=["11:00-12:01"])) == Hold(Reason.QUIET_HOURS, NOON + MINUTE)


# In order


@pytest.mark.parametrize("reason", [Reason.QUIET_HOURS, Reason.OFF_DUTY, Reason.SILENCED])
def test_nobody_hears_that_trouble_is_over_before_they_hear_of_it(reason: Reason) -> None:
    opening = waiting(90, reason, incident_id=1, silence=7)
    assert hold(OVER, opening) == Hold(reason, NOON + 90 * MINUTE, 7)
    assert hold(replace(OVER, kind=ChangeKind.OWNED), opening) == Hold(reason, NOON + 90 * MINUTE, 7)


def test_an_end_waits_for_the_last_of_what_waits_of_its_incident() -> None:
    first, last = (waiting(minutes, Reason.SILENCED, incident_id=1) for minutes in (30, 90))
    assert hold(OVER, first, last) == hold(OVER, last, first) == Hold(Reason.SILENCED, NOON + 90 * MINUTE)


def test_an_end_waits_longer_than_its_opening_when_it_has_a_reason_to() -> None:
    opening = waiting(30, Reason.SILENCED, incident_id=1)
    assert hold(OVER, opening, silences=(SILENCE,)) == Hold(Reason.SILENCED, NOON + HOUR, 1)


def test_what_waits_of_another_incident_keeps_no_end_waiting() -> None:
    assert hold(OVER, waiting(90, Reason.SILENCED)) is None


def test_trouble_that_breaks_through_does_not_wait_for_its_opening() -> None:
    assert hold(replace(CRITICAL, kind=ChangeKind.WORSENED), waiting(90, Reason.QUIET_HOURS, incident_id=1)) is None


_HOURS = st.sampled_from(
    ("22:00-07:00", "mon-fri 09:00-18:00", "sat,sun", "12:00-12:05", "wed 03:00-03:00", "00:00-23:00")
)
_ZONES = st.sampled_from(("UTC", "Asia/Karachi", "America/St_Johns", "Europe/Berlin", "Australia/Lord_Howe"))


@st.composite
def _channels(draw: st.DrawFn) -> Options:
    quiet, on_call = draw(st.lists(_HOURS, max_size=2)), draw(st.lists(_HOURS, max_size=2))
    try:
        return channel(quiet=quiet, on_call=on_call, time_zone=draw(_ZONES))
    except ValueError:  # these hours leave nothing
        return channel(quiet=quiet[:1])


_SILENCES = st.lists(
    st.builds(
        Silenced,
        st.integers(1, 9),
        st.integers(-60, 60 * 24 * 20).map(lambda minutes: NOON + minutes * MINUTE),
        st.sampled_from(list(Severity)),
    ),
    max_size=3,
).map(tuple)
_PAST = st.lists(
    st.builds(
        lambda minutes, held, kind, severity: told(
            -minutes, held=held if minutes > 0 else None, kind=kind, severity=severity, incident_id=1 + minutes % 2
        ),
        st.integers(-30, 600),
        st.sampled_from((None, Reason.GROUPED, Reason.QUIET_HOURS, Reason.SILENCED)),
        st.sampled_from((ChangeKind.OPENED, ChangeKind.WORSENED, ChangeKind.RESOLVED)),
        st.sampled_from(list(Severity)),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    change=st.sampled_from((HIGH, CRITICAL, WATCH, OVER, OVER_AT_LAST)), own=_channels(), silences=_SILENCES,
    past=_PAST, minutes=st.integers(0, 60 * 24 * 400), wait=st.sampled_from(("0s", "2m")),
)  # fmt: skip
def test_a_hold_ends_when_nothing_holds_any_longer(
    change: ChangeFacts, own: Options, silences: tuple[Silenced, ...], past: list[Told], minutes: int, wait: str
) -> None:
    now = NOON + minutes * MINUTE
    found = hold(change, *past, on=own, silences=silences, now=now, wait=wait)
    later = found.until if found else now
    assert now <= later < now + timedelta(days=40)
    waits_for_its_opening = found is not None and any(one.out_at == later for one in past)
    assert waits_for_its_opening or Bars(own, (own,), silences).hold(change, later) is None
