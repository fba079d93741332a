"""Hours of the week: how they are written, and when they begin and end, through the changes of the clocks."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.hours import DAYS, Span, ends_at, leave_nothing, parse_hours, starts_at

UTC_ZONE = ZoneInfo("UTC")
BERLIN, KARACHI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Karachi")
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def spans(*written: str) -> tuple[Span, ...]:
    return tuple(parse_hours(one) for one in written)


def at(written: str, zone: ZoneInfo = UTC_ZONE, fold: int = 0) -> datetime:
    """A time of the wall clock of that zone."""
    return datetime.fromisoformat(written).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("written", "now", "end"),
    [
        ("22:00-07:00", "2026-03-02T23:10", "2026-03-03T07:00"),
        ("22:00-07:00", "2026-03-02T03:00", "2026-03-02T07:00"),
        ("22:00-07:00", "2026-03-02T22:00", "2026-03-03T07:00"),
        ("22:00-07:00", "2026-03-02T07:00", None),
        ("22:00-07:00", "2026-03-02T21:59:59", None),
        ("mon-fri 09:00-18:00", "2026-03-06T17:59", "2026-03-06T18:00"),
        ("mon-fri 09:00-18:00", "2026-03-07T12:00", None),
        ("fri-mon 09:00-18:00", "2026-03-08T12:00", "2026-03-08T18:00"),
        ("fri-mon 09:00-18:00", "2026-03-10T12:00", None),
        # hours over midnight belong to the day they begin on
        ("fri 22:00-06:00", "2026-03-07T05:00", "2026-03-07T06:00"),
        ("fri 22:00-06:00", "2026-03-06T05:00", None),
        ("sun 22:00-06:00", "2026-03-02T05:00", "2026-03-02T06:00"),
        # whole days, which go on into each other
        ("sat,sun", "2026-03-07T00:00", "2026-03-09T00:00"),
        ("sat, sun", "2026-03-08T23:59", "2026-03-09T00:00"),
        ("sat,sun", "2026-03-09T00:00", None),
        ("mon 00:00-24:00", "2026-03-02T12:00", "2026-03-03T00:00"),
        ("wed 09:00-09:00", "2026-03-05T08:00", "2026-03-05T09:00"),
    ],
)
def test_when_hours_end(written: str, now: str, end: str | None) -> None:
    assert ends_at(spans(written), UTC_ZONE, at(now)) == (at(end) if end else None)


def test_hours_that_follow_each_other_end_with_the_last() -> None:
    given = spans("sat,sun", "sun-fri 20:00-08:00", "mon 08:00-10:00")
    assert ends_at(given, UTC_ZONE, at("2026-03-06T21:00")) == at("2026-03-09T10:00")


def test_hours_that_are_never_over_end_some_time() -> None:
    end = ends_at(spans("mon-sun"), UTC_ZONE, MONDAY)
    assert end is not None
    assert MONDAY < end < MONDAY + timedelta(days=10)


@pytest.mark.parametrize(
    ("written", "now", "start"),
    [
        ("09:00-18:00", "2026-03-02T08:00", "2026-03-02T09:00"),
        ("09:00-18:00", "2026-03-02T09:00", "2026-03-03T09:00"),
        ("mon 09:00-18:00", "2026-03-02T10:00", "2026-03-09T09:00"),
        ("sat,sun", "2026-03-08T10:00", "2026-03-14T00:00"),
    ],
)
def test_when_hours_begin_next(written: str, now: str, start: str) -> None:
    assert starts_at(spans(written), UTC_ZONE, at(now)) == at(start)


def test_the_next_of_several_hours_is_the_one_that_begins_first() -> None:
    assert starts_at(spans("fri 09:00-18:00", "wed 20:00-22:00"), UTC_ZONE, MONDAY) == at("2026-03-04T20:00")


def test_hours_are_those_of_the_channels_zone() -> None:
    assert ends_at(spans("22:00-07:00"), KARACHI, at("2026-03-02T17:30")) == at("2026-03-03T02:00")
    assert ends_at(spans("22:00-07:00"), KARACHI, at("2026-03-02T16:59")) is None
    assert starts_at(spans("mon 09:00-18:00"), KARACHI, at("2026-03-01T23:00")) == at("2026-03-02T04:00")


@pytest.mark.parametrize(
    ("written", "now", "end"),
    [
        # 29 March: at two it is three
        ("22:00-07:00", at("2026-03-28T23:00", BERLIN), at("2026-03-29T05:00")),
        ("22:00-02:30", at("2026-03-29T01:50", BERLIN), at("2026-03-29T01:30")),
        ("02:30-03:15", at("2026-03-29T03:10", BERLIN), None),
        # 25 October: at three it is two
        ("22:00-07:00", at("2026-10-24T23:00", BERLIN), at("2026-10-25T06:00")),
        ("22:00-02:30", at("2026-10-25T02:15", BERLIN), at("2026-10-25T00:30")),
        ("22:00-02:30", at("2026-10-25T02:15", BERLIN, fold=1), None),
        ("02:00-03:00", at("2026-10-25T02:15", BERLIN, fold=1), at("2026-10-25T02:00")),
    ],
)
def test_hours_through_a_change_of_the_clocks(written: str, now: datetime, end: datetime | None) -> None:
    assert ends_at(spans(written), BERLIN, now) == end
    assert ends_at(spans(written), BERLIN, now.astimezone(UTC)) == end


def test_a_time_that_the_clocks_leave_out_comes_as_much_later() -> None:
    before = at("2026-03-29T01:00", BERLIN)
    assert starts_at(spans("02:30-06:00"), BERLIN, before) == at("2026-03-29T03:30", BERLIN).astimezone(UTC)


def test_midnight_may_be_left_out_too() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 29 March 2026: at midnight it is one
    assert starts_at(spans("sun"), beirut, at("2026-03-28T20:00", beirut)) == at("2026-03-28T22:00")


@pytest.mark.parametrize(
    "written",
    [
        "", "  ", "-", "22:00", "22:00-", "25:00-07:00", "24:01-07:00", "07:60-08:00", "monday", "mon-fry", "mon-",
        "mon fri", "mon,,fri", "22:00-07:00 mon", "22-7", "22:00–07:00", "always", "mon\n09:00", 5, None, [], {},
        True, "mon," * 5000 + "!", " " * 50_000,
    ],
)  # fmt: skip
def test_what_is_no_hours_is_refused_with_words(written: object) -> None:
    with pytest.raises(ValueError, match=r"is not hours such as 22:00-07:00|is no time of the day|is not one of mon"):
        parse_hours(written)


@pytest.mark.parametrize("written", ["MON-FRI 9:00-18:00", " mon-fri  09:00 - 18:00 ", "mon - fri 09:00-18:00"])
def test_spaces_and_capitals_do_not_matter(written: str) -> None:
    found = parse_hours(written)
    assert (found.days, found.start.hour, found.end.hour) == (frozenset(range(5)), 9, 18)


def test_hours_are_read_back_from_their_own_words() -> None:
    found = parse_hours("Sat,Sun 10:00-16:00")
    assert parse_hours(found.words) == parse_hours(found) == found


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text(alphabet="monfri satu,-:0123456789\u0662 ", max_size=30))
def test_any_text_is_hours_or_refused_with_words(written: str) -> None:
    try:
        found = parse_hours(written)
    except ValueError:
        with pytest.raises(ValueError, match=re.escape(repr(written))):
            parse_hours(written)
    else:
        assert found.days
        assert found.minutes()


_TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
_SPANS = st.builds(
    lambda days, start, end: parse_hours(f"{','.join(days)} {start}-{end}"),
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=4),
    _TIMES,
    _TIMES,
)
_MOMENTS = st.integers(0, 7 * 24 * 60 - 1)


def _covered(given: tuple[Span, ...], moment: datetime) -> bool:
    """Asked minute by minute, of the week alone."""
    minute = int((moment - MONDAY) / MINUTE) % (7 * 24 * 60)
    return any(minute in span.minutes() for span in given)


@settings(max_examples=60, deadline=None)
@given(st.lists(_SPANS, min_size=1, max_size=4).map(tuple), _MOMENTS)
def test_hours_end_and_begin_where_their_minutes_do(given: tuple[Span, ...], minute: int) -> None:
    now = MONDAY + minute * MINUTE
    end = ends_at(given, UTC_ZONE, now)
    assert (end is not None) is _covered(given, now)
    if leave_nothing(given, ()):
        return
    if end is not None:
        assert not _covered(given, end)
        assert _covered(given, end - MINUTE)
        return
    start = starts_at(given, UTC_ZONE, now)
    assert _covered(given, start)
    assert not _covered(given, start - MINUTE)


@settings(max_examples=60, deadline=None)
@given(_SPANS, st.sampled_from(("Europe/Berlin", "America/St_Johns", "Asia/Beirut", "Australia/Lord_Howe")), st.data())
def test_a_hold_is_always_over_later_and_within_two_days(given: Span, name: str, data: st.DataObject) -> None:
    zone, change = ZoneInfo(name), data.draw(st.sampled_from(("2026-03-29", "2026-10-25", "2026-04-05", "2026-03-08")))
    now = at(change, zone).astimezone(UTC) + data.draw(st.integers(-1500, 1500)) * MINUTE
    one = Span(frozenset(range(2)), given.start, given.end, given.words)
    end = ends_at((one,), zone, now)
    assert end is None or now < end <= now + timedelta(hours=50)
    assert starts_at((one,), zone, now) > now


@pytest.mark.parametrize(
    ("quiet", "on_call", "nothing"),
    [
        ((), (), False),
        (("22:00-07:00",), (), False),
        (("mon-sun",), (), True),
        (("22:00-07:00", "07:00-22:00"), (), True),
        (("22:00-07:00", "07:00-21:59"), (), False),
        (("mon-fri", "sat 00:00-24:00", "sun 00:00-00:00"), (), True),
        (("18:00-09:00",), ("09:00-18:00",), False),
        (("08:00-20:00",), ("mon-fri 09:00-18:00",), True),
        (("08:00-20:00",), ("mon-fri 09:00-18:00", "sun 19:00-21:00"), False),
        ((), ("mon 09:00-09:01",), False),
    ],
)
def test_whether_hours_leave_anything_of_the_week(
    quiet: tuple[str, ...], on_call: tuple[str, ...], *, nothing: bool
) -> None:
    assert leave_nothing(spans(*quiet), spans(*on_call)) is nothing
