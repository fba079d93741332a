"""Finds texts that were kept before by what names them for ever, without reading the texts themselves again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from monitor.facts import MentionKind, Precision
from monitor.models import Mention
from monitor.store import partitions

Address = tuple[str, str]
"""Host and the id there, which texts of several kinds may share."""
DOUBTED_AT_MOST = timedelta(days=1)
"""That a text is gone: a second look that comes later is a first one, since both may have been hiccups."""
Key = tuple[MentionKind, str, str]


@dataclass(slots=True)
class Kept:
    """What saving a text again has to know of its row."""

    id: int
    kind: MentionKind
    host: str
    external_id: str
    source_id: int
    text_hash: str
    published_at: datetime
    precision: Precision
    collected_at: datetime
    parent_ref: str | None
    root_ref: str | None
    repost_ref: str | None
    quote_ref: str | None
    parent_id: int | None = None
    root_id: int | None = None
    repost_of_id: int | None = None
    quote_of_id: int | None = None
    missing_at: datetime | None = None


COLUMNS = sa.inspect(Mention).columns
_WRITTEN = [field.name for field in fields(Kept) if field.default is MISSING and field.name != "id"]


def _named(*columns: str) -> sa.Select[Any]:
    """Columns of `:names` at one `:host`.

    All kinds are asked for because the index that has the addresses begins with the kind.
    """
    names = COLUMNS["external_id"].in_(sa.bindparam("names", expanding=True))
    at_host = COLUMNS["host"] == sa.bindparam("host")
    return sa.select(*(COLUMNS[name] for name in columns)).where(COLUMNS["kind"].in_(list(MentionKind)), at_host, names)


_FIND = _named(*(field.name for field in fields(Kept)))
_FIND_IDS = _named("kind", "host", "external_id", "id")
_KEYS = sa.table(
    partitions.KEYS,
    sa.column("kind", COLUMNS["kind"].type),
    sa.column("host"),
    sa.column("external_id"),
    sa.column("mention_id"),
)
_FIND_KEYS = sa.select(_KEYS).where(
    _KEYS.c.host == sa.bindparam("host"),
    _KEYS.c.external_id == sa.any_(sa.bindparam("names", type_=postgresql.ARRAY(sa.String))),
)
_BY_ID = sa.select(*(COLUMNS[field.name] for field in fields(Kept))).where(
    COLUMNS["id"] == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.BigInteger)))
)
"""As one list, however many there are: the question stays the same, and PostgreSQL has it prepared."""


def find(session: Session, addresses: Iterable[Address]) -> dict[Key, Kept]:
    """The rows of these texts, of every kind."""
    if _has_keys(session):
        ids = list(find_ids(session, addresses).values())
        rows: Iterable[Any] = session.connection().execute(_BY_ID, {"ids": ids}) if ids else ()
    else:
        rows = ask(session, _FIND, addresses)
    found = (Kept(*row) for row in rows)
    return {(row.kind, row.host, row.external_id): row for row in found}


def find_ids(session: Session, addresses: Iterable[Address]) -> dict[Key, int]:
    """The ids of these texts' rows, of every kind."""
    question = _FIND_KEYS if _has_keys(session) else _FIND_IDS
    return {(kind, host, name): row_id for kind, host, name, row_id in ask(session, question, addresses)}


def _has_keys(session: Session) -> bool:
    """Whether what names a text stands in a table of its own, since the mentions are in many partitions."""
    return session.get_bind().dialect.name == "postgresql"


def as_written(row_id: int, values: Mapping[str, Any]) -> Kept:
    """A row that was just added with these values; it is connected with no other yet."""
    return Kept(row_id, **{name: values[name] for name in _WRITTEN})


def ask(session: Session, question: sa.Select[Any], addresses: Iterable[Address]) -> Iterator[Any]:
    """The rows that answer a question about `:names` at a `:host`, asked once for each host.

    Asked for all hosts together, every name would be looked for at every host.
    """
    by_host: dict[str, set[str]] = defaultdict(set)
    for host, external_id in addresses:
        by_host[host].add(external_id)
    for host, names in by_host.items():
        yield from session.connection().execute(question, {"host": host, "names": list(names)})
