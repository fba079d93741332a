"""A history to replay: quiet weeks, then bursts of complaints, told as rows that arrive one after another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlmodel import Session, select

from monitor.backtest.replay import Range
from monitor.facts import ChangeKind
from monitor.jobs import detect
from monitor.jobs.context import Context
from monitor.models import Brand, Incident, IncidentChange, Mention, Source
from monitor.store import backtests
from monitor.store.backtests import Past
from monitor.store.counts import floor
from tests.contexts import BRAND, SOURCE, make_context
from tests.factories import NOON, make_coverage, make_mention

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = 15 * MINUTE
START, END = NOON, NOON + 30 * HOUR
WITHIN = Range(START, END, EVERY)


@dataclass(frozen=True)
class Text:
    """One text to come: written at `at`, collected `late` after that."""

    at: timedelta  # after NOON
    negative: float = 0.9
    themes: tuple[str, ...] = ()
    late: timedelta = MINUTE
    fresh: bool = True
    followers: int | None = None


def quiet(seed: int, days: float = 17.0, until: timedelta = 50 * HOUR) -> list[Text]:
    """Twelve texts a day by chance, a fifth of them complaints."""
    chance = Random(seed)
    hours = sorted(chance.uniform(-days * 24, until / HOUR) for _ in range(round(12 * (days + until / DAY))))
    return [Text(hour * HOUR, 0.8 if chance.random() < 0.2 else 0.05) for hour in hours]


def burst(at: timedelta, number: int = 14, *, every: timedelta = 4 * MINUTE, **values: object) -> list[Text]:
    """Complaints of different people, one after another."""
    return [Text(at + i * every, **values) for i in range(number)]  # type: ignore[arg-type] # tests name real fields


def context_of(session: Session, **changes: object) -> Context:
    """A brand with one source that is heard all the time."""
    context = make_context(session, NOON, detection={"every": "15m"} | changes)
    _, source = rows(session)
    make_coverage(session, source, NOON - 40 * DAY, NOON + 10 * DAY)
    session.commit()
    return context


def rows(session: Session) -> tuple[Brand, Source]:
    return session.exec(select(Brand)).one(), session.exec(select(Source)).one()


def arrive(session: Session, texts: Iterable[Text]) -> list[Mention]:
    """Write the texts as if they had been collected and read."""
    brand, source = rows(session)
    made = []
    for number, text in enumerate(texts):
        values = {"negative": text.negative, "themes": text.themes}
        mention = make_mention(session, brand, source, f"text {number}", at=NOON + text.at, **values)
        mention.author_followers = text.followers
        mention.collected_at, mention.fresh = mention.published_at + text.late, text.fresh
        session.add(mention)
        made.append(mention)
    session.commit()
    return made


def by_arrival(texts: Iterable[Text]) -> list[Text]:
    return sorted(texts, key=lambda one: one.at + one.late)


def live(context: Context, texts: Sequence[Text], within: Range = WITHIN) -> None:
    """Run the real job at each look, with what has arrived by then."""
    waiting = by_arrival(texts)
    for look in range(round((within.end - within.start) / within.every)):
        now = within.start + (look + 1) * within.every
        come = [text for text in waiting if NOON + text.at + text.late <= now]
        waiting = waiting[len(come) :]
        arrive(context.session, come)
        detect.run(Context(context.settings, context.session, now))


def past_of(session: Session, within: Range = WITHIN) -> Past:
    brand, _ = rows(session)
    start = floor(within.begin - detect.HISTORY, HOUR)
    return backtests.load(session, brand, start, within.end, before=within.begin, rated=within.begin - detect.RATED)


def opened(session: Session) -> list[tuple[object, ...]]:
    """When the job opened what, and how severe it was then."""
    query = select(IncidentChange, Incident).where(IncidentChange.incident_id == Incident.id)
    found = session.exec(query.where(IncidentChange.kind == ChangeKind.OPENED)).all()
    return sorted((change.at, change.severity, row.dimension, row.key, row.kind) for change, row in found)


BRAND_CONFIG = {"brands": [BRAND], "sources": [SOURCE]}
