"""Keeps what doors must not forget: the events that came in, and notes such as the last message that was read."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Brand, DoorEvent, DoorNote, Source, SourceBrand, SourceHealth
from monitor.store import bulk

LONGEST_NAME = 128
_TOLD = "told: "
"""Stands before the name of a note that was told."""


def take_event(session: Session, source_id: int, event_id: str, now: datetime) -> bool:
    """Note that an event came; False when it came before, also when another process takes it at this moment."""
    name = _short(event_id)
    if session.get(DoorEvent, (source_id, name)) is not None:
        return False
    return bulk.insert_one(session, DoorEvent, {"source_id": source_id, "event_id": name, "received_at": now})


def forget_events(session: Session, before: datetime) -> int:
    """Remove the events that came before a moment; how many."""
    gone: sa.CursorResult[Any] = session.execute(sa.delete(DoorEvent).where(col(DoorEvent.received_at) < before))  # type: ignore[assignment]
    return gone.rowcount


def import_source(session: Session, slug: str, brand: str) -> Source:
    """The source of what is imported by hand for a brand; inactive, since nobody listens there between two files."""
    source = session.exec(select(Source).where(Source.slug == slug)).first()
    if source is None:
        source = Source(slug=slug, kind="import", active=False, health=SourceHealth.HEALTHY)
        session.add(source)
        session.flush()
    brand_id = session.exec(select(Brand.id).where(Brand.slug == brand)).one()
    if session.get(SourceBrand, (source.id, brand_id)) is None:
        session.add(SourceBrand(source_id=source.id or 0, brand_id=brand_id or 0))
        session.flush()
    return source


def notes(session: Session, source_id: int) -> dict[str, str]:
    """All that a door asked to be kept, by name."""
    rows = session.exec(select(DoorNote.name, DoorNote.value).where(DoorNote.source_id == source_id))
    return dict(rows.all())


def note(session: Session, source_id: int, name: str) -> str:
    """What was kept under a name; "" when nothing was."""
    row = session.get(DoorNote, (source_id, _short(name)))
    return "" if row is None else row.value


def set_note(session: Session, source_id: int, name: str, value: str, now: datetime) -> None:
    """Keep a value under a name; an empty one is forgotten."""
    known = session.get(DoorNote, (source_id, _short(name)))
    if not value:
        if known is not None:
            session.delete(known)
            session.flush()
        return
    row = known or DoorNote(source_id=source_id, name=_short(name), value=value, noted_at=now)
    row.value, row.noted_at = value, now
    session.add(row)
    session.flush()


def _short(name: str) -> str:
    """A name that fits its column; a longer one is known by its hash."""
    return name if len(name) <= LONGEST_NAME else "sha256:" + hashlib.sha256(name.encode()).hexdigest()


def untold(session: Session, prefix: str) -> list[tuple[Source, DoorNote]]:
    """The notes of active doors whose names begin so, in the order in which they came."""
    mine = select(Source, DoorNote).join(DoorNote, col(DoorNote.source_id) == col(Source.id)).where(Source.active)
    begins = col(DoorNote.name).startswith(prefix, autoescape=True)
    return list(session.exec(mine.where(begins).order_by(col(DoorNote.noted_at), col(DoorNote.name))))


def claim(session: Session, note: DoorNote, now: datetime) -> bool:
    """Take the duty to tell of a note; False when someone has it already."""
    session.execute(_delete(note.source_id, _TOLD + note.name))  # told before, and noted again since
    return _rename(session, note.source_id, note.name, _TOLD + note.name, now) > 0


def tell_again(session: Session, told_at: datetime) -> None:
    """Nobody was reached: what was told then is to be told again."""
    told = select(DoorNote).where(col(DoorNote.name).startswith(_TOLD, autoescape=True), DoorNote.noted_at == told_at)
    for note in session.exec(told).all():
        session.execute(_delete(note.source_id, note.name.removeprefix(_TOLD)))
        _rename(session, note.source_id, note.name, note.name.removeprefix(_TOLD), told_at)


def forget_told(session: Session, before: datetime) -> int:
    """Remove the notes that were told before a moment; how many."""
    told = col(DoorNote.name).startswith(_TOLD, autoescape=True)
    return _hit(session, sa.delete(DoorNote).where(told, col(DoorNote.noted_at) < before))


def _rename(session: Session, source_id: int, name: str, new: str, now: datetime) -> int:
    mine = sa.update(DoorNote).where(col(DoorNote.source_id) == source_id, col(DoorNote.name) == name)
    return _hit(session, mine.values(name=new, noted_at=now))


def _delete(source_id: int, name: str) -> sa.Delete:
    gone = sa.delete(DoorNote).where(col(DoorNote.source_id) == source_id, col(DoorNote.name) == name)
    return gone.execution_options(synchronize_session=False)


def _hit(session: Session, statement: Any) -> int:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's or UPDATE's result counts its rows
