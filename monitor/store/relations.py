"""Connects mentions with the ones they answer, repost or quote, whichever of the two came first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import Collected
from monitor.models import Mention
from monitor.store import bulk
from monitor.store.kept import COLUMNS, Address, Kept, ask, find_ids

RELATIONS = (
    ("parent_ref", "parent_id"),
    ("root_ref", "root_id"),
    ("repost_ref", "repost_of_id"),
    ("quote_ref", "quote_of_id"),
)
"""The id at the host as the source tells it, and our row once it is there."""
REFS = tuple(ref for ref, _ in RELATIONS)


def _waiting() -> sa.Select[Any]:
    """Mentions of one `:host` that refer to one of `:names` and are not connected with it."""
    names: sa.BindParameter[list[str]] = sa.bindparam("names", expanding=True)
    waits = (sa.and_(COLUMNS[ref].in_(names), COLUMNS[own].is_(None)) for ref, own in RELATIONS)
    read = ("id", "host", *(name for pair in RELATIONS for name in pair))
    return sa.select(*(COLUMNS[name] for name in read)).where(COLUMNS["host"] == sa.bindparam("host"), sa.or_(*waits))


_WAITING = _waiting()

Changes = defaultdict[int, dict[str, str | int]]
"""What to write in each row, by its id."""


def connect(session: Session, pairs: Sequence[tuple[Kept, Collected]], created: Sequence[Kept]) -> None:
    """Fill in the rows that the texts of a batch refer to, and the ones of older texts that waited for the new ones."""
    changes: Changes = defaultdict(dict)
    for row, collected in pairs:
        _take_refs(row, collected, changes)
    rows = {row.id: row for row, _ in pairs}.values()
    _fill(rows, _ids_of(session, {address for row in rows for address in _unresolved(row)}), changes)
    ids = {(row.host, row.external_id): row.id for row in created}
    _fill(ask(session, _WAITING, ids), ids, changes)
    bulk.update(session, Mention, changes)


def refs_of(collected: Collected) -> dict[str, str | None]:
    """What a text refers to; it is not its own parent or root, as some sources say."""
    told = ((ref, getattr(collected, ref)) for ref in REFS)
    return {ref: None if name == collected.external_id else name for ref, name in told}


def _take_refs(row: Kept, collected: Collected, changes: Changes) -> None:
    for ref, told in refs_of(collected).items():
        if told is not None and getattr(row, ref) is None:
            setattr(row, ref, told)
            changes[row.id][ref] = told


def _unresolved(row: Kept) -> Iterable[Address]:
    return [(row.host, getattr(row, ref)) for ref, own in RELATIONS if getattr(row, ref) and getattr(row, own) is None]


def _ids_of(session: Session, wanted: set[Address]) -> dict[Address, int]:
    """The row at each address; the newest where texts of two kinds share one."""
    found = find_ids(session, wanted)
    return {(host, name): row_id for (_, host, name), row_id in sorted(found.items(), key=lambda item: item[1])}


def _fill(rows: Iterable[Any], ids: Mapping[Address, int], changes: Changes) -> None:
    """Connect rows, which have the columns of RELATIONS and a host, with those that they refer to."""
    for row in rows if ids else ():
        for ref, own in RELATIONS:
            target = ids.get((row.host, getattr(row, ref) or ""))
            if getattr(row, own) is None and target is not None:
                changes[row.id].setdefault(own, target)
