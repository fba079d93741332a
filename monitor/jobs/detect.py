"""Looks at every brand's stream: asks the detectors, and applies what the rules say about incidents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from monitor import incidents as rules
from monitor.alerting.text import web_address
from monitor.config import Settings
from monitor.detection import detector
from monitor.detection.series import known_buckets
from monitor.detection.spread import spread
from monitor.facts import (
    WHOLE,
    Cell,
    Change,
    ChangeKind,
    Dimension,
    Finding,
    IncidentFacts,
    IncidentState,
    MentionKind,
    Series,
    Spread,
    Stream,
    Voice,
)
from monitor.jobs.context import Context, Counters
from monitor.languages import language_name
from monitor.models import Brand
from monitor.store import held, incidents, ratings, reviewed, spreads, streams, themes
from monitor.store.counts import floor

HISTORY = timedelta(days=28)
RECENT = timedelta(hours=48)
RATED = timedelta(weeks=8)
LATELY = timedelta(days=3)
"""Reviews as young as this do not tell what reviews are usually like: they are what is being judged."""
LONGEST = timedelta(days=14)
"""Of an incident that goes on for longer, only so much of its evidence tells how it spreads."""
HOUR = timedelta(hours=1)
UNKNOWN_LANGUAGE = "an unknown language"
STALE = timedelta(minutes=5)
"""How far an incident has gone is worked out anew after so long, also when nothing came: its pace has changed."""
LONGEST_LINK = 200
"""Letters; a longer address would bury the sentence it ends."""


def run(context: Context) -> Counters:
    """One look at each active brand of ours; committed brand by brand. Nobody is alarmed by what others do wrong."""
    counters: Counters = Counter()
    for brand in ours(context.session):
        if context.stopping():
            break
        look(context, brand, counters)
        context.session.commit()
    return counters


def one(context: Context, slug: str) -> Counters:
    """One look at one brand; none where it is no longer ours to watch."""
    counters: Counters = Counter()
    for brand in ours(context.session, slug):
        look(context, brand, counters)
    return counters


def ours(session: Session, slug: str = "") -> Sequence[Brand]:
    """The active brands of ours, or the one that is called so."""
    brands = select(Brand).where(Brand.active, ~col(Brand.competitor))
    return session.exec(brands.where(Brand.slug == slug) if slug else brands).all()


def look(context: Context, brand: Brand, counters: Counters) -> None:
    """Ask all detectors about one brand, decide, and write the changes."""
    stream = read_stream(context.session, brand, context.now)
    findings = ask(context.settings, stream) if stream.voices or stream.ratings else []
    follow(context, brand.id or 0, stream, findings, counters)


def follow(context: Context, brand_id: int, stream: Stream, findings: Sequence[Finding], counters: Counters) -> None:
    """Decide about the incidents of one brand by what was found at this look, and write the changes.

    When there is something to write, it is decided once more with the brand locked: of two processes that look at the
    same time, the second one finds what the first one has written.
    """
    session, known = context.session, _known(context, brand_id)
    if not known and not findings:
        return
    kept = spreads.latest(session, [one.id for one in known if one.state is IncidentState.OPEN])
    old = {number: spread_then for number, (spread_then, at) in kept.items() if _still_so(at, stream)}
    new = {one.id: how_far(session, brand_id, one, stream) for one in known if one.id not in old}
    gone: Mapping[int, Spread] = old | {number: found for number, found in new.items() if found}
    if not _decide(context, known, findings, gone, stream).is_empty:
        session.commit()
        incidents.lock(session, brand_id)
        plan = _decide(context, _known(context, brand_id), findings, gone, stream)
        _write(context, brand_id, plan, stream, counters)
        gone = _gone(context, brand_id, plan, stream, gone)
    for incident_id, spread_now in gone.items():
        if incident_id not in old:
            spreads.keep(session, incident_id, spread_now, context.now)


def _still_so(at: datetime, stream: Stream) -> bool:
    """Whether nothing came since then, and so little time has passed that it is no news either."""
    newest = max((voice.seen_at for voice in stream.voices), default=at)
    return newest <= at and timedelta() <= stream.now - at < STALE


def _known(context: Context, brand_id: int) -> list[IncidentFacts]:
    return incidents.going_on(context.session, brand_id, context.now - context.settings.detection.incidents.calm_after)


def how_far(session: Session, brand_id: int, incident: IncidentFacts, stream: Stream) -> Spread | None:
    """How far an open incident has gone; None for one that is not open, or of which no voice is left."""
    if incident.state is not IncidentState.OPEN:
        return None
    since, recent = max(incident.started_at, stream.now - LONGEST), stream.now - RECENT
    older = streams.evidence(session, brand_id, incident.id, since, recent) if since < recent else []
    heard = {voice.mention_id: voice for voice in (*older, *stream.voices)}
    voices = rules.voices_of(incident.cell, incident.mention_ids, incident.kind, heard.values())
    return spread(voices, stream.now) if voices else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one look comes to: the incidents that go on by its findings, the changes, and what is kept for later."""

    assigned: Sequence[rules.Assigned]
    absorbed: Mapping[int, int]  # the incidents that turned out to be a part of another one, and of which
    changes: Sequence[Change]
    missed: Sequence[tuple[Finding, str]]

    @property
    def is_empty(self) -> bool:
        return not (any(incident for incident, _ in self.assigned) or self.changes or self.missed)


def _decide(
    context: Context,
    known: Sequence[IncidentFacts],
    findings: Sequence[Finding],
    gone: Mapping[int, Spread],
    stream: Stream,
) -> _Plan:
    options, names = context.settings.detection.incidents, names_of(context.settings, findings)
    names |= {slug: name.lower() for slug, name in themes.adopted_names(context.session).items()}
    unheard = {one.id: unheard_of(one, stream) for one in known}
    missed = rules.near_misses(known, findings, options)
    return _Plan(
        assigned=rules.assign(known, findings, options),
        absorbed=rules.absorbed(known, findings, options),
        changes=rules.decide(known, findings, context.now, options, names, gone, unheard=unheard),
        missed=[(finding, rules.sentence(finding, names)) for finding in missed],
    )


def unheard_of(incident: IncidentFacts, stream: Stream) -> list[tuple[datetime, datetime]]:
    """The hours since the incident was last heard, this one left out, in which its place was not listened to.

    None where nobody ever listened: then only what is said tells when it is over.
    """
    series = stream.hourly[WHOLE]
    if incident.cell.dimension is Dimension.SOURCE:
        series = stream.hourly.get(incident.cell, series)
    first = max(0, (incident.last_finding_at - series.start) // series.step)
    over = max(first, (stream.now - series.start) // series.step)
    if not series.known.any():
        return []
    deaf = (first + np.flatnonzero(~series.known[first:over])).tolist()
    return [(series.start + series.step * hour, series.start + series.step * (hour + 1)) for hour in deaf]


def _write(context: Context, brand_id: int, plan: _Plan, stream: Stream, counters: Counters) -> None:
    session, now = context.session, context.now
    for incident, group in plan.assigned:
        if incident:
            incidents.heard_again(session, incident.id, rules.remembered(incident, group), now)
    for part, whole in plan.absorbed.items():
        incidents.absorb(session, whole, part)
    for change in plan.changes:
        group, told = rules.group_of(change, plan.assigned), rules.size_told(change, plan.assigned)
        written = incidents.apply(session, brand_id, _with_link(change, stream), told, now)
        if change.kind is ChangeKind.OPENED:
            incidents.add_evidence(session, written.id or 0, {number for one in group for number in one.mention_ids})
        counters[f"incidents {change.kind}"] += 1
    held.keep(session, brand_id, plan.missed, now)


def _gone(
    context: Context, brand_id: int, plan: _Plan, stream: Stream, gone: Mapping[int, Spread]
) -> Mapping[int, Spread]:
    """How far each incident has gone, those that opened just now included, which are told of with their voices."""
    if all(change.incident_id in gone for change in plan.changes):
        return gone
    session = context.session
    new = [one for one in _known(context, brand_id) if one.id not in gone]
    opened = {one.id: found for one in new if (found := how_far(session, brand_id, one, stream))}
    for incident_id, found in opened.items():
        incidents.tell_amplifier(session, incident_id, rules.loudest(found))
    return {**gone, **opened}


def read_stream(session: Session, brand: Brand, now: datetime) -> Stream:
    """The brand's stream as of now, from the stored counts and the recent mentions."""
    start, brand_id = floor(now - HISTORY, HOUR), brand.id or 0
    heard = streams.load(session, brand_id, start, now - RECENT, now)
    hourly = _hourly(heard, start)
    troubled = incidents.troubled(session, brand_id, start)
    rated = tuple(ratings.tracks(session, brand_id, now - RATED, now))
    places = {voice.source for voice in heard.voices if is_review(voice)}
    before = reviewed.before(session, brand_id, places, start, now - LATELY)
    return Stream(brand.slug, now, hourly, heard.voices, tuple(troubled), rated, before)


def is_review(voice: Voice) -> bool:
    """Whether its source is one of reviews, of which is to be known what they were like before."""
    return voice.kind is MentionKind.REVIEW or (voice.rating is not None and voice.kind is not MentionKind.SURVEY)


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
    codes = {cell.key for cell in cells if cell.dimension is Dimension.LANGUAGE}
    languages = {code: UNKNOWN_LANGUAGE if code in ("", "und") else language_name(code) for code in codes}
    return languages | {theme.id: theme.name.lower() for theme in settings.themes}
