"""Takes a table in: what its columns mean is decided from all rows, all rows are looked at, and then they are given."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from itertools import islice

from monitor.doors import dates, ratings
from monitor.doors.columns import Choice, choose
from monitor.doors.dates import NOT_TOLD, Dates, Order
from monitor.doors.headers import Part, folded, signature_of
from monitor.doors.ratings import Ratings
from monitor.doors.reading import Reader
from monitor.doors.tables import Bad, Line, Table
from monitor.edge import LONGEST_TEXT
from monitor.facts import Collected, MentionKind, Precision

SAMPLE = 400
"""Rows from which the columns are guessed."""
EXAMPLES = 3
FIRST_BAD = 10_000
"""Bad rows that are held; more are counted."""
MOST_COMPARED = 1_000_000
"""Rows among which the same one is looked for, about 80 MB."""
MONTH_FIRST_ZONES = frozenset(
    {
        "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
        "America/Detroit", "America/Anchorage", "America/Boise", "Pacific/Honolulu", "Asia/Manila",
    }
)  # fmt: skip
"""Where people write the month first when they write numbers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person or the config says of a file; what is not said is found out."""

    kind: MentionKind = MentionKind.REVIEW
    columns: Mapping[Part, str] = field(default_factory=dict)
    order: Order | None = None
    scale: tuple[float, float] | None = None
    zone: tzinfo | None = None  # of times that name none
    usual_zone: tzinfo = UTC  # where neither a person nor the heading says it
    day: date | None = None  # of rows without a date


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is read."""

    table: Table
    chosen: Choice
    reader: Reader
    remarks: tuple[str, ...]  # for people: what was decided, and why

    @property
    def unused(self) -> list[str]:
        used = {chosen.column for chosen in self.chosen.values()}
        return [name for name in self.table.columns if name not in used]

    def texts(self) -> Iterator[Collected | Bad]:
        """The rows in order, as texts or as what is wrong with them."""
        for line in self.table.lines():
            yield line if isinstance(line, Bad) else self.reader.read(line)


@dataclass(slots=True)
class Survey:
    """What all rows of a table come to."""

    rows: int = 0
    good: int = 0
    undated: int = 0
    cut: int = 0  # texts that are longer than is kept
    same: int = 0  # rows that stand for a text of a row before them
    oldest: datetime | None = None
    newest: datetime | None = None
    examples: list[Collected] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)  # by column
    _seen: set[int] = field(default_factory=set)  # of the names of texts, as hashes

    @property
    def bad_rows(self) -> int:
        return self.rows - self.good

    def add(self, found: Collected | Bad) -> None:
        self.rows += 1
        if isinstance(found, Bad):
            self.reasons[found.column] += 1
            if len(self.bad) < FIRST_BAD:
                self.bad.append(found)
            return
        self.good += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(found)
        self.cut += len(found.text) > LONGEST_TEXT
        self._count_same(hash(found.external_id))
        if found.published_at is None or found.precision is Precision.UNKNOWN:
            self.undated += 1
            return
        self.oldest = min(self.oldest or found.published_at, found.published_at)
        self.newest = max(self.newest or found.published_at, found.published_at)

    def _count_same(self, name: int) -> None:
        self.same += name in self._seen
        if len(self._seen) < MOST_COMPARED:
            self._seen.add(name)


def plan(table: Table, wishes: Wishes, host: str, now: datetime, *, last: Mapping[Part, str] | None = None) -> Plan:
    """Decide how to read a table; see `planning`."""
    made = [step for step in planning(table, wishes, host, now, last=last) if step is not None]
    return made[-1]


def planning(
    table: Table, wishes: Wishes, host: str, now: datetime, *, last: Mapping[Part, str] | None = None
) -> Iterator[Plan | None]:
    """Decide how to read a table, from its names, a sample and, for dates and ratings, all of its rows.

    Gives None after each row, so that the caller can have a rest, and the plan at the end.
    """
    sample = [line for line in islice(table.lines(), SAMPLE) if isinstance(line, Line)]
    chosen = choose(table.columns, sample, now, told=wishes.columns, last=last)
    places = {part: table.columns.index(one.column) for part, one in chosen.items()}
    evidence = _Evidence(dates.Evidence(), ratings.Evidence())
    yield from _gather(evidence, table, places, now)
    when, when_remarks = _dates(evidence.dates, wishes, now, chosen)
    rated, rated_remarks = _ratings(evidence.ratings, wishes, chosen)
    reader = Reader(
        kind=wishes.kind,
        host=host,
        columns={part: one.column for part, one in chosen.items()},
        places=places,
        dates=when,
        ratings=rated,
        day=NOT_TOLD if wishes.day is None else (datetime.combine(wishes.day, time(), UTC), Precision.DAY),
    )
    yield Plan(table, chosen, reader, (*when_remarks, *rated_remarks))


@dataclass(slots=True)
class _Evidence:
    dates: dates.Evidence
    ratings: ratings.Evidence


def _gather(found: _Evidence, table: Table, places: Mapping[Part, int], now: datetime) -> Iterator[None]:
    """Look at all dates and ratings before one is read: one row may tell what all the others mean."""
    when, rated = places.get(Part.DATE), places.get(Part.RATING)
    if when is None and rated is None:
        return
    for line in table.lines():
        yield None
        if isinstance(line, Bad):
            continue
        if when is not None:
            found.dates.add(line.cells[when], now)
        if rated is not None:
            found.ratings.add(line.cells[rated])


def _dates(found: dates.Evidence, wishes: Wishes, now: datetime, chosen: Choice) -> tuple[Dates, list[str]]:
    usual = Order.MONTH_FIRST if str(wishes.zone or wishes.usual_zone) in MONTH_FIRST_ZONES else Order.DAY_FIRST
    order, why = (wishes.order, "") if wishes.order else found.order(usual)
    heading = f" {folded(chosen[Part.DATE].column)} " if Part.DATE in chosen else ""
    zone = wishes.zone or (UTC if " utc " in heading or " gmt " in heading else wishes.usual_zone)
    remarks = []
    if found.day_first or found.month_first or found.either:
        remarks.append(f"dates: {order.words}{f' ({why})' if why else ''}")
    if found.with_clock and not found.days_only:
        remarks.append(f"times without a zone: {zone}")
    if not heading and wishes.day is None:
        remarks.append("no dates: all count as of now, and none as news; say the day with --day if they are of one")
    return Dates(order, zone, now, days_only=found.days_only), remarks


def _ratings(found: ratings.Evidence, wishes: Wishes, chosen: Choice) -> tuple[Ratings, list[str]]:
    if Part.RATING not in chosen:
        return Ratings(), []
    scale = wishes.scale or found.scale(chosen[Part.RATING].column)
    zero_is_none = wishes.scale is None and bool(found.zeros) and scale is not None and scale[0] > 0
    if not found.numbers:
        return Ratings(), []
    told = (
        "on no scale that is known: say it, such as --scale 1-7" if scale is None else f"{scale[0]:g} to {scale[1]:g}"
    )
    return Ratings(scale, zero_is_none), [f"ratings: {told}{', 0 is none' if zero_is_none else ''}"]


def survey(plan: Plan) -> Iterator[Survey]:
    """Look at all rows; gives what is known after each, so that the caller can have a rest or show how far it is."""
    found = Survey()
    for one in plan.texts():
        found.add(one)
        yield found
    if not found.rows:
        yield found


def surveyed(plan: Plan) -> Survey:
    """All rows looked at."""
    found = Survey()
    for found in survey(plan):  # noqa: B007 (the last one is the whole)
        pass
    return found


def batches(plan: Plan, size: int) -> Iterator[list[Collected]]:
    """The good rows, so many at a time."""
    good = (one for one in plan.texts() if isinstance(one, Collected))
    while batch := list(islice(good, size)):
        yield batch


def note_name(columns: Sequence[str]) -> str:
    """Under which name the columns of a heading are kept."""
    return f"columns:{hashlib.sha256(signature_of(columns).encode(errors='replace')).hexdigest()}"


def as_note(chosen: Choice) -> str:
    """The columns as they are kept for the next file with this heading."""
    return json.dumps({part.value: one.column for part, one in chosen.items()}, ensure_ascii=False)


def from_note(value: str) -> dict[Part, str] | None:
    """The columns of the last file; None when nothing was kept, or by a version that knew other parts."""
    try:
        told = json.loads(value) if value else None
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    return {Part(name): column for name, column in told.items() if name in list(Part) and isinstance(column, str)}
