"""Looks at every brand's stream: asks the detectors, and applies what the rules say about incidents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, select

from monitor import incidents as rules
from monitor.alerting.text import web_address
from monitor.config import Settings
from monitor.detection import detector
from monitor.detection.series import build_series
from monitor.facts import Change, Dimension, Finding, Stream
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
    """Ask all detectors about one brand, decide, and write the changes."""
    session, settings, now = context.session, context.settings, context.now
    options, brand_id = settings.detection.incidents, brand.id or 0
    rows = incidents.going_on(session, brand_id, now - options.calm_after)
    stream = read_stream(session, brand, now)
    if not rows and not stream.voices:
        return
    findings = ask(settings, stream)
    known = incidents.facts_of(session, rows)
    changes = rules.decide(known, findings, now, options, names_of(settings, findings))
    for incident, group in rules.assign(known, findings, options):
        if incident is not None:
            incidents.heard_again(session, incident.id, group, now)
    for change in changes:
        told = rules.size(change.finding) if change.finding else 0.0
        incidents.apply(session, brand_id, _with_link(change, stream), told, now)
        counters[f"incidents {change.kind}"] += 1


def read_stream(session: Session, brand: Brand, now: datetime) -> Stream:
    """The brand's stream as of now, from the stored counts and the recent mentions."""
    start, brand_id = floor(now - HISTORY, HOUR), brand.id or 0
    heard = streams.load(session, brand_id, start, now - RECENT, now)
    hourly = {
        cell: build_series(cell, rows, start, now, HOUR, heard.known.get(cell, ())) for cell, rows in heard.rows.items()
    }
    troubled = incidents.troubled(session, brand_id, start)
    return Stream(brand.slug, now, hourly, heard.voices, tuple(troubled))


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
