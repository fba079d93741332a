"""Gives out mentions, cases or alerts as a table: who may is asked first, and who did stands in the audit log."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import BinaryIO

from sqlmodel import Session

from monitor.access import Deed
from monitor.exports import About, Form, columns_of, write
from monitor.exports.columns import Row
from monitor.facts import Person
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.redaction import Redactor
from monitor.store import exports as store
from monitor.store.exports import AlertsWanted, CasesWanted, Wish

log = get_logger(__name__)

_WORDS = frozenset({"author", "title", "text", "outcome", "subject", "sentence", "error"})
"""The columns that may say by what somebody can be reached."""

Watch = Callable[[int], None]
"""Is told how many rows came with each page."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an export looks: its form, authors by name, the mark of UTF-8 that Excel wants in CSV, at most so many.

    Texts are redacted unless they are asked for `unredacted`, which takes the role that names take.
    """

    form: Form = Form.CSV
    names: bool = False
    marked: bool = True
    most: int | None = None
    unredacted: bool = False
    redactor: Redactor = field(default_factory=Redactor)


def export(
    session: Session, wish: Wish, shape: Shape, out: BinaryIO, actor: Person, now: datetime, watch: Watch | None = None
) -> int:
    """Write all that fits to `out`, the newest first, and tell how many rows there were.

    Nothing that was written may be given to anybody before this has returned: only then does the audit log tell of it.
    AnswerRefused when the role is not enough for it, or for names or unredacted texts; TooManyRows for a workbook.
    """
    about = about_of(wish)
    permit(session, actor, Deed.EXPORT, now, f"{about} as {shape.form}")
    if shape.names or shape.unredacted:
        permit(session, actor, Deed.SEE_NAMES, now, f"{about} as {shape.form}")
    rows = islice(_rows(session, wish, shape, watch), shape.most)
    number = write(shape.form, columns_of(about), rows, out, marked=shape.marked)
    session.rollback()  # where `most` ended the reading
    more = (" with names" if shape.names else "") + (" unredacted" if shape.unredacted else "")
    record(session, actor, Deed.EXPORT, now, f"{number} {about} as {shape.form}{more}, {_of(wish)}"[:64])
    session.commit()
    log.info("exported", about=about.value, form=shape.form.value, rows=number, names=shape.names)
    return number


def about_of(wish: Wish) -> About:
    if isinstance(wish, CasesWanted):
        return About.CASES
    return About.ALERTS if isinstance(wish, AlertsWanted) else About.MENTIONS


def _of(wish: Wish) -> str:
    """Which brands, for the audit log."""
    ids = wish.brand_ids if isinstance(wish, CasesWanted | AlertsWanted) else [one.brand_id for one in wish.searches]
    return f"brand {ids[0]}" if len(ids) == 1 else f"{len(ids)} brands"


def _rows(session: Session, wish: Wish, shape: Shape, watch: Watch | None) -> Iterator[Row]:
    """Each page is a read of its own: whoever writes to the database waits for none of this."""
    columns = columns_of(about_of(wish))
    values = attrgetter(*(column.name for column in columns))
    places = [place for place, column in enumerate(columns) if column.name in _WORDS]
    for page in store.pages(session, wish, names=shape.names):
        session.rollback()
        rows = map(values, page)
        yield from rows if shape.unredacted else (_redacted(row, places, shape.redactor) for row in rows)
        if watch is not None:
            watch(len(page))


def _redacted(row: Row, places: Sequence[int], redactor: Redactor) -> Row:
    shown = list(row)
    for place in places:
        value = shown[place]
        if isinstance(value, str):
            shown[place] = redactor(value)
    return shown
