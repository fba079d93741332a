"""One theme in a stretch of days: who says it where, how it is rated, examples of both kinds, and its cases."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data import stretches
from dashboard.data.mentions import COUNTED
from dashboard.data.opening import cached, database
from dashboard.data.response import OPEN
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.facts import Sentiment
from monitor.models import Assessment, AssessmentTheme, Case, Location, Mention, MentionBrand, Snapshot, Source, Theme
from monitor.store import search
from monitor.store.search import Hit, Wanted
from monitor.store.search_words import tag

PARTS = 6
"""Languages, sources and branches shown, those with most complaints."""
EXAMPLES = 2
"""Of each kind and order."""
_LATEST = 1000
"""Of so many of the newest texts of a kind the most heard ones are found."""
_AT_ONCE = 500
_NEGATIVE, _POSITIVE = tag("n", Sentiment.NEGATIVE), tag("n", Sentiment.POSITIVE)


@dataclass(frozen=True, slots=True)
class Part:
    """A language, source or branch: how many texts there are held to be negative, and to be positive."""

    key: str
    complaints: int
    compliments: int


@dataclass(frozen=True, slots=True)
class Stars:
    """Ratings on a scale of 1 to 5, rounded up as the search has them."""

    median: float
    number: int


@dataclass(frozen=True, slots=True)
class Heard:
    """An example, and how many followers and reactions it has at least."""

    text: TextRow
    reach: int


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts of one feeling by different people, none twice."""

    newest: tuple[Heard, ...]
    heard: tuple[Heard, ...]  # the most heard first


@dataclass(frozen=True, slots=True)
class Detail:
    """What the texts of a theme have in common; `more` says that only the newest were looked at."""

    languages: tuple[Part, ...]
    sources: tuple[Part, ...]
    locations: tuple[Part, ...]  # by name; empty for a brand without branches
    stars: Stars | None
    complaints: Examples
    compliments: Examples
    more: bool


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Cases about a theme that are open at present."""

    open: int
    late: int


@cached
def detail(brand_id: int, slug: str, days: int, now: datetime, zone: ZoneInfo) -> Detail:
    """The newest texts about a theme in the last `days` days, at most `COUNTED`."""
    span = stretches.stretch(days, now, zone)
    with database() as session:
        number = session.exec(select(Theme.id).where(Theme.slug == slug)).first()
        about = ((tag("t", number or 0),),)
        found = search.find(session, Wanted(brand_id, tags=about, since=span.start, until=span.end), COUNTED + 1)
        hits = found[:COUNTED]
        return Detail(
            languages=_parts(hits, "l"),
            sources=_parts(hits, "s", _names(session)),
            locations=_locations(session, brand_id, hits),
            stars=_stars(hits),
            complaints=_examples(session, [hit for hit in hits if _NEGATIVE in hit.tags]),
            compliments=_examples(session, [hit for hit in hits if _POSITIVE in hit.tags]),
            more=len(found) > COUNTED,
        )


def _names(session: Session) -> dict[str, str]:
    return {str(number): slug for number, slug in session.exec(select(Source.id, Source.slug))}


def _parts(hits: Sequence[Hit], kind: str, names: dict[str, str] | None = None) -> tuple[Part, ...]:
    """Told apart by a kind of tag; `names` says what stands behind its numbers."""
    known = names or {}
    pairs = ((known.get(one[1:], one[1:]), hit) for hit in hits for one in hit.tags if one[0] == kind)
    return _told(pairs)[:PARTS]


def _told(pairs: Iterable[tuple[str, Hit]]) -> tuple[Part, ...]:
    bad, good = Counter[str](), Counter[str]()
    for key, hit in pairs:
        bad[key] += _NEGATIVE in hit.tags
        good[key] += _POSITIVE in hit.tags
    found = [Part(key, bad[key], good[key]) for key in bad if bad[key] or good[key]]
    return tuple(sorted(found, key=lambda part: (-part.complaints, -part.compliments, part.key)))


def _locations(session: Session, brand_id: int, hits: Sequence[Hit]) -> tuple[Part, ...]:
    names = dict(session.exec(select(Location.id, Location.name).where(Location.brand_id == brand_id)).all())
    if not names:
        return ()
    by_mention = {hit.mention_id: hit for hit in hits}
    found: list[tuple[str, Hit]] = []
    for some in _batches(list(by_mention)):
        query = select(MentionBrand.mention_id, MentionBrand.location_id).where(
            MentionBrand.brand_id == brand_id, col(MentionBrand.mention_id).in_(some)
        )
        rows = session.exec(query.where(col(MentionBrand.location_id).is_not(None)))
        found += [(names[place], by_mention[mention_id]) for mention_id, place in rows if place in names]
    return _told(found)[:PARTS]


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[first : first + _AT_ONCE] for first in range(0, len(numbers), _AT_ONCE))


def _stars(hits: Sequence[Hit]) -> Stars | None:
    rated = [int(one[1:]) for hit in hits for one in hit.tags if one[0] == "r"]
    return Stars(float(median(rated)), len(rated)) if rated else None


def _examples(session: Session, hits: Sequence[Hit]) -> Examples:
    """The newest, and of those before them the ones that most people heard."""
    ids = [hit.mention_id for hit in hits[:_LATEST]]
    reach = _reach(session, ids)
    used: set[str] = set()
    newest = _chosen(session, ids[: 5 * EXAMPLES], reach, used)
    loud = sorted((number for number in ids if reach.get(number)), key=lambda number: -reach[number])
    return Examples(newest, _chosen(session, loud[: 5 * EXAMPLES], reach, used))


def _reach(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Followers of the author at the time, and likes, reposts, replies and quotes as last seen."""
    counts = (Snapshot.likes, Snapshot.reposts, Snapshot.replies, Snapshot.quotes)
    reactions = sum((func.coalesce(count, 0) for count in counts), sa.literal(0))
    found: Counter[int] = Counter()
    for some in _batches(ids):
        fans = select(Mention.id, Mention.author_followers).where(
            col(Mention.id).in_(some), col(Mention.author_followers) > 0
        )
        most = sa.select(col(Snapshot.mention_id), func.max(reactions)).where(col(Snapshot.mention_id).in_(some))
        for number, reached in session.exec(fans):
            found[number or 0] += reached or 0
        for number, reached in session.execute(most.group_by(col(Snapshot.mention_id))):
            found[number] += reached or 0
    return found


def _chosen(session: Session, ids: Sequence[int], reach: dict[int, int], used: set[str]) -> tuple[Heard, ...]:
    """The first texts of these that are not there yet, each by somebody else; all of that is kept in `used`."""
    found = session.execute(select_texts().where(col(Mention.id).in_(ids))).all()
    rows = {row.mention_id: row for row in text_rows(session, found)}
    chosen: list[Heard] = []
    for text in (rows[number] for number in ids if number in rows):
        marks = {f"by {text.author}", " ".join((text.text or text.title).casefold().split())}
        if len(chosen) < EXAMPLES and used.isdisjoint(marks):
            chosen.append(Heard(text, reach.get(text.mention_id, 0)))
            used |= marks
    return tuple(chosen)


@cached
def open_cases(brand_id: int, now: datetime) -> dict[str, OpenCases]:
    """Per theme the cases that are open at present, whenever they were opened."""
    due = sa.case((col(Case.answered_at).is_(None), col(Case.answer_due_at)), else_=col(Case.solve_due_at))
    current = (col(Assessment.mention_id) == col(Case.mention_id)) & col(Assessment.is_current)
    query = (
        sa.select(col(Theme.slug), func.count(), func.count(sa.case((due < now, 1))))
        .select_from(Case)
        .join(Assessment, current)
        .join(AssessmentTheme, col(AssessmentTheme.assessment_id) == col(Assessment.id))
        .join(Theme)
        .where(col(Case.brand_id) == brand_id, col(Case.state).in_(OPEN))
        .group_by(col(Theme.slug))
    )
    with database() as session:
        return {slug: OpenCases(number, late) for slug, number, late in session.execute(query)}
