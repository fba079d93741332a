"""Makes texts of the rows of a table; a row that cannot be used says in which column what is wrong."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.doors.clocks import ascii_digits
from monitor.doors.dates import NOTHING, Claim, Dates, NoDate
from monitor.doors.headers import Part, folded
from monitor.doors.ratings import NoRating, Rating, Ratings, answer
from monitor.doors.tables import Bad, Cell, Line, shown
from monitor.edge import ANONYMOUS, LONGEST_NAME, LONGEST_TITLE, LONGEST_URL, is_web_address, plain
from monitor.facts import LARGEST_NUMBER, Collected, Engagement, MentionKind, Precision

_HASHED = (Part.TEXT, Part.TITLE, Part.RATING, Part.DATE, Part.AUTHOR, Part.AUTHOR_ID, Part.PRODUCT, Part.URL)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.I)


class _Wrong(ValueError):
    """What is wrong with the cell of a part."""

    def __init__(self, part: Part, what: str) -> None:
        super().__init__(what)
        self.part = part


@dataclass(frozen=True, slots=True)
class Reader:
    """How the rows of one table are read; `host` is the place that their ids belong to."""

    kind: MentionKind
    host: str
    columns: Mapping[Part, str]
    places: Mapping[Part, int]
    dates: Dates
    ratings: Ratings
    day: Claim  # of rows without a date

    def read(self, line: Line) -> Collected | Bad:
        """The text of a row, or what is wrong with it."""
        try:
            return self._text(line)
        except _Wrong as wrong:
            return Bad(line.number, self.columns.get(wrong.part, ""), str(wrong))

    def _text(self, line: Line) -> Collected:
        text, title, rating = self._words(line, Part.TEXT), self._words(line, Part.TITLE), self._rating(line)
        if not text and not title and rating is None:
            raise _Wrong(Part.TEXT, "is empty, and there is neither a title nor a rating")
        published, precision = self._date(line)
        value, worst, best = rating or (None, None, None)
        return Collected(
            kind=self.kind,
            host=self.host,
            external_id=self._id(line),
            url=self._url(line),
            text=text,
            title=title,
            author_ref=self._words(line, Part.AUTHOR_ID),
            author_name=self._author(line),
            published_at=published,
            precision=precision,
            language=self._words(line, Part.LANGUAGE).replace("_", "-"),
            item=self._words(line, Part.PRODUCT)[:LONGEST_TITLE],
            rating_value=value,
            rating_worst=worst,
            rating_best=best,
            parent_ref=self._named(line, Part.PARENT) or None,
            engagement=self._likes(line),
            first_purchase=self._first(line),
        )

    def _cell(self, line: Line, part: Part) -> Cell:
        place = self.places.get(part)
        return None if place is None else line.cells[place]

    def _words(self, line: Line, part: Part) -> str:
        return written(self._cell(line, part))

    def _rating(self, line: Line) -> Rating | None:
        cell = self._cell(line, Part.RATING)
        try:
            return self.ratings.read(cell)
        except NoRating as error:
            raise _Wrong(Part.RATING, f"{shown(cell)!r} {error}") from error

    def _date(self, line: Line) -> Claim:
        cell = self._cell(line, Part.DATE)
        try:
            claim = self.dates.read(cell)
        except (NoDate, OverflowError, ValueError) as error:
            what = str(error) if isinstance(error, NoDate) else "is no date"
            raise _Wrong(Part.DATE, f"{shown(cell)!r} {what}") from error
        return self.day if claim[1] is Precision.UNKNOWN else claim

    def _author(self, line: Line) -> str:
        name = self._words(line, Part.AUTHOR)[:LONGEST_NAME]
        return "" if name.casefold() in ANONYMOUS else name

    def _url(self, line: Line) -> str:
        told = self._words(line, Part.URL)
        if not told or told in NOTHING:
            return ""
        if _BARE_ADDRESS.fullmatch(told):
            told = f"https://{told}"
        if not is_web_address(told) or len(told) > LONGEST_URL or any(sign.isspace() for sign in told):
            raise _Wrong(Part.URL, f"{shown(told)!r} is no web address")
        return told

    def _id(self, line: Line) -> str:
        """The id of the column under its name; a hash of the row as it is written where there is none."""
        return self._named(line, Part.ID) or f"row:{self._hash(line)}"

    def _named(self, line: Line, part: Part) -> str:
        told = plain(self._words(line, part), LONGEST_URL)
        return (
            f"{folded(self.columns[Part.ID])}:{told}"
            if told and told not in NOTHING and Part.ID in self.columns
            else ""
        )

    def _hash(self, line: Line) -> str:
        told = [(str(part), self._words(line, part)) for part in _HASHED if part in self.places]
        return hashlib.sha256(repr(told).encode(errors="replace")).hexdigest()

    def _likes(self, line: Line) -> Engagement | None:
        told = ascii_digits(self._words(line, Part.LIKES)).replace(",", "").replace(" ", "")
        if not told or told in NOTHING:
            return None
        if not re.fullmatch(r"\d{1,18}(?:\.0+)?", told):
            raise _Wrong(Part.LIKES, f"{shown(told)!r} is no number")
        return Engagement(likes=min(int(told.partition(".")[0]), LARGEST_NUMBER))

    def _first(self, line: Line) -> bool | None:
        cell = self._cell(line, Part.FIRST_PURCHASE)
        told = written(cell)
        if not told or told in NOTHING:
            return None
        said = answer(cell)
        if said is None:
            raise _Wrong(Part.FIRST_PURCHASE, f"{shown(cell)!r} is neither yes nor no")
        return said


def written(cell: Cell) -> str:
    """A cell as a text; a sheet's 5.0 is 5."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return (cell.isoformat() if isinstance(cell, datetime) else str(cell)).strip()
