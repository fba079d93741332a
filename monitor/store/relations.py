"""Connects mentions with the ones they answer, repost or quote, whichever of the two came first."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, and_, col, or_, select

from monitor.facts import Collected
from monitor.models import Mention

RELATIONS = (
    ("parent_ref", "parent_id"),
    ("root_ref", "root_id"),
    ("repost_ref", "repost_of_id"),
    ("quote_ref", "quote_of_id"),
)
"""The id at the host as the source tells it, and our row once it is there."""

Address = tuple[str, str]


def connect(session: Session, pairs: Sequence[tuple[Mention, Collected]], created: Sequence[Mention]) -> None:
    """Fill in the rows that the texts of a batch refer to, and the ones of older texts that waited for the new ones."""
    for row, collected in pairs:
        for ref, _ in RELATIONS:
            told = getattr(collected, ref)
            if told is not None and told != collected.external_id and getattr(row, ref) is None:
                setattr(row, ref, told)
    rows = list({row.id: row for row, _ in pairs}.values())
    _fill(rows, _ids_of(session, {address for row in rows for address in _unresolved(row)}))
    if created:
        _fill(_waiting(session, created), {(row.host, row.external_id): row.id for row in created})


def _unresolved(row: Mention) -> Iterable[Address]:
    return [(row.host, getattr(row, ref)) for ref, own in RELATIONS if getattr(row, ref) and getattr(row, own) is None]


def _ids_of(session: Session, wanted: set[Address]) -> dict[Address, int | None]:
    if not wanted:
        return {}
    hosts, refs = {host for host, _ in wanted}, {ref for _, ref in wanted}
    found = select(Mention.host, Mention.external_id, Mention.id).where(
        col(Mention.host).in_(hosts), col(Mention.external_id).in_(refs)
    )
    return {(host, ref): mention_id for host, ref, mention_id in session.exec(found)}


def _waiting(session: Session, created: Sequence[Mention]) -> list[Mention]:
    """Older mentions that refer to one of the new ones."""
    hosts, refs = {row.host for row in created}, {row.external_id for row in created}
    asks = [and_(col(getattr(Mention, ref)).in_(refs), col(getattr(Mention, own)).is_(None)) for ref, own in RELATIONS]
    return list(session.exec(select(Mention).where(col(Mention.host).in_(hosts), or_(*asks))))


def _fill(rows: Iterable[Mention], ids: dict[Address, int | None]) -> None:
    for row in rows:
        for ref, own in RELATIONS:
            target = ids.get((row.host, getattr(row, ref) or ""))
            if getattr(row, own) is None and target is not None:
                setattr(row, own, target)
