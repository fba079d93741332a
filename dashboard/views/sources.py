"""Sources: is everything being heard, and what is broken."""

from datetime import datetime, timedelta
from html import escape

import streamlit as st

from dashboard import frame, parts, rated
from dashboard.data import opening, ratings, scores, sources
from dashboard.data.brands import BrandRow
from dashboard.data.ratings import RatingRow
from dashboard.data.sources import PartRow, RunRow, SourceRow
from monitor.doors import SERVED
from monitor.models import RunOutcome, SourceHealth

_TROUBLES = {
    SourceHealth.FAILING: "failing",
    SourceHealth.CHANGED: "with a changed format",
    SourceHealth.BLOCKED: "blocked",
    SourceHealth.QUIET: "quiet",
    SourceHealth.SPENT: "out of quota",
    SourceHealth.RESTING: "resting",
}
_MILD = (SourceHealth.QUIET, SourceHealth.SPENT, SourceHealth.RESTING)
"""What is crawled on, or will be."""
_SOON = timedelta(seconds=15)
_RATINGS_SHOWN = 12
_TOLD = {
    "new": "new",
    "edited": "edited",
    "unchanged": "known",
    "ratings changed": "ratings changed",
    "deleted at the source": "deleted there",
}
"""What a crawl brought, and how people call it."""
_NOTHING = {RunOutcome.OK: "nothing new", RunOutcome.SPENT: "ended early"}
"""What a crawl came to that brought nothing; the other outcomes speak for themselves."""
_HINT = (
    "requests", "bytes received", "robots.txt read", "pages read", "pages not changed", "texts read", "ratings read",
)  # fmt: skip
"""Counters of a crawl that went well: they stand in the hint. All others tell of trouble, and are shown."""
_HEAD = ("Source", "State", "Heard in the last 7 days", "Last crawl", "Next")


def page() -> None:
    """The page."""
    brand = frame.head("Sources")
    if brand is not None:
        _health(brand)


@st.fragment(run_every=frame.LIVE)
def _health(brand: BrandRow) -> None:
    now = opening.now()
    rows = [row for row in sources.sources(now) if brand.name in row.brands]
    if not rows:
        parts.empty(
            "No source is watched", "Add one under `sources:` in config.yaml; `emberwatch check` tells if it fits."
        )
    else:
        _verdict(rows)
        parts.write(parts.table(_HEAD, (_source(row, now, brand) for row in rows)))
    _ratings(brand, now)
    _parts_table("The monitor’s own work", "Job", sources.jobs(), brand, now)
    _parts_table("Channels", "Channel", sources.channels(now), brand, now)


def _verdict(rows: list[SourceRow]) -> None:
    number = {health: sum(row.health is health for row in rows) for health in SourceHealth}
    parts.write(
        parts.figures(
            [
                parts.figure("Sources", str(len(rows)), "watched for this brand"),
                parts.figure("Healthy", str(number[SourceHealth.HEALTHY]), "last crawl went well"),
                parts.figure(
                    "In trouble",
                    str(sum(number[health] for health in _TROUBLES)),
                    ", ".join(f"{number[one]} {words}" for one, words in _TROUBLES.items() if number[one]) or "none",
                    "bad" if number[SourceHealth.FAILING] or number[SourceHealth.CHANGED] else "",
                ),
                parts.figure("Mentions", parts.number(sum(row.mentions for row in rows)), "in the last 7 days"),
            ]
        )
    )


def _source(row: SourceRow, now: datetime, brand: BrandRow) -> tuple[str, ...]:
    tone = "" if row.health in _MILD else ' class="ew-error"'
    error = f"<small{tone}>{parts.said(row.error)}</small>" if row.error else ""
    tries = f"<small>{row.failures} times in a row</small>" if row.failures > 1 else ""
    good = f"<small>last good {parts.when(row.last_good_at, now, brand.zone)}</small>" if row.last_good_at else ""
    return (
        f"<b>{escape(row.slug)}</b><small>{escape(row.kind)}</small>",
        f"{parts.badge(row.health)}{_until(row, now, brand)}{tries}{good}{error}",
        _heard(row, now) + _score(row, now),
        _run(row.last_run, now),
        _next(row, now),
    )


def _until(row: SourceRow, now: datetime, brand: BrandRow) -> str:
    """When a source that is left alone is asked again."""
    if row.health not in (SourceHealth.SPENT, SourceHealth.RESTING) or row.next_try_at is None:
        return ""
    return f"<small>until {parts.when(row.next_try_at, now, brand.zone)}</small>" if row.next_try_at > now else ""


def _heard(row: SourceRow, now: datetime) -> str:
    """The last week as a strip: green where the source is known, hatched where it is not."""
    start = now - sources.WEEK
    strips = "".join(
        f'<i style="left:{100 * ((first - start) / sources.WEEK):.2f}%;'
        f'width:{max(0.5, 100 * ((last - first) / sources.WEEK)):.2f}%"></i>'
        for first, last in row.known
    )
    return (
        f'<div class="ew-heard" title="green: known; hatched: nobody listened">{strips}</div>'
        f"<small>{parts.percent(row.heard)} of the time · {row.mentions:,} mentions</small>"
    )


def _score(row: SourceRow, now: datetime) -> str:
    """What the answers of a survey come to, beside the week before."""
    score = scores.scores(now).get(row.slug)
    if score is None:
        return ""
    name = "recommendation score (NPS)" if score.recommends else "satisfied (CSAT)"
    before = f", {_points(score.before, recommends=score.recommends)} the week before" if score.before.answers else ""
    answers = f"{score.now.answers:,} {'answer' if score.now.answers == 1 else 'answers'}"
    points = _points(score.now, recommends=score.recommends)
    return f"<small><b>{points}</b> {name}, {answers} in 7 days{before}</small>"


def _points(week: scores.Week, *, recommends: bool) -> str:
    if week.score is None:
        return "–"
    return f"{week.score:+.0f}" if recommends else f"{week.score:.0f} %"


def _run(run: RunRow | None, now: datetime) -> str:
    if run is None:
        return '<span class="ew-mute">none yet</span>'
    counted = {name: number for name, number in run.counters if number}
    brought = [f"{counted[name]:,} {words}" for name, words in _TOLD.items() if name in counted]
    hints = [name for name in counted if name in _HINT or name.startswith(sources.QUOTA)]
    troubles = [f"{_words(name)}: {counted[name]:,}" for name in counted if name not in (*_TOLD, *hints)]
    nothing = _NOTHING.get(run.outcome, run.outcome.value)
    result = escape(", ".join(brought + troubles) or nothing)
    drops = ", ".join(f"{number:,} {escape(_words(name))}" for name, number in run.drops if number)
    dropped = f"<small>left out: {drops}</small>" if drops else ""
    rest = ", ".join(f"{name}: {counted[name]:,}" for name in hints)
    when = f'<small title="{escape(rest)}">{parts.ago(run.started_at, now)}{_took(run)}</small>'
    return f"{result}{when}{dropped}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _took(run: RunRow) -> str:
    if run.ended_at is None:
        return ""
    took = run.ended_at - run.started_at
    return f", took {took.total_seconds():.0f} s" if took < timedelta(minutes=2) else f", took {took}"


def _next(row: SourceRow, now: datetime) -> str:
    if row.kind in SERVED:
        return '<span class="ew-mute">whoever comes</span>'
    if row.next_try_at is None:
        return '<span class="ew-mute">as soon as possible</span>'
    if row.next_try_at <= now + _SOON:
        return "due now"
    why = f"<small>{escape(row.waits_for)} asks us to wait</small>" if row.waits_for else ""
    return parts.ago(row.next_try_at, now) + why


def _ratings(brand: BrandRow, now: datetime) -> None:
    """What pages show as the average rating of things, those that fell first."""
    rows = ratings.ratings(brand.id, now)
    if not rows:
        return
    more = len(rows) - _RATINGS_SHOWN
    note = f"the first {_RATINGS_SHOWN} of {len(rows)}, those that fell first" if more > 0 else "as the pages show them"
    parts.write(parts.heading("Ratings", note))
    head = ("What", "Rating", "Change", "Last 4 weeks")
    parts.write(parts.table(head, (_rating(row, now) for row in rows[:_RATINGS_SHOWN])))


def _rating(row: RatingRow, now: datetime) -> tuple[str, ...]:
    return (
        f"<b>{rated.thing(row)}</b><small>{escape(row.source)}</small>",
        f"{rated.value(row)}<small>{rated.people(row)}</small>",
        rated.change(row, now),
        rated.drawn(ratings.steps(row.key, now), row, now),
    )


def _parts_table(title: str, head: str, rows: tuple[PartRow, ...], brand: BrandRow, now: datetime) -> None:
    if rows:
        parts.write(parts.heading(title))
        parts.write(parts.table((head, "State", "Last good", "Next"), (_part(row, brand, now) for row in rows)))


def _part(row: PartRow, brand: BrandRow, now: datetime) -> tuple[str, ...]:
    bad = "failing for good" if row.permanent else f"failing, {row.failures} times in a row"
    state = parts.tag(bad, "critical") if row.failures else parts.tag("healthy", "good")
    error = f'<small class="ew-error">{parts.said(row.error)}</small>' if row.failures and row.error else ""
    noun = "message" if row.lost == 1 else "messages"
    lost = f"<small>{row.lost} {noun} of the last 7 days not delivered</small>" if row.lost else ""
    good = parts.when(row.last_good_at, now, brand.zone) if row.last_good_at else "never"
    next_try = parts.ago(row.next_try_at, now) if row.next_try_at and row.next_try_at > now else "–"
    return f"<b>{escape(row.name)}</b>", state + error + lost, good, next_try
