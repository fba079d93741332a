"""Casts up the accounts of an installation after its faults: what was shown and planted, against what is kept."""

import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from monitor.clock import utcnow
from monitor.facts import RELEVANT, ChangeKind, Dimension
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    AssessmentTheme,
    Brand,
    Count,
    Incident,
    IncidentChange,
    Mention,
    MentionBrand,
    ReadState,
    Resolution,
    Run,
    RunOutcome,
    Source,
    Theme,
)
from monitor.store.counts import STEPS, floor
from monitor.store.database import session_of
from monitor.store.sources import LONGEST_BACK_OFF
from tests.faults.world import World

Cell = tuple[int, str, str, str, datetime]
CALM_SECONDS = 420  # longer than a lease
_OWED = (AlertState.PENDING, AlertState.SENDING)
_SENDER_DIED = ("monitor", "worker", "guardian", "server", "backend", "connections cut", "lock")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What was there at the end, and what is wrong with it: lines that say what."""

    mentions: int
    incidents: int
    alerts: int
    messages: int
    repeated: int  # messages that came again under their key
    most_repeated: int  # as many as may: one for each channel and each fault that may have ended a sending
    wrong: tuple[str, ...]


def left(session: Session, since: datetime, world: World) -> str:
    """What is still to be done, in words; "" when all is read, found and told."""
    crawled = session.exec(select(Source.last_good_at).where(Source.slug != "orders", col(Source.active))).all()
    if any(at is None or at < since for at in crawled):
        return "crawls"
    waiting = session.exec(select(sa.func.count()).where(Mention.read_state == ReadState.WAITING)).one()
    owed = session.exec(select(sa.func.count()).where(col(Alert.state).in_(_OWED))).one()
    routed = session.exec(select(sa.func.count()).where(col(IncidentChange.routed_at).is_(None))).one()
    found = session.exec(select(sa.func.count(sa.distinct(Incident.brand_id)))).one()
    unseen = len(world.shop.planted) - found
    parts = {"texts": waiting, "alerts": owed, "changes": routed, "incidents": max(unseen, 0)}
    return ", ".join(f"{number} {what}" for what, number in parts.items() if number)


def calm_down(engine: sa.Engine, one: World, since: datetime) -> None:
    """Until every source was crawled since then, and nothing waits; what never ends shows in the accounts.

    A source that failed again and again is waited for until its next try, an hour at most.
    """
    until = time.monotonic() + CALM_SECONDS
    longest = time.monotonic() + LONGEST_BACK_OFF.total_seconds() + CALM_SECONDS
    while time.monotonic() < min(until, longest):
        one.processes.look_after()
        try:
            with session_of(engine) as session:
                if not left(session, since, one):
                    return
                tries = session.exec(select(sa.func.max(Source.next_try_at)).where(col(Source.failures) > 0)).one()
                if tries is not None and tries > utcnow():
                    until = max(until, time.monotonic() + (tries - utcnow()).total_seconds() + CALM_SECONDS)
        except SQLAlchemyError:  # it may still be recovering
            pass
        time.sleep(0.5)


def cast_up(session: Session, world: World) -> Accounts:
    """Compare everything."""
    wrong = [*_mentions(session, world), *_reading(session), *_counts(session), *_incidents(session, world)]
    sent = session.exec(select(Alert).where(Alert.state == AlertState.SENT)).all()
    wrong += _alerts(session, sent, world)
    came = Counter((name, one.key) for name, receiver in world.receivers.items() for one in receiver.taken)
    repeated = sum(number - 1 for number in came.values())
    most = len(world.receivers) * sum(world.faults[kind] for kind in _SENDER_DIED)
    if repeated > most:
        wrong.append(f"{repeated} messages came again, {most} may")
    return Accounts(
        mentions=session.exec(select(sa.func.count()).select_from(Mention)).one(),
        incidents=session.exec(select(sa.func.count()).select_from(Incident)).one(),
        alerts=len(sent),
        messages=came.total(),
        repeated=repeated,
        most_repeated=most,
        wrong=tuple(wrong),
    )


def _mentions(session: Session, world: World) -> list[str]:
    """Every text that was shown or acknowledged is stored, once and with its words."""
    hosts = {site.url.removeprefix("http://"): place for place, site in world.shop.sites.items()}
    stored = Counter(
        (hosts[host], number, text)
        for host, number, text in session.exec(select(Mention.host, Mention.external_id, Mention.text))
        if host in hosts
    )
    shown = Counter((post.place, post.number, post.text) for post in world.shop.posts)
    events = Counter(session.exec(select(Mention.external_id).where(Mention.host == "orders")))
    lines = [f"lost: {one}" for one in (shown - stored)]
    lines += [f"too much: {one}" for one in (stored - shown)]
    lines += [f"an event that was acknowledged is lost: {one}" for one in Counter(world.acknowledged) - events]
    return lines + [f"an event is kept twice: {one}" for one, times in events.items() if times > 1]


def _reading(session: Session) -> list[str]:
    """Every text is read, and what concerns a brand has one current assessment."""
    unread = session.exec(select(Mention.id, Mention.read_state).where(Mention.read_state != ReadState.READ)).all()
    relevant = select(MentionBrand.mention_id).where(col(MentionBrand.relevance) >= RELEVANT)
    current = Counter(session.exec(select(Assessment.mention_id).where(Assessment.is_current)))
    wanted = set(session.exec(relevant))
    lines = [f"not read: mention {number} is {state}" for number, state in unread]
    lines += [f"read but of no brand, or the other way round: {one}" for one in wanted ^ current.keys()]
    return lines + [f"{times} current assessments of mention {one}" for one, times in current.items() if times > 1]


def _counts(session: Session) -> list[str]:
    """The stored counts are those of the rows they were made of, in every cell."""
    expected = _counted_anew(session)
    lines = []
    # 5-minute counts are kept for two days only.
    since = max(start for *_, start in expected) - timedelta(days=1)
    stored: dict[Cell, tuple[float, float]] = {}
    for row in session.exec(select(Count)):
        stored[row.brand_id, row.resolution, row.dimension, row.key, row.start] = (row.mentions, row.negative)
    for cell in expected.keys() | stored.keys():
        if cell[1] == Resolution.FIVE_MINUTES and cell[4] < since:
            continue
        (said, negative), (really, bad) = stored.get(cell, (0, 0.0)), expected.get(cell, (0, 0.0))
        if said != really or abs(negative - bad) > 1e-6:
            lines.append(f"count {cell}: {said} and {negative:.3f} are stored, {really} and {bad:.3f} are there")
    return lines


def _counted_anew(session: Session) -> dict[Cell, tuple[float, float]]:
    """Mentions and sum of P(negative) of each cell, from the assessments themselves."""
    themes: dict[int, list[str]] = defaultdict(list)
    kept = select(AssessmentTheme.assessment_id, Theme.slug).where(Theme.id == AssessmentTheme.theme_id)
    for number, slug in session.exec(kept):
        themes[number].append(slug)
    query = (
        select(MentionBrand.brand_id, Mention.published_at, Assessment, Source.slug)
        .where(Mention.id == MentionBrand.mention_id, Assessment.mention_id == Mention.id, Assessment.is_current)
        .where(Source.id == Mention.source_id, col(MentionBrand.relevance) >= RELEVANT)
    )
    sums: dict[Cell, tuple[float, float]] = {}
    for brand, at, said, source in session.exec(query):
        cells = [(Dimension.ALL, ""), (Dimension.SOURCE, source), (Dimension.LANGUAGE, said.language)]
        cells += [(Dimension.THEME, slug) for slug in themes[said.id or 0]]
        for dimension, key in cells:
            for resolution, step in STEPS.items():
                cell = (brand, resolution, dimension, key, floor(at, step))
                number, negative = sums.get(cell, (0, 0.0))
                sums[cell] = (number + 1, negative + said.negative)
    return sums


def _incidents(session: Session, world: World) -> list[str]:
    """Each brand with a burst has one incident that was opened once; no other has any."""
    opened = Counter(
        session.exec(
            select(Brand.name)
            .join(Incident, col(Incident.brand_id) == Brand.id)
            .join(IncidentChange, col(IncidentChange.incident_id) == Incident.id)
            .where(IncidentChange.kind == ChangeKind.OPENED)
        )
    )
    planted = Counter(world.shop.planted)
    lines = [f"missed: the incident of {name}" for name in planted - opened]
    lines += [f"an incident too many: {name}" for name in opened - planted]
    later = aliased(Run)
    followed = sa.exists().where(later.source_id == Run.source_id, later.id > Run.id, later.job == Run.job)
    still = session.exec(select(Run.id).where(Run.outcome == RunOutcome.RUNNING, followed)).all()
    return lines + [f"run {number} is left open though a later one came" for number in still]


def _alerts(session: Session, sent: list[Alert], world: World) -> list[str]:
    """Each alert is sent or withheld, what is sent has come, and every incident was told in every channel."""
    lines = [
        f"alert {row.key} is {row.state}: {row.error}"
        for row in session.exec(select(Alert).where(col(Alert.state).not_in((AlertState.SENT, AlertState.WITHHELD))))
    ]
    items = {item for one in world.receivers["hook"].taken for item in one.items}
    lines += [f"never came to the webhook: {row.key}" for row in sent if row.channel == "hook" and row.key not in items]
    for row in sent:
        if row.channel == "mail" and row.bundle_id is None and not _has_companions(session, row):
            name = hashlib.sha256(row.key.encode()).hexdigest()[:40]
            if not any(name in one.key for one in world.receivers["mail"].taken):
                lines.append(f"never came by mail: {row.key}")
    for channel, receiver in world.receivers.items():
        texts = "\n".join(one.text for one in receiver.taken)
        lines += [f"{channel} was never told of {name}" for name in world.shop.planted if name not in texts]
    return lines


def _has_companions(session: Session, row: Alert) -> bool:
    return session.exec(select(Alert.id).where(Alert.bundle_id == row.id)).first() is not None
