"""Finds where a text, its address or a name stands in rows beside the text's own: messages, reports, notes, errors."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from monitor.models import (
    Alert,
    AlertThread,
    AuditEntry,
    Case,
    CaseEvent,
    ChannelHealth,
    DoorNote,
    Finding,
    FoundTheme,
    HeldFinding,
    Idea,
    Incident,
    IncidentChange,
    JobHealth,
    Mention,
    Reply,
    Report,
    Run,
    SavedView,
    Silence,
    Source,
)

GONE = "(forgotten)"
"""Stands in the place of what was forgotten."""
COLUMNS: dict[type[SQLModel], tuple[str, ...]] = {
    Alert: ("message", "error"),
    AlertThread: ("message", "error"),
    AuditEntry: ("about",),
    Case: ("outcome",),
    CaseEvent: ("note",),
    ChannelHealth: ("error",),
    DoorNote: ("value",),
    Finding: ("evidence",),
    FoundTheme: ("name", "words"),
    HeldFinding: ("sentence",),
    Idea: ("text", "answer"),
    Incident: ("sentence", "why", "dismissed_reason"),
    IncidentChange: ("sentence",),
    JobHealth: ("error",),
    Mention: (),  # other people's words stay theirs
    Reply: ("text", "url", "external_id", "error"),
    Report: ("figures",),
    Run: ("error",),
    SavedView: ("name", "query"),
    Silence: ("reason",),
    Source: ("error",),
}
"""Where words of others than the text itself may repeat it. A test asks of every column whether it is among them."""
SHORTEST_WORDS, SHORTEST_NAME, SHORTEST_ID = 20, 8, 8
"""Letters from which a piece of a text, a name or an id means nothing else, wherever it stands."""
_MOST_PIECES = 60
_SENTENCES = re.compile(r"(?<=[.!?…۔।\n])\s+|\n")
_ASKED_AT_ONCE = 100
_AFTER_ADDRESS = r"(?=[\s\"'<>)\],;|]|\.?(?:\s|$)|$)"


@dataclass(slots=True)
class Traces:
    """What is looked for: addresses and ids, words of texts, and names, all as they were written."""

    addresses: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def add_text(self, *texts: str) -> None:
        """Whole texts, and their sentences, as somebody may have copied them into a note."""
        for text in texts:
            pieces = [text, *_SENTENCES.split(text)][: _MOST_PIECES + 1]
            self.words.update(piece.strip() for piece in pieces if len(piece.strip()) >= SHORTEST_WORDS)

    def add_address(self, url: str, external_id: str) -> None:
        told = {url, unquote(url), quote(unquote(url), safe="!#$%&()*+,/:;=?@[]~")} if url else set()
        self.addresses |= told | ({external_id} if len(external_id) >= SHORTEST_ID else set())

    def add_name(self, name: str) -> None:
        """A name that more people may have is left to `near`."""
        if len(name) >= SHORTEST_NAME or (" " in name.strip() and len(name) > SHORTEST_NAME - 2):
            self.names.add(name.strip())

    def near(self, name: str) -> "Traces":
        """What to look for in rows that are about the person alone: each word of the name as well."""
        parts = {part for part in re.split(r"[\s._@\-]+", name) if len(part) >= 3}
        return Traces(self.addresses, self.words, {*self.names, *parts, *({name} if len(name) >= 2 else ())})

    @property
    def needles(self) -> set[str]:
        return self.addresses | self.words | self.names

    def remover(self) -> Callable[[str], str]:
        """Takes them out of a text, the longest first."""
        longest = sorted(self.needles, key=len, reverse=True)
        if not longest:
            return lambda text: text
        pattern = re.compile("|".join(self._pattern(needle) for needle in longest), re.IGNORECASE)
        return lambda text: pattern.sub(GONE, text)

    def _pattern(self, needle: str) -> str:
        plain = re.escape(needle)
        if needle in self.addresses:
            return rf"(?<![\w/]){plain}{_AFTER_ADDRESS}"
        return rf"(?<!\w){plain}(?!\w)" if needle in self.names else plain


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that says some of it, and what its columns say without."""

    row: SQLModel
    values: dict[str, Any]


def find(session: Session, traces: Traces) -> Iterator[Hit]:
    """All rows with traces, table by table."""
    remove = traces.remover()
    for table, columns in COLUMNS.items():
        if columns:
            yield from hits(_candidates(session, table, columns, traces.needles), columns, remove)


def hits(rows: Iterable[SQLModel], columns: Sequence[str], remove: Callable[[str], str]) -> Iterator[Hit]:
    """Those of the rows from which something is to be taken."""
    for row in rows:
        now = {name: without(getattr(row, name), remove) for name in columns}
        changed = {name: value for name, value in now.items() if value != getattr(row, name)}
        if changed:
            yield Hit(row, changed)


def without(value: Any, remove: Callable[[str], str]) -> Any:
    """A column's value without the traces. What is quoted of other people stays as they wrote it."""
    if isinstance(value, str):
        return remove(value)
    if isinstance(value, list):
        return [without(one, remove) for one in value]
    if isinstance(value, dict):
        return value if is_quote(value) else {name: without(one, remove) for name, one in value.items()}
    return value


def said(value: Any, remove: Callable[[str], str]) -> list[str]:
    """The texts in a column's value that have a trace in them."""
    if isinstance(value, str):
        return [value] if remove(value) != value else []
    if isinstance(value, list):
        return [text for one in value for text in said(one, remove)]
    if isinstance(value, dict) and not is_quote(value):
        return [text for one in value.values() for text in said(one, remove)]
    return []


def is_quote(value: dict[str, Any]) -> bool:
    """Whether it is a mention as messages and reports quote it."""
    return {"text", "url", "published_at"} <= value.keys()


def _candidates(
    session: Session, table: type[SQLModel], columns: Sequence[str], needles: Iterable[str]
) -> Iterator[SQLModel]:
    """Rows with one of the needles in a column, in any case of Latin letters; a row that has several comes once."""
    seen: set[Any] = set()
    key = sa.inspect(table).primary_key
    lower = _lower_ascii if session.get_bind().dialect.name == "sqlite" else str.lower  # as the database does it
    asked = sorted({lower(form) for needle in needles for form in (needle, json.dumps(needle)[1:-1])})
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        some = asked[start : start + _ASKED_AT_ONCE]
        for row in session.exec(select(table).where(sa.or_(*_holds(session, table, columns, some)))).all():
            known = tuple(getattr(row, one.name) for one in key)
            if known not in seen:
                seen.add(known)
                yield row


def _lower_ascii(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _holds(
    session: Session, table: type[SQLModel], columns: Sequence[str], needles: Sequence[str]
) -> list[sa.ColumnElement[bool]]:
    place = sa.func.instr if session.get_bind().dialect.name == "sqlite" else sa.func.strpos
    said = [sa.func.lower(sa.cast(col(getattr(table, name)), sa.Text)) for name in columns]
    return [place(text, needle) > 0 for text in said for needle in needles]
