"""Finds what another model read, so that it can be read anew; and keeps how far a re-reading of it all has come."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT
from monitor.models import Assessment, Brand, Installation, Mention, MentionBrand, ReadState
from monitor.models.assessment import PERSON
from monitor.store.assessments import Reader

_LOOKED_AT = 2_000
_KEPT = "rereading"
"""The row of Installation that says how far it has come, so that it goes on wherever it was stopped."""
_LOOKS = 20
"""As often as so many rows are looked at in one go: where all is read by the present model, that takes long enough."""


@dataclass(frozen=True, slots=True)
class Rereading:
    """All texts that another model read are to be read by this one, the last read ones first.

    `below` is the row of the assessments that was reached, 0 at the end; `total` is how many there were at the start.
    """

    name: str
    version: str
    since: datetime
    brand: str
    begun_at: datetime
    below: int
    total: int
    marked: int = 0

    @property
    def is_over(self) -> bool:
        return self.below == 0

    def as_json(self) -> str:
        told = asdict(self)
        return json.dumps({**told, "since": self.since.isoformat(), "begun_at": self.begun_at.isoformat()})


def begin(session: Session, reader: Reader, *, since: datetime, brand: str, now: datetime) -> Rereading:
    """Begin to read anew what another model read of what was published since then, of one brand or of all.

    One that goes on with the same aim is left as it is. The caller commits.
    """
    known = latest(session)
    wanted = (reader.name, reader.version, since.date(), brand)
    if known and not known.is_over and (known.name, known.version, known.since.date(), known.brand) == wanted:
        return known
    newest = session.exec(select(sa.func.max(Assessment.id))).one() or 0
    total = _count(session, reader, since, brand)
    begun = Rereading(reader.name, reader.version, since, brand, now, newest + 1 if total else 0, total)
    session.merge(Installation(name=_KEPT, value=begun.as_json()))
    session.flush()
    return begun


def end(session: Session) -> None:
    """Read no more anew than waits by now. The caller commits."""
    known = latest(session)
    if known is not None:
        session.merge(Installation(name=_KEPT, value=replace(known, below=0).as_json()))


def latest(session: Session) -> Rereading | None:
    """The re-reading that goes on, or the last one."""
    value = session.exec(select(Installation.value).where(Installation.name == _KEPT)).first()
    return _read(value) if value else None


def _read(value: str) -> Rereading:
    told: dict[str, Any] = json.loads(value)
    times = {name: datetime.fromisoformat(told[name]) for name in ("since", "begun_at")}
    return Rereading(**{**told, **times})


def _count(session: Session, reader: Reader, since: datetime, brand: str) -> int:
    another = sa.or_(col(Assessment.model_name) != reader.name, col(Assessment.model_version) != reader.version)
    found = sa.select(sa.func.count()).select_from(Assessment).join(Mention, col(Mention.id) == Assessment.mention_id)
    found = found.where(col(Assessment.is_current), col(Assessment.model_name) != PERSON, another)
    found = found.where(col(Mention.published_at) >= since, col(Mention.deleted_at).is_(None), _of(brand))
    return int(session.scalar(found) or 0)


def advance(session: Session, reader: Reader, limit: int) -> int:
    """Let the next texts wait of the re-reading that goes on, with this model; how many. The caller commits.

    How far it came is written in the same transaction; of several processes at once, one does it.
    """
    row = session.exec(
        select(Installation)
        .where(Installation.name == _KEPT)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    known = _read(row.value) if row else None
    if row is None or known is None or known.is_over or (known.name, known.version) != (reader.name, reader.version):
        return 0
    marked, below = 0, known.below
    for _ in range(_LOOKS):
        number, reached = ask_again(
            session, reader, since=known.since, limit=limit - marked, before=below, brand=known.brand
        )
        marked, below = marked + number, reached or 0
        if below == 0 or marked >= limit:
            break
    new = replace(known, below=below, marked=known.marked + marked).as_json()
    told = sa.update(Installation).where(col(Installation.name) == _KEPT, col(Installation.value) == row.value)
    changed: Any = session.execute(told.values(value=new).execution_options(synchronize_session=False))
    if changed.rowcount == 0:  # another process was faster (SQLite locks no rows that are read)
        session.rollback()
        return 0
    return marked


def left(session: Session, known: Rereading) -> int:
    """About how many are still to be read anew: some may have been read or deleted meanwhile."""
    waits = select(Mention.id).where(sa.text("read_state <> 'read'"), Mention.read_state == ReadState.WAITING)
    again = waits.where(sa.exists().where(col(Assessment.mention_id) == col(Mention.id))).limit(10_000).subquery()
    waiting = session.scalar(sa.select(sa.func.count()).select_from(again)) or 0
    unmarked = 0 if known.is_over else max(known.total - known.marked, 0)
    return int(unmarked + waiting)


def _of(brand: str) -> sa.ColumnElement[bool]:
    """Mentions of one brand, or of any."""
    if not brand:
        return sa.true()
    mine = sa.select(col(MentionBrand.mention_id)).join(Brand, col(Brand.id) == col(MentionBrand.brand_id))
    return col(Mention.id).in_(mine.where(col(Brand.slug) == brand, col(MentionBrand.relevance) >= RELEVANT))


def ask_again(
    session: Session, reader: Reader, *, since: datetime, limit: int, before: int | None, brand: str = ""
) -> tuple[int, int | None]:
    """Let texts wait that another model read, the last read ones first; how many, and the row reached, None at the end.

    `before` is the row reached by the call before. What a person corrected, and what was deleted, is left as it is.
    """
    rows = select(Assessment.id, Assessment.mention_id, Assessment.model_name, Assessment.model_version)
    rows = rows.where(col(Assessment.is_current)).order_by(col(Assessment.id).desc()).limit(_LOOKED_AT)
    found = session.exec(rows if before is None else rows.where(col(Assessment.id) < before)).all()
    chosen: list[int] = []
    reached: int | None = None
    for number, mention_id, name, version in found:
        if len(chosen) == limit:
            break
        reached = number
        if name != PERSON and (name, version) != (reader.name, reader.version):
            chosen.append(mention_id)
    return _wait(session, chosen, since, brand), reached


def _wait(session: Session, ids: list[int], since: datetime, brand: str) -> int:
    if not ids:
        return 0
    waiting = (
        sa.update(Mention)
        .where(
            col(Mention.id).in_(ids),
            col(Mention.read_state) == ReadState.READ,
            col(Mention.deleted_at).is_(None),
            col(Mention.published_at) >= since,
            _of(brand),
        )
        .values(read_state=ReadState.WAITING, read_attempts=0, read_error="")
        .returning(col(Mention.id))
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(waiting).all())
