"""Finds mentions by words and by what is known of them, the newest first, without looking at all mentions.

The full-text index (FTS5 in SQLite, `tsvector` in PostgreSQL) holds the folded words of a mention and its tags (brand,
language, theme …) under one position that grows with time. So every filter is one more list of positions to intersect,
read from the newest end until enough are found.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, Sentiment
from monitor.folding import Term, words
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Case,
    Installation,
    Media,
    Mention,
    MentionBrand,
    ReadState,
    SearchEntry,
)
from monitor.store import bulk
from monitor.store.search_words import fts5_query, tag, token, tsquery, tsvector

LETTERS = 8000
"""So much of a text can be found; pages show fewer."""
TO_CHECK, CORRECTED = "check", "corrected"
"""Tags of a reading that its model was not sure of, and of one that a person corrected."""
BACK_FILL = "search_back_fill"
"""The row of Installation that says up to which mention those of before this index are still to be indexed."""
_SEEK = 300
"""Up to so many mentions are looked up one by one in the index; more are checked while it is read."""
_MOST_AMONG = 5000
"""Of a story, an author or cases no more mentions are listed, the newest."""
ID_BITS = 31
"""Of a position: the number of a mention without the month that PostgreSQL puts before it."""
_ID_MASK = (1 << ID_BITS) - 1
_QUARTER = 900
"""Seconds: in all time zones, days begin with a quarter of an hour."""
_WORDS = sa.table("search_words", sa.column("rowid"), sa.column("position"), sa.column("words"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: all of it must fit."""

    brand_id: int
    terms: tuple[Term, ...] = ()
    tags: tuple[tuple[str, ...], ...] = ()  # of each of these, one must be there
    since: datetime | None = None
    until: datetime | None = None  # exclusive
    story_id: int | None = None
    author_id: int | None = None
    has_case: bool | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A mention that was found."""

    position: int
    mention_id: int
    negative: float  # P(negative), 0..1
    tags: tuple[str, ...]


def position_of(published_at: datetime, mention_id: int) -> int:
    """Seconds since 1970 (until 2106) before the mention's id: a later text always has the higher position."""
    return (_seconds(published_at) << ID_BITS) | (mention_id & _ID_MASK)


def _seconds(moment: datetime) -> int:
    return min(max(int(moment.timestamp()), 0), (1 << 32) - 1)


def is_shadow(name: str | None) -> bool:
    """Whether a table belongs to the full-text index, which the models do not know."""
    return name is not None and re.fullmatch(r"search_words(_[a-z]+)?", name) is not None


def index(session: Session, mention_ids: Iterable[int]) -> int:
    """Make these mentions findable as they are now; those about no brand, or deleted, are not found any more."""
    ids = sorted(set(mention_ids))
    session.flush()
    remove(session, ids)
    found = session.execute(_readable(ids)).all()
    tags = _tags(session, ids)
    rows = [_row(mention, _Said._make(said), tags[mention.id]) for mention, *said in found if mention.id in tags]
    if rows:
        bulk.insert(session, SearchEntry, [row for row, _ in rows])
        _insert_words(session, [_words_row(session, row, text) for row, text in rows])
    return len(rows)


def remove(session: Session, mention_ids: Sequence[int]) -> None:
    """Let these mentions not be found any more."""
    gone = sa.delete(SearchEntry).where(col(SearchEntry.mention_id).in_(mention_ids))
    session.execute(gone.execution_options(synchronize_session=False))


def catch_up(session: Session, limit: int) -> int:
    """Index a batch of what was read before there was this index, the newest first; how many were looked at."""
    mark = session.get(Installation, BACK_FILL)
    if mark is None:
        return 0
    older = select(Mention.id).where(col(Mention.id) <= int(mark.value)).order_by(col(Mention.id).desc())
    ids = [number for number in session.exec(older.limit(limit)) if number is not None]
    if not ids:
        session.delete(mark)
        return 0
    known = set(session.exec(select(SearchEntry.mention_id).where(col(SearchEntry.mention_id).in_(ids))))
    index(session, [number for number in ids if number not in known])
    mark.value = str(ids[-1] - 1)
    session.add(mark)
    return len(ids)


def is_behind(session: Session) -> bool:
    """Whether older mentions are still to be indexed."""
    return session.get(Installation, BACK_FILL) is not None


def _readable(ids: Sequence[int]) -> Any:
    return (
        sa.select(Mention, *(sa.inspect(Assessment).columns[name] for name in _Said._fields))
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .where(col(Mention.id).in_(ids), col(Mention.deleted_at).is_(None), col(Mention.read_state) != ReadState.FAILED)
        .order_by(col(Mention.id))
    )


def _tags(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Brands, themes and media of each mention that concerns a brand."""
    found: dict[int, list[str]] = defaultdict(list)
    links = select(MentionBrand.mention_id, MentionBrand.brand_id).where(
        col(MentionBrand.mention_id).in_(ids), col(MentionBrand.relevance) >= RELEVANT
    )
    for mention_id, brand_id in session.exec(links):
        found[mention_id].append(tag("b", brand_id))
    themes = (
        select(Assessment.mention_id, AssessmentTheme.theme_id)
        .join(AssessmentTheme)
        .where(col(Assessment.mention_id).in_(ids), Assessment.is_current)
    )
    media = select(Media.mention_id, Media.kind).where(col(Media.mention_id).in_(ids)).distinct()
    more = [(number, tag("t", theme)) for number, theme in session.exec(themes)]
    more += [(number, tag("m", kind)) for number, kind in session.exec(media)]
    for mention_id, one in more:
        if mention_id in found:
            found[mention_id].append(one)
    return found


class _Said(NamedTuple):
    """What can be searched of an assessment."""

    language: str
    label: Sentiment
    negative: float
    unsure: bool
    corrected_by: str


def _row(mention: Mention, assessment: _Said, tags: list[str]) -> tuple[dict[str, Any], str]:
    """The entry of a mention, and the text that is searched."""
    number = mention.id or 0
    known = [*tags, tag("l", assessment.language), tag("s", mention.source_id), tag("k", mention.kind)]
    known.append(tag("n", assessment.label))
    known += [tag("u", trust)] if (trust := _trust(assessment)) else []
    stars = rating_of_five(mention.rating_value, mention.rating_worst, mention.rating_best)
    known += [tag("r", stars)] if stars is not None else []
    row = {
        "position": position_of(mention.published_at, number),
        "mention_id": number,
        "negative": assessment.negative,
        "tags": " ".join(known),
    }
    return row, f"{mention.title}\n{mention.text[:LETTERS]}\n{mention.item}"


def _trust(assessment: _Said) -> str:
    """Empty for what a model was sure of."""
    if assessment.corrected_by:
        return CORRECTED
    return TO_CHECK if assessment.unsure else ""


def rating_of_five(value: float | None, worst: float | None, best: float | None) -> int | None:
    """A rating on a scale of 1 to 5, rounded up; None without one. A scale that is not told goes from 1 to 5."""
    if value is None:
        return None
    low, high = 1.0 if worst is None else worst, 5.0 if best is None else best
    share = (value - low) / (high - low) if high > low else 0.0
    return min(5, max(1, math.ceil(1 + 4 * share - 1e-9)))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _insert_words(session: Session, rows: Sequence[tuple[int, str]]) -> None:
    positions, written = zip(*rows, strict=True)
    if _is_sqlite(session):
        each = [{"position": position, "words": text} for position, text in rows]
        session.execute(sa.text("INSERT INTO search_words (rowid, words) VALUES (:position, :words)"), each)
    else:
        session.execute(_ALL_WORDS, {"positions": list(positions), "words": list(written)})


_ALL_WORDS = sa.text(
    "INSERT INTO search_words (position, words) SELECT position, CAST(words AS tsvector)"
    " FROM unnest(CAST(:positions AS bigint[]), CAST(:words AS text[])) AS given (position, words)"
)


def _words_row(session: Session, row: dict[str, Any], text: str) -> tuple[int, str]:
    found = [*words(text), *(token(one) for one in row["tags"].split())]
    written = " ".join(found) if _is_sqlite(session) else tsvector(found)
    return row["position"], written


def find(session: Session, wanted: Wanted, limit: int, before: int | None = None) -> list[Hit]:
    """At most `limit` mentions, the newest first; of those before a position when one is given."""
    among = _among(session, wanted)
    if among is not None and not among:
        return []
    key = _WORDS.c.rowid if _is_sqlite(session) else _WORDS.c.position
    entry: Any = SearchEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it
    statement = (
        sa.select(entry.c.position, entry.c.mention_id, entry.c.negative, entry.c.tags)
        .select_from(_WORDS.join(entry, entry.c.position == key))
        .where(_matches(session, wanted), *_between(key, wanted, before))
        .order_by(key.desc())
        .limit(limit)
    )
    if among is not None:
        statement = statement.where(_one_of(session, key, among))
    if wanted.has_case is not None:
        case = sa.exists().where(col(Case.mention_id) == entry.c.mention_id, col(Case.brand_id) == wanted.brand_id)
        statement = statement.where(case if wanted.has_case else ~case)
    return [Hit(row[0], row[1], row[2], tuple(row[3].split())) for row in session.execute(statement).all()]


def per_quarter(session: Session, wanted: Wanted) -> dict[int, int]:
    """How many mentions fit in each quarter of an hour, by its start in seconds since 1970; all are counted.

    Only words, tags and times are asked: these the full-text index knows without a look at the mentions.
    """
    key = _WORDS.c.rowid if _is_sqlite(session) else _WORDS.c.position
    quarter = (key.op(">>", return_type=sa.BigInteger())(ID_BITS) // _QUARTER).label("quarter")
    words_only = _WORDS.select().with_only_columns(quarter, sa.func.count())
    statement = words_only.where(_matches(session, wanted), *_between(key, wanted, None)).group_by(sa.text("quarter"))
    return {number * _QUARTER: count for number, count in session.execute(statement).all()}


def _between(key: sa.ColumnElement[int], wanted: Wanted, before: int | None) -> list[sa.ColumnElement[bool]]:
    ends = [] if before is None else [before]
    ends += [_seconds(wanted.until) << ID_BITS] if wanted.until else []
    found = [key >= _seconds(wanted.since) << ID_BITS] if wanted.since else []
    return [*found, key < min(ends)] if ends else found


def _among(session: Session, wanted: Wanted) -> list[int] | None:
    """Positions of the mentions of a story or author, or of those with a case when these are few; None for any."""
    entries = select(SearchEntry.position).order_by(col(SearchEntry.position).desc()).limit(_MOST_AMONG + 1)
    told_by = {Mention.story_id: wanted.story_id, Mention.author_id: wanted.author_id}
    narrow = [column == number for column, number in told_by.items() if number is not None]
    if narrow:
        statement = entries.join(Mention, col(Mention.id) == SearchEntry.mention_id).where(*narrow)
        return list(session.exec(statement))[:_MOST_AMONG]
    if not wanted.has_case:
        return None
    cases = entries.join(Case, col(Case.mention_id) == SearchEntry.mention_id).where(Case.brand_id == wanted.brand_id)
    found = list(session.exec(cases.order_by(None)))
    return found if len(found) <= _MOST_AMONG else None


def _one_of(session: Session, key: sa.ColumnElement[int], positions: Sequence[int]) -> sa.ColumnElement[bool]:
    """Few are looked up one by one; of many, each match is checked as it comes (`+ 0` keeps SQLite from seeking)."""
    if not _is_sqlite(session) or len(positions) <= _SEEK:
        return key.in_(positions)
    listed = sa.func.json_each(json.dumps(positions)).table_valued("value")
    return (key + 0).in_(sa.select(listed.c.value))


def _matches(session: Session, wanted: Wanted) -> sa.ColumnElement[bool]:
    tags = ((tag("b", wanted.brand_id),), *wanted.tags)
    if _is_sqlite(session):
        return sa.literal_column("search_words").op("MATCH", is_comparison=True)(fts5_query(wanted.terms, tags))
    asked = sa.cast(sa.literal(tsquery(wanted.terms, tags)), postgresql.TSQUERY)
    return _WORDS.c.words.op("@@", is_comparison=True)(asked)
