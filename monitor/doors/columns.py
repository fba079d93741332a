"""Decides which column holds what: as people say, as it was last time, by the names, and by what stands in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.doors.dates import looks_dated
from monitor.doors.headers import EXACT, MEANINGS, Part, folded, is_reply, rank
from monitor.doors.ratings import looks_rated
from monitor.doors.tables import Cell, Line
from monitor.errors import ConfigError

TOLD, LAST_TIME, BY_NAME, BY_VALUES = "as you say", "as last time", "by its name", "by what stands in it"
SURE = 0.8
LIKELY = 0.5
LEAST_WORDS = 2.0
"""Words that a cell has in the mean, in a column of texts that only its cells tell."""
SURE_NAMES = {Part.DATE: EXACT, Part.RATING: 12}
"""Names, by their rank, that are believed whatever stands below them when nothing else fits: its rows are bad then, and
not silently without a date or a rating."""
_WEB = re.compile(r"https?://\S+\Z", re.I)
_NUMBER = re.compile(r"[-+\d.,%\s]+")
_SHARED = frozenset({Part.ID, Part.URL})  # an address may be the id as well


@dataclass(frozen=True, slots=True)
class Chosen:
    """The column of one part, and why."""

    column: str
    why: str


Choice = dict[Part, Chosen]


def choose(
    columns: Sequence[str],
    sample: Sequence[Line],
    now: datetime,
    *,
    told: Mapping[Part, str] | None = None,
    last: Mapping[Part, str] | None = None,
) -> Choice:
    """The columns of a table. What is told goes over everything, `""` leaves a part out; ConfigError names the columns.

    `last` are the columns of the last file with this heading; then nothing is guessed.
    """
    told = told or {}
    fixed = {part: Chosen(_named(column, columns), TOLD) for part, column in told.items() if column}
    if last is not None:
        before = {part: Chosen(column, LAST_TIME) for part, column in last.items() if column in columns}
        found = {part: chosen for part, chosen in before.items() if part not in told} | fixed
    else:
        values = {name: [line.cells[place] for line in sample] for place, name in enumerate(columns)}
        found = _guessed(values, now, fixed, frozenset(told))
    if not found.keys() & {Part.TEXT, Part.TITLE, Part.RATING}:
        raise ConfigError(
            f"no column is known as {MEANINGS[Part.TEXT]}: say it with --map text=COLUMN. "
            f"There are: {', '.join(columns)}"
        )
    return {part: found[part] for part in Part if part in found}


def _named(wanted: str, columns: Sequence[str]) -> str:
    """The column that is meant, whatever its case and signs."""
    for found in ([c for c in columns if c == wanted], [c for c in columns if folded(c) == folded(wanted)]):
        if len(found) == 1:
            return found[0]
    raise ConfigError(f"there is no column {wanted!r}; there are: {', '.join(columns)}")


def _guessed(values: Mapping[str, Sequence[Cell]], now: datetime, fixed: Choice, left: frozenset[Part]) -> Choice:
    found = dict(fixed)
    taken = {chosen.column for chosen in fixed.values()}
    ranked = sorted(
        (place, part is Part.PRODUCT, number, part, name)
        for part in Part
        if part not in left
        for number, name in enumerate(values)
        if (place := rank(name, part)) is not None
    )
    for _, _, _, part, name in ranked:
        shared = part in _SHARED and all(p in _SHARED for p, chosen in found.items() if chosen.column == name)
        if part not in found and (name not in taken or shared) and _may_be(part, values[name], now):
            found[part] = Chosen(name, BY_NAME)
            taken.add(name)
    found |= _by_values({n: v for n, v in values.items() if n not in taken}, now, left | found.keys())
    taken = {chosen.column for chosen in found.values()}
    for place, _, _, part, name in ranked:
        if part not in found and place < SURE_NAMES.get(part, 0) and name not in taken:
            found[part] = Chosen(name, BY_NAME)
    return found


def _may_be(part: Part, cells: Sequence[Cell], now: datetime) -> bool:
    """Whether what stands in a column does not speak against its name."""
    written = [cell for cell in cells if cell is not None and str(cell).strip()]
    if not written:
        return True
    if part is Part.DATE:
        return looks_dated(written, now) >= LIKELY or _counts(written) >= LIKELY
    if part is Part.RATING:
        return looks_rated(written) >= LIKELY
    if part is Part.URL:
        return _share(written, _WEB) >= LIKELY or all("." in str(cell) and " " not in str(cell) for cell in written)
    if part is Part.TEXT:
        return _share(written, _NUMBER) < LIKELY and looks_dated(written, now) < LIKELY
    return True


def _counts(cells: Sequence[Cell]) -> float:
    """The share of numbers that may be the days of a sheet; only a name makes them dates."""
    return sum(isinstance(cell, int | float) or (isinstance(cell, str) and cell.isdecimal()) for cell in cells) / len(
        cells
    )


def _by_values(values: Mapping[str, Sequence[Cell]], now: datetime, left: frozenset[Part]) -> Choice:
    """What is not known by its name: a column of texts, of dates, of addresses, of stars in signs or words."""
    found: Choice = {}
    free = {
        name: written
        for name, cells in values.items()
        if not is_reply(name) and (written := [cell for cell in cells if cell is not None and str(cell).strip()])
    }
    tests: tuple[tuple[Part, Callable[[Sequence[Cell]], float]], ...] = (
        (Part.DATE, lambda cells: looks_dated(cells, now)),
        (Part.URL, lambda cells: _share(cells, _WEB)),
        (Part.RATING, lambda cells: looks_rated(cells) if _share(cells, _NUMBER) < LIKELY else 0.0),
    )
    for part, test in tests:
        name = next((name for name, cells in free.items() if part not in left and test(cells) >= SURE), None)
        if name is not None:
            found[part] = Chosen(name, BY_VALUES)
            del free[name]
    text = max(free, key=lambda name: _length(free[name]), default=None)
    if Part.TEXT not in left and text is not None and _words(free[text]) >= LEAST_WORDS:
        found[Part.TEXT] = Chosen(text, BY_VALUES)
    return found


def _share(cells: Sequence[Cell], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(str(cell).strip())) for cell in cells) / len(cells)


def _length(cells: Sequence[Cell]) -> float:
    return sum(len(cell) for cell in cells if isinstance(cell, str) and not _WEB.fullmatch(cell)) / len(cells)


def _words(cells: Sequence[Cell]) -> float:
    return sum(len(str(cell).split()) for cell in cells) / len(cells)


def told_columns(said: Sequence[str]) -> dict[Part, str]:
    """`["text=Review", "title="]` as parts with their columns; ConfigError names the parts."""
    found: dict[Part, str] = {}
    for one in said:
        name, equals, column = one.partition("=")
        part = next((part for part in Part if part == name.strip().lower()), None)
        if part is None or not equals:
            raise ConfigError(f"--map {one}: write PART=COLUMN, where PART is one of {', '.join(Part)}")
        found[part] = column.strip()
    return found
