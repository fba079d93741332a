"""Makes rows for tests: plain functions that add to a session, flush, and give the row back."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.facts import (
    WHOLE,
    AggregateRating,
    Cell,
    ChangeKind,
    IncidentState,
    MentionKind,
    Person,
    Role,
    Sentiment,
    Severity,
    Way,
)
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    AssessmentTheme,
    Author,
    Brand,
    Case,
    CaseEvent,
    CaseState,
    Coverage,
    Finding,
    Incident,
    IncidentChange,
    IncidentMention,
    Mention,
    MentionBrand,
    ReadState,
    Run,
    RunOutcome,
    Source,
    SourceBrand,
    SourceHealth,
    Theme,
)
from monitor.store import counts, search
from monitor.store import ratings as kept_ratings
from monitor.store.assessments import cells_of
from monitor.store.database import open_database, session_of, upgrade

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
UNFINDABLE = "unfindable"
"""In a session's `info`: the mentions that are not in the index of words yet."""
T = TypeVar("T")
_numbers = itertools.count(1)


def person(name: str, role: Role = Role.ADMIN) -> Person:
    """Somebody at the dashboard of this machine."""
    return Person(name, role, Way.DASHBOARD)


def new_database(folder: Path, name: str = "emberwatch.db") -> str:
    """The address of a new SQLite file with all tables and no rows."""
    path = folder / name
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    """A migrated database file, made once: the migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        engine = open_database(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


@contextmanager
def database_session(url: str) -> Iterator[Session]:
    """A session of a database that is closed for good afterwards."""
    engine = open_database(url)
    with session_of(engine) as session:
        yield session
    engine.dispose()


def _added(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row


def make_brand(
    session: Session, slug: str = "rosecart", name: str = "Rose Cart", time_zone: str = "Asia/Karachi"
) -> Brand:
    return _added(session, Brand(slug=slug, name=name, time_zone=time_zone))


def make_source(
    session: Session,
    brand: Brand,
    slug: str = "reviews",
    kind: str = "schemaorg",
    health: SourceHealth = SourceHealth.HEALTHY,
    **values: object,
) -> Source:
    source = _added(session, Source(slug=slug, kind=kind, health=health, **values))
    _added(session, SourceBrand(source_id=source.id, brand_id=brand.id))
    return source


def make_coverage(session: Session, source: Source, start: datetime, end: datetime) -> Coverage:
    return _added(session, Coverage(source_id=source.id, start=start, end=end))


def make_rating(
    session: Session,
    source: Source,
    value: float,
    at: datetime = NOON,
    item: str = "Kettle",
    *,
    place: str = "https://shop.example/kettle",
    best: float | None = 5.0,
    worst: float | None = 1.0,
    ratings: int | None = 100,
    reviews: int | None = None,
) -> None:
    """What the page of a source shows from that time on."""
    shown = AggregateRating(
        place=place, item=item, value=value, worst=worst, best=best, ratings=ratings, reviews=reviews
    )
    kept_ratings.save_many(session, source, [shown], now=at)


def make_run(
    session: Session,
    source: Source | None = None,
    job: str = "crawl",
    at: datetime = NOON,
    outcome: RunOutcome = RunOutcome.OK,
    **counters: int,
) -> Run:
    run = Run(
        job=job,
        source_id=source.id if source else None,
        started_at=at,
        ended_at=at + timedelta(seconds=4),
        outcome=outcome,
        counters=counters,
    )
    return _added(session, run)


def make_theme(session: Session, slug: str, name: str = "") -> Theme:
    known = session.exec(select(Theme).where(Theme.slug == slug)).first()
    return known or _added(session, Theme(slug=slug, name=name or slug.capitalize()))


def make_author(session: Session, name: str = "", at: datetime = NOON, followers: int | None = None) -> Author:
    number = next(_numbers)
    key = hashlib.sha256(f"{name}{number}".encode()).hexdigest()
    return _added(session, Author(key_hash=key, display_name=name or None, followers=followers, last_seen_at=at))


def make_mention(
    session: Session,
    brand: Brand,
    source: Source,
    text: str = "The parcel never came.",
    *,
    at: datetime = NOON,
    language: str = "en",
    negative: float = 0.9,
    themes: Sequence[str] = (),
    rating: float | None = None,
    author: Author | None = None,
    url: str = "",
    title: str = "",
    kind: MentionKind = MentionKind.REVIEW,
    unsure: bool = False,
) -> Mention:
    """A mention that has been read and counted. P(positive) is most of what `negative` leaves.

    It is found by its words from the next commit on, or once `make_findable` was called: all together, as one by one
    takes longer than all else.
    """
    number = str(next(_numbers))
    author = author or make_author(session, at=at)
    mention = _added(
        session,
        Mention(
            kind=kind,
            host="example.org",
            external_id=number,
            source_id=source.id,
            author_id=author.id,
            url=url or f"https://example.org/{number}",
            title=title,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            published_at=at,
            collected_at=at,
            rating_value=rating,
            rating_worst=None if rating is None else 1,
            rating_best=None if rating is None else 5,
            read_state=ReadState.READ,
        ),
    )
    link = {"mention_id": mention.id, "brand_id": brand.id, "published_at": at, "counted_at": at}
    _added(session, MentionBrand(**link, relevance=1.0))
    make_assessment(session, mention, language=language, negative=negative, themes=themes, unsure=unsure)
    tally = counts.Tally()
    tally.add(brand.id, cells_of(source.slug, language, themes), at, negative)
    counts.write(session, tally)
    if UNFINDABLE not in session.info:
        sa.event.listen(session, "before_commit", make_findable)
    session.info.setdefault(UNFINDABLE, []).append(mention.id)
    return mention


def make_found_mention(session: Session, *args: Any, **values: Any) -> Mention:
    """A mention that is found by its words at once."""
    mention = make_mention(session, *args, **values)
    make_findable(session)
    return mention


def make_findable(session: Session) -> None:
    """Let the mentions made so far be found by their words."""
    search.index(session, session.info[UNFINDABLE])
    session.info[UNFINDABLE] = []


def make_assessment(
    session: Session,
    mention: Mention,
    language: str = "en",
    negative: float = 0.9,
    themes: Sequence[str] = (),
    *,
    unsure: bool = False,
) -> Assessment:
    positive = (1 - negative) * 0.7
    likely = Sentiment.POSITIVE if positive >= 0.5 else Sentiment.NEUTRAL
    row = _added(
        session,
        Assessment(
            mention_id=mention.id,
            model_name="test",
            model_version="1",
            text_hash=mention.text_hash,
            language=language,
            negative=negative,
            neutral=(1 - negative) * 0.3,
            positive=positive,
            label=Sentiment.NEGATIVE if negative >= 0.5 else likely,
            unsure=unsure,
            assessed_at=mention.collected_at,
        ),
    )
    for slug in themes:
        theme = make_theme(session, slug)
        session.add(AssessmentTheme(assessment_id=row.id, theme_id=theme.id, score=0.6))
    session.flush()
    return row


def make_incident(
    session: Session,
    brand: Brand,
    mentions: Sequence[Mention] = (),
    *,
    at: datetime = NOON,
    severity: Severity = Severity.HIGH,
    cell: Cell = WHOLE,
    state: IncidentState = IncidentState.OPEN,
    sentence: str = "14 negative in 40 min, usually 0.6; 12 authors, 2 sources.",
    **values: object,
) -> Incident:
    """An incident opened at `at`, with one finding, its evidence, and the change that opened it."""
    incident = _added(
        session,
        Incident(
            brand_id=brand.id,
            state=state,
            severity=severity,
            dimension=cell.dimension,
            key=cell.key,
            sentence=sentence,
            started_at=at - timedelta(minutes=40),
            opened_at=at,
            last_finding_at=at,
            **values,
        ),
    )
    for mention in mentions:
        session.add(IncidentMention(incident_id=incident.id, mention_id=mention.id))
    make_finding(session, incident, at=at)
    make_change(session, incident, at=at, sentence=sentence)
    return incident


def make_finding(
    session: Session,
    incident: Incident,
    at: datetime = NOON,
    *,
    seen: float = 14.0,
    expected: float = 0.6,
    authors: int = 12,
    window: timedelta = timedelta(minutes=40),
    sources: Sequence[str] = ("reviews", "blog"),
) -> Finding:
    return _added(
        session,
        Finding(
            incident_id=incident.id,
            detector="spike",
            looked_at=at,
            dimension=incident.dimension,
            key=incident.key,
            severity=incident.severity,
            window_start=at - window,
            window_end=at,
            seen=seen,
            expected=expected,
            strength=9.3,
            growth=2.5,
            authors=authors,
            reach=4300,
            evidence={
                "sources": list(sources),
                "themes": [["refund", 0.7]],
                "languages": [["en", 1.0]],
            },
        ),
    )


def make_change(
    session: Session,
    incident: Incident,
    kind: ChangeKind = ChangeKind.OPENED,
    at: datetime = NOON,
    sentence: str = "14 negative in 40 min, usually 0.6.",
    actor: str = "",
) -> IncidentChange:
    return _added(
        session,
        IncidentChange(
            incident_id=incident.id,
            kind=kind,
            severity=incident.severity,
            sentence=sentence,
            actor=actor,
            at=at,
        ),
    )


def make_alert(
    session: Session,
    change: IncidentChange,
    channel: str = "slack-support",
    state: AlertState = AlertState.SENT,
    reason: str = "new_incident",
    **values: object,
) -> Alert:
    return _added(
        session,
        Alert(
            key=f"{change.id}-{channel}",
            change_id=change.id,
            incident_id=change.incident_id,
            channel=channel,
            state=state,
            reason=reason,
            created_at=change.at,
            sent_at=change.at if state is AlertState.SENT else None,
            **values,
        ),
    )


def make_case(
    session: Session,
    mention: Mention,
    *,
    at: datetime = NOON,
    state: CaseState = CaseState.NEW,
    owner: str = "",
    incident: Incident | None = None,
    **values: object,
) -> Case:
    brand_id = session.exec(select(MentionBrand.brand_id).where(MentionBrand.mention_id == mention.id)).one()
    due = {"answer_due_at": at + timedelta(hours=1), "solve_due_at": at + timedelta(days=1)}
    case = _added(
        session,
        Case(
            brand_id=brand_id,
            mention_id=mention.id,
            incident_id=incident.id if incident else None,
            state=state,
            owner=owner,
            opened_at=at,
            **(due | values),
        ),
    )
    session.add(CaseEvent(case_id=case.id, at=at, actor="", action="opened"))
    if owner:
        session.add(CaseEvent(case_id=case.id, at=at, actor=owner, action="took"))
    session.flush()
    return case


def count_rows(session: Session, table: type) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
