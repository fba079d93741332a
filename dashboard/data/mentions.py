"""Mentions that were searched: a page of them, how many there are, and what they can be narrowed to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data.asked import Asked, Sort, WithMedia, span
from dashboard.data.brands import BrandRow
from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.facts import RELEVANT, MediaKind
from monitor.folding import Term, terms
from monitor.models import Author, Case, CaseState, IncidentMention, Mention, MentionBrand, Source, Theme
from monitor.store import search, spelling
from monitor.store.search import Hit, Wanted
from monitor.store.search_words import tag

COUNTED = 5000
"""So many results are counted exactly, and sorted by sentiment; of more, the newest so many."""
ON_PAGE = 20
LOOKED_AT = 100
"""At most so many results are told on one page, when many of them are copies."""
FACETS = {"sentiment": "n", "check": "u", "language": "l", "theme": "t", "source": "s", "kind": "k"}


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A mention that was found, and what people did about it."""

    text: TextRow
    story_id: int | None
    author_id: int | None
    case_id: int | None
    case_state: CaseState | None
    incident_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A mention, the copies of it that come with it on this page, and how many about the brand tell its story."""

    first: MentionRow
    copies: tuple[MentionRow, ...]
    voices: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that results can be narrowed to, and how many of the counted ones have it."""

    value: str
    number: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results, and what there is besides."""

    told: tuple[Told, ...]
    older: int | None  # where the next page begins; None on the last
    counted: int
    more: bool  # there are more than were counted
    facets: dict[str, tuple[Choice, ...]]  # most frequent first
    behind: bool  # older mentions are still being made findable
    instead: str = ""  # the words that were searched, where nobody wrote those that were asked for


@cached
def results(brand: BrandRow, asked: Asked, before: int | None) -> Results:
    """The page of results that begins after the position `before`, or the first."""
    with database() as session:
        wanted = wanted_of(session, brand, asked)
        hits = search.find(session, wanted, COUNTED + 1) if wanted else []
        instead = ""
        if wanted and not hits:
            wanted, hits, instead = _respelt(session, wanted)
        counted, more = hits[:COUNTED], len(hits) > COUNTED
        here = _page(session, wanted, asked, counted, before) if wanted else []
        told, older = _told(session, brand.id, here, grouped=asked.story is None)
        facets = _facets(session, counted)
        behind = search.is_behind(session)
    return Results(told, older, len(counted), more, facets, behind, instead)


def _respelt(session: Session, wanted: Wanted) -> tuple[Wanted, list[Hit], str]:
    """The question with words as people write them, what it finds, and those words; "" where it finds nothing."""
    words = spelling.respelt(session, wanted.terms)
    if words is None:
        return wanted, [], ""
    wanted = replace(wanted, terms=words)
    hits = search.find(session, wanted, COUNTED + 1)
    return wanted, hits, _asked_for(words) if hits else ""


def _asked_for(wanted: Sequence[Term]) -> str:
    """Terms as a person would ask for them."""
    shown = (" ".join(term.words) + "*" * term.prefix for term in wanted if not term.without)
    return " ".join(f'"{one}"' if " " in one else one for one in shown)


def wanted_of(session: Session, brand: BrandRow, asked: Asked) -> Wanted | None:
    """The question as the search index takes it; None when it names a theme or source that there is not."""
    since, until = span(asked, brand.zone)
    theme = _number_of(session, Theme, asked.theme)
    source = _number_of(session, Source, asked.source)
    if (asked.theme and theme is None) or (asked.source and source is None):
        return None
    return Wanted(
        brand_id=brand.id,
        terms=terms(asked.q),
        tags=tuple(_tags(asked, theme, source)),
        since=since,
        until=until,
        story_id=asked.story,
        author_id=asked.author,
        has_case=None if asked.case is None else asked.case == "yes",
    )


def _number_of(session: Session, table: type[Theme | Source], slug: str) -> int | None:
    return session.exec(select(table.id).where(table.slug == slug)).first() if slug else None


def _tags(asked: Asked, theme: int | None, source: int | None) -> Iterable[tuple[str, ...]]:
    single = {"n": asked.sentiment, "u": asked.check, "l": asked.language, "t": theme, "s": source, "k": asked.kind}
    yield from ((tag(kind, value),) for kind, value in single.items() if value)
    if asked.rating is not None:
        yield tuple(tag("r", stars) for stars in range(1, asked.rating + 1))
    if asked.media is not None:
        kinds = (MediaKind.VIDEO,) if asked.media is WithMedia.VIDEO else tuple(MediaKind)
        yield tuple(tag("m", kind) for kind in kinds)


def _page(session: Session, wanted: Wanted, asked: Asked, counted: Sequence[Hit], before: int | None) -> Sequence[Hit]:
    """The results from which the page is made, in order, one more than it can take."""
    if asked.sort is Sort.NEGATIVE:
        ordered = sorted(counted, key=lambda hit: (-hit.negative, -hit.position))
        places = {hit.position: place for place, hit in enumerate(ordered)}
        start = places.get(before, -1) + 1 if before is not None else 0
        return ordered[start : start + LOOKED_AT + 1]
    if before is None:
        return counted[: LOOKED_AT + 1]
    return search.find(session, wanted, LOOKED_AT + 1, before)


def _told(
    session: Session, brand_id: int, hits: Sequence[Hit], *, grouped: bool
) -> tuple[tuple[Told, ...], int | None]:
    """Cards of the page, each story once when `grouped`; and where the next page begins."""
    stories = _stories(session, hits[:LOOKED_AT]) if grouped else {}
    taken: dict[object, list[Hit]] = {}
    used = 0
    for hit in hits[:LOOKED_AT]:
        key = stories.get(hit.mention_id) or ("alone", hit.mention_id)
        if key not in taken and len(taken) == ON_PAGE:
            break
        taken.setdefault(key, []).append(hit)
        used += 1
    rows = _rows(session, [hit.mention_id for group in taken.values() for hit in group])
    voices = _voices(session, brand_id, {row.story_id for row in rows.values() if row.story_id is not None})
    groups = ([rows[hit.mention_id] for hit in group if hit.mention_id in rows] for group in taken.values())
    told = tuple(Told(group[0], tuple(group[1:]), voices.get(group[0].story_id, 1)) for group in groups if group)
    return told, hits[used - 1].position if used < len(hits) else None


def _stories(session: Session, hits: Sequence[Hit]) -> dict[int | None, int | None]:
    ids = [hit.mention_id for hit in hits]
    return dict(session.exec(select(Mention.id, Mention.story_id).where(col(Mention.id).in_(ids))).all())


def _voices(session: Session, brand_id: int, story_ids: set[int]) -> dict[int | None, int]:
    """How many mentions about the brand tell each story."""
    tell = select(Mention.story_id, func.count()).join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
    about = (MentionBrand.brand_id == brand_id, col(MentionBrand.relevance) >= RELEVANT)
    rows = session.exec(tell.where(col(Mention.story_id).in_(story_ids), *about).group_by(col(Mention.story_id)))
    return dict(rows.all())


def _rows(session: Session, mention_ids: Sequence[int]) -> dict[int, MentionRow]:
    columns: tuple[Any, ...] = (col(Case.id), col(Case.state), col(Case.incident_id))
    statement = select_texts().add_columns(*columns).outerjoin(Case, col(Case.mention_id) == Mention.id)
    found = session.execute(statement.where(col(Mention.id).in_(mention_ids))).all()
    incidents = _incidents(session, mention_ids)
    rows = zip(text_rows(session, found), found, strict=True)
    return {text.mention_id: _row(text, row, incidents.get(text.mention_id)) for text, row in rows}


def _row(text: TextRow, row: sa.Row[Any], incident_id: int | None) -> MentionRow:
    mention, (case_id, state, case_incident) = row[0], row[4:7]
    return MentionRow(
        text=text,
        story_id=mention.story_id,
        author_id=mention.author_id,
        case_id=case_id,
        case_state=state,
        incident_id=case_incident or incident_id,
    )


def again(told: Sequence[Told]) -> tuple[Told, ...]:
    """The same cards in the same order as they are now, though they may not be what was asked for any more."""
    with database() as session:
        rows = _rows(session, [row.text.mention_id for one in told for row in (one.first, *one.copies)])
    return tuple(
        replace(one, first=_now(rows, one.first), copies=tuple(_now(rows, row) for row in one.copies)) for one in told
    )


def _now(rows: dict[int, MentionRow], row: MentionRow) -> MentionRow:
    return rows.get(row.text.mention_id, row)


def _incidents(session: Session, mention_ids: Sequence[int]) -> dict[int, int]:
    """The newest incident of which each mention is evidence."""
    newest = select(IncidentMention.mention_id, func.max(IncidentMention.incident_id))
    where = newest.where(col(IncidentMention.mention_id).in_(mention_ids)).group_by(IncidentMention.mention_id)
    return dict(session.exec(where).all())


def _facets(session: Session, hits: Sequence[Hit]) -> dict[str, tuple[Choice, ...]]:
    """What the results can be narrowed to, by name of the filter."""
    seen = Counter(one for hit in hits for one in hit.tags)
    slugs = {"t": _slugs(session, Theme), "s": _slugs(session, Source)}
    found: dict[str, list[Choice]] = defaultdict(list)
    names = {kind: name for name, kind in FACETS.items()}
    for one, number in seen.most_common():
        kind, value = one[0], one[1:]
        shown = slugs[kind].get(value, "") if kind in slugs else value
        if kind in names and shown:
            found[names[kind]].append(Choice(shown, number))
    return {name: tuple(found[name]) for name in FACETS}


def _slugs(session: Session, table: type[Theme | Source]) -> dict[str, str]:
    return {str(number): slug for number, slug in session.exec(select(table.id, table.slug))}


@cached
def pseudonym(author_id: int) -> str:
    """What an author is called on pages; empty when there is none of this number."""
    with database() as session:
        author = session.get(Author, author_id)
    return author.pseudonym if author else ""
