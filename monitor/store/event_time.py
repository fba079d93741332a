"""When a mention happened and whether it is news: the rules for times that sources claim."""

from datetime import UTC, datetime, time, timedelta

from monitor.facts import Precision

SHORTEST_LAG = timedelta(hours=1)
LATEST_ZONE = timedelta(hours=12)
"""A day that has ended in UTC goes on for 12 more hours at its western edge (UTC-12)."""
DAY_TOLERANCE = timedelta(hours=36)
"""A day worked out of "2 days ago" may differ by one, depending on the hour at which the page was read."""
_FINENESS = {Precision.UNKNOWN: 0, Precision.DAY: 1, Precision.SECOND: 2}


def event_time(claim: datetime | None, precision: Precision, now: datetime) -> datetime:
    """The best estimate of when it was published, never later than `now`, which is when it was first seen.

    A day that may still be going on somewhere on earth gives `now`, an earlier one its noon in UTC; no time at all
    gives `now`.
    """
    if claim is None or precision is Precision.UNKNOWN:
        return now
    if precision is Precision.SECOND:
        return min(claim, now)
    if claim.date() >= (now.astimezone(UTC) - LATEST_ZONE).date():
        return now
    return datetime.combine(claim.date(), time(12), UTC)


def is_fresh(
    claim: datetime | None, precision: Precision, *, now: datetime, every: timedelta, first_crawl: bool
) -> bool:
    """Whether a text seen for the first time may raise a finding, or only feeds the baseline.

    Not on a source's first crawl; not when it is older than an hour and than two intervals of its source; when only
    its day is known, not when that lies before yesterday.
    """
    if first_crawl:
        return False
    if claim is None or precision is Precision.UNKNOWN:
        return True
    if precision is Precision.SECOND:
        return now - claim <= max(SHORTEST_LAG, 2 * every)
    return claim.date() >= (now.astimezone(UTC) - timedelta(days=1)).date()


def corrected_time(
    stored: datetime,
    stored_precision: Precision,
    claim: datetime | None,
    precision: Precision,
    first_seen: datetime,
) -> datetime | None:
    """The new time when the source's claim has truly changed, else None.

    The estimate is made again as of `first_seen`, so the same claim always gives the stored time; a coarser claim
    (another source that knows only the day) never replaces a finer one.
    """
    if _FINENESS[precision] < _FINENESS[stored_precision]:
        return None
    estimate = event_time(claim, precision, first_seen)
    if precision is stored_precision is Precision.DAY and abs(estimate - stored) <= DAY_TOLERANCE:
        return None
    return None if estimate == stored else estimate
