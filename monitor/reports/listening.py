"""How much of a week is known: the share of time each source was heard, and the gaps."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.reports.figures import Gap, SourceFigures
from monitor.store.reports import HeardSource, Sums

Window = tuple[datetime, datetime]
WORTH_NAMING = timedelta(hours=1)  # shorter gaps are the pauses between two crawls
GAPS_SHOWN = 3


def gaps(spans: Sequence[Window], window: Window) -> list[Window]:
    """The parts of the window that no span covers, in order."""
    missing, reached = [], window[0]
    for start, end in sorted(spans):
        if start > reached:
            missing.append((reached, min(start, window[1])))
        reached = max(reached, end)
        if reached >= window[1]:
            return missing
    return [*missing, (reached, window[1])]


def heard_share(spans: Sequence[Window], window: Window) -> float:
    """The share of the window that the spans cover, 0..1."""
    missing = sum((end - start for start, end in gaps(spans, window)), timedelta())
    length = window[1] - window[0]
    return 1 - missing / length if length > timedelta() else 0.0


def heard_shares(sources: Sequence[HeardSource], windows: Sequence[Window]) -> list[float]:
    """For each window the mean over all sources; 0 without sources."""
    if not sources:
        return [0.0] * len(windows)
    return [sum(heard_share(item.spans, window) for item in sources) / len(sources) for window in windows]


def source_figures(item: HeardSource, sums: Sequence[Sums], window: Window, window_before: Window) -> SourceFigures:
    """`sums` are those of the two windows. A week in which the source was not heard is not known."""
    heard, before = heard_share(item.spans, window), heard_share(item.spans, window_before)
    missing = [gap for gap in gaps(item.spans, window) if gap[1] - gap[0] >= WORTH_NAMING]
    longest = sorted(missing, key=lambda gap: (gap[0] - gap[1], gap[0]))[:GAPS_SHOWN]
    this, last = sums
    known = heard > 0 or this.mentions > 0
    source = item.source
    return SourceFigures(
        slug=source.slug,
        kind=source.kind,
        health=source.health.value if source.active else "switched off",
        error=source.error,
        last_good_at=source.last_good_at,
        heard=round(heard, 4),
        mentions=this.mentions if known else None,
        negative=round(this.negative, 4) if known else None,
        last_mentions=last.mentions if before > 0 or last.mentions > 0 else None,
        gaps=tuple(Gap(start=start, end=end) for start, end in longest),
        gap_hours=round(sum((end - start).total_seconds() for start, end in missing) / 3600, 1),
    )
