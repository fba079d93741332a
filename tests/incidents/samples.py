"""One finding and the incident it belongs to, for tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.facts import WHOLE, Amplifier, Cell, Dimension, Finding, IncidentFacts, IncidentState, Severity, Spread
from monitor.incidents import IncidentOptions, size

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPTIONS = IncidentOptions()
REFUND, DELIVERY = Cell(Dimension.THEME, "refund"), Cell(Dimension.THEME, "delivery")

FINDING = Finding(
    detector="spike",
    cell=WHOLE,
    severity=Severity.HIGH,
    window_start=NOW - timedelta(minutes=40),
    window_end=NOW,
    seen=14.2,
    expected=0.6,
    strength=8.0,
    growth=2.0,
    authors=12,
    sources=("forum", "reviews"),
    themes=(("refund", 0.8), ("staff", 0.1)),
    languages=(("en", 1.0),),
    reach=900,
    first_mention_id=1,
    mention_ids=tuple(range(1, 13)),
)
INCIDENT = IncidentFacts(
    id=5,
    state=IncidentState.OPEN,
    severity=Severity.HIGH,
    cell=WHOLE,
    started_at=NOW - HOUR,
    opened_at=NOW - HOUR,
    last_finding_at=NOW - timedelta(minutes=1),
    calmed_at=None,
    told_size=size(FINDING),
    told_sources=("forum", "reviews"),
    mention_ids=frozenset(range(1, 13)),
)
CALMED = replace(INCIDENT, state=IncidentState.CALMED, calmed_at=NOW - HOUR, last_finding_at=NOW - 7 * HOUR)


def gone_to(*followers: int) -> Spread:
    """A spread that does not grow, with voices of so many followers among those that carry it."""
    loud = tuple(Amplifier(mention_id=number, followers=one, followed_by=0) for number, one in enumerate(followers, 1))
    return Spread(14, per_hour=2, authors=12, reach=900, sources=2, languages=1, video=False, amplifiers=loud)
