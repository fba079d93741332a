"""Looks at every brand's stream: asks the detectors, and applies what the rules say about incidents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, select

from monitor import incidents as rules
from monitor.alerting.text import web_address
from monitor.config import Settings
from monitor.detection import detector
from monitor.detection.series import known_buckets
from monitor.facts import Cell, Change, Dimension, Finding, Series, Stream
from monitor.jobs.context import Context, Counters
from monitor.languages import language_name
from monitor.models import Brand
from monitor.store import incidents, streams
from monitor.store.counts import floor

HISTORY = timedelta(days=28)
RECENT = timedelta(hours=48)
HOUR = timedelta(hours=1)
LONGEST_LINK = 200
"""Letters; a longer address would bury the sentence it ends."""


def run(context: Context) -> Counters:
    """One look at each active brand; committed brand by brand."""
    counters: Counters = Counter()
    for brand in context.session.exec(select(Brand).where(Brand.active)).all():
        if context.stopping():
            break
        look(context, brand, counters)
        context.session.commit()
    return counters


def look(context: Context, brand: Brand, counters: Counters) -> None:
    """Ask all detectors about one brand, decide, and write the changes.

    When there is something to write, it is decided once more with the brand locked: of two processes that look at the
    same time, the second one finds what the first one has written.
    """
    session, brand_id = context.session, brand.id or 0
    stream = read_stream(session, brand, context.now)
    plan = _decide(context, brand_id, ask(context.settings, stream) if stream.voices else [])
    if plan.is_empty:
        return
    session.commit()
    incidents.lock(session, brand_id)
    _write(context, brand_id, _decide(context, brand_id, plan.findings), stream, counters)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one look comes to: the findings, the incidents that go on by them, and the changes."""

    findings: Sequence[Finding]
    going_on: Sequence[tuple[int, Sequence[Finding]]]
    changes: Sequence[Change]

    @property
    def is_empty(self) -> bool:
        return not self.going_on and not self.changes


def _decide(context: Context, brand_id: int, findings: Sequence[Finding]) -> _Plan:
    settings, now = context.settings, context.now
    options = settings.detection.incidents
    known = incidents.going_on(context.session, brand_id, now - options.calm_after)
    if not known and not findings:
        return _Plan((), (), ())
    assigned = rules.assign(known, findings, options)
    changes = rules.decide(known, findings, now, options, names_of(settings, findings))
    return _Plan(findings, [(incident.id, group) for incident, group in assigned if incident], changes)


def _write(context: Context, brand_id: int, plan: _Plan, stream: Stream, counters: Counters) -> None:
    session, now = context.session, context.now
    for incident_id, group in plan.going_on:
        incidents.heard_again(session, incident_id, group, now)
    for change in plan.changes:
        told = rules.size(change.finding) if change.finding else 0.0
        incidents.apply(session, brand_id, _with_link(change, stream), told, now)
        counters[f"incidents {change.kind}"] += 1


def read_stream(session: Session, brand: Brand, now: datetime) -> Stream:
    """The brand's stream as of now, from the stored counts and the recent mentions."""
    start, brand_id = floor(now - HISTORY, HOUR), brand.id or 0
    heard = streams.load(session, brand_id, start, now - RECENT, now)
    hourly = _hourly(heard, start)
    troubled = incidents.troubled(session, brand_id, start)
    return Stream(brand.slug, now, hourly, heard.voices, tuple(troubled))


def _hourly(heard: streams.Heard, start: datetime) -> dict[Cell, Series]:
    """The hours of each cell; nearly all cells were heard at the same times, which are worked out once."""
    known: dict[int, NDArray[np.bool_]] = {}
    hourly = {}
    for cell, sums in heard.sums.items():
        spans = heard.known[cell]
        if id(spans) not in known:
            known[id(spans)] = known_buckets(spans, start, HOUR, sums.shape[1])
        hourly[cell] = Series(cell, start, HOUR, sums[0], sums[1], sums[2], known[id(spans)])
    return hourly


def ask(settings: Settings, stream: Stream) -> list[Finding]:
    """The findings of all configured detectors."""
    found: list[Finding] = []
    for options in settings.detection.detectors:
        found += detector(options.type)(stream, options)
    return found


def _with_link(change: Change, stream: Stream) -> Change:
    """The sentence ends with where it began, if that is an address people may open."""
    first = change.finding.first_mention_id if change.finding else None
    link = next((web_address(voice.url) for voice in stream.voices if voice.mention_id == first), "")
    if not link or len(link) > LONGEST_LINK:
        return change
    return replace(change, sentence=f"{change.sentence}; first: {link}")


def names_of(settings: Settings, findings: Sequence[Finding]) -> dict[str, str]:
    """How themes and languages are called in a sentence."""
    cells = [finding.cell for finding in findings]
    languages = {cell.key: language_name(cell.key) for cell in cells if cell.dimension is Dimension.LANGUAGE}
    return languages | {theme.id: theme.name.lower() for theme in settings.themes}
