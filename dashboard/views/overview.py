"""Overview: how a brand is doing in one look, what is wrong first."""

from datetime import timedelta

import streamlit as st

from dashboard import acting, charts, complaints, delivering, frame, parts, rated
from dashboard.data import inbox, opening, ratings, sources
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.inbox import Filters, Show
from dashboard.data.incidents import IncidentRow, active_incidents
from dashboard.data.series import Level, hours, levels
from monitor.facts import WHOLE, Dimension, IncidentState

SPANS = {
    "24 hours": (timedelta(hours=24), 1),
    "7 days": (timedelta(days=7), 3),
    "4 weeks": (timedelta(days=28), 12),
}
"""What the chart can show: the span, and the hours in one bar."""
THEMES_SHOWN = 6
WAITING_SHOWN = 4
RATINGS_SHOWN = 3


def page() -> None:
    """The page."""
    brand = frame.head("Overview")
    if brand is None:
        return
    if _nothing(brand):
        _welcome(brand)
        return
    _now(brand)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _chart(brand)
        _waiting(brand)
    with right:
        _themes(brand)
        _languages(brand)


def _nothing(brand: BrandRow) -> bool:
    """Whether nothing about the brand was ever read."""
    buckets = hours(brand.id, opening.now(), WHOLE, timedelta(days=28), 24)
    return not active_incidents(brand.id) and sum(bucket.mentions for bucket in buckets) < 1


@st.fragment(run_every=frame.LIVE)
def _welcome(brand: BrandRow) -> None:
    if not _nothing(brand):
        st.rerun(scope="app")
    parts.empty(
        "Nothing collected yet",
        f"`emberwatch run` crawls the sources of {brand.name} and reads what it finds; "
        "the first texts appear here by themselves within minutes.",
    )
    if st.button("See how the sources are doing", icon=":material/sensors:"):
        frame.go("sources")


@st.fragment(run_every=frame.LIVE)
def _now(brand: BrandRow) -> None:
    now = opening.now()
    rows = active_incidents(brand.id)
    whole = levels(brand.id, now, Dimension.ALL)[0]
    delivering.trouble(brand, now)
    if not rows:
        _calm(brand, whole)
    for row in rows:
        _incident(row)
    _figures(brand, whole)
    _ratings(brand)


def _ratings(brand: BrandRow) -> None:
    """What pages show as average ratings: those that fell, else the one of most people."""
    now = opening.now()
    rows = ratings.ratings(brand.id, now)
    shown = [row for row in rows if row.has_fallen][:RATINGS_SHOWN] or list(rows[:1])
    if shown:
        parts.write(rated.line(shown, now, len(rows) - len(shown)))


def _calm(brand: BrandRow, whole: Level) -> None:
    unheard, number = sources.unheard(brand.id)
    deaf = f" {unheard} of {number} sources are not heard now." if unheard else ""
    learning = "" if whole.usual_mentions is not None else " What is usual is still being learnt."
    parts.write(
        f'<div class="ew-calm">✓ All calm<span>No incident is open. '
        f"Alerts come within minutes when complaints spread.{learning}{deaf}</span></div>"
    )


def _incident(row: IncidentRow) -> None:
    tone = row.severity.value if row.state is IncidentState.OPEN else "quiet"
    with st.container(
        key=f"card-{tone}-{row.id}", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        with st.container(width="stretch", key=f"words-{row.id}"):
            parts.write(complaints.incident_head(row, theme_names(), opening.now()))
        is_open = row.state is IncidentState.OPEN
        if st.button("Look into it", type="primary" if is_open else "secondary", key=f"look-{row.id}"):
            frame.go("incident", id=row.id)


def _figures(brand: BrandRow, whole: Level) -> None:
    load = inbox.workload(brand.id, opening.now())
    late = f"{load.overdue} late" if load.overdue else "none late"
    since = f" · oldest {parts.ago(load.oldest, opening.now())}" if load.oldest else ""
    parts.write(
        parts.figures(
            [
                parts.figure(
                    "Negative, last 24 h",
                    parts.number(whole.negative),
                    parts.times_usual(whole.negative, whole.usual_negative),
                    _tone(whole),
                ),
                parts.figure("Share that is negative", _share(whole.share), _usual_share(whole), _tone(whole)),
                parts.figure(
                    "Mentions, last 24 h",
                    parts.number(whole.mentions),
                    parts.times_usual(whole.mentions, whole.usual_mentions),
                ),
                parts.figure("Cases to answer", str(load.unanswered), late + since, "bad" if load.overdue else ""),
            ]
        )
    )


def _tone(whole: Level) -> str:
    """Bad when there is half more than usual, and not only by a few."""
    usual = whole.usual_negative
    return "bad" if usual is not None and whole.negative > max(1.5 * usual, usual + 3) else ""


def _share(share: float | None) -> str:
    return "–" if share is None else parts.percent(share)


def _usual_share(whole: Level) -> str:
    return "of all mentions" if whole.usual_share is None else f"usually {parts.percent(whole.usual_share)}"


@st.fragment(run_every="60s")
def _chart(brand: BrandRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading("What is being said"))
        span = st.segmented_control(
            "Time shown", list(SPANS), default="7 days", required=True, label_visibility="collapsed", key="span"
        )
    buckets = hours(brand.id, opening.now(), WHOLE, *SPANS[span or "7 days"])
    with st.container(key="card-chart"):
        if sum(bucket.mentions for bucket in buckets) < 1:
            parts.write('<p class="ew-mute">Nothing was said in this time, or nobody listened.</p>')
            return
        parts.write(
            parts.legend(
                ("negative", "negative"), ("mentions", "all mentions"), ("usual", "usually negative"),
                ("unknown", "not listened"),
            )
        )  # fmt: skip
        st.altair_chart(
            charts.volume(buckets, brand.zone), theme=None, alt="Mentions over time, negative ones in front"
        )


@st.fragment(run_every="30s")
def _themes(brand: BrandRow) -> None:
    parts.write(parts.heading("What people complain about", "last 24 h"))
    names = theme_names()
    found = [level for level in levels(brand.id, opening.now(), Dimension.THEME) if level.negative >= 0.5]
    if not found:
        parts.empty("No complaints", "Nothing negative about any theme in the last 24 hours.")
        return
    rows = [
        (names.get(level.cell.key, level.cell.key), level.negative, level.usual_negative)
        for level in found[:THEMES_SHOWN]
    ]
    parts.write(parts.bars(rows))


@st.fragment(run_every="30s")
def _languages(brand: BrandRow) -> None:
    found = [level for level in levels(brand.id, opening.now(), Dimension.LANGUAGE) if level.negative >= 0.5]
    if found:
        parts.write(parts.heading("In which languages", "negative, last 24 h"))
        rows = [
            (parts.language(level.cell.key), level.negative, level.usual_negative) for level in found[:THEMES_SHOWN]
        ]
        parts.write(parts.bars(rows))


@st.fragment(run_every=frame.LIVE)
def _waiting(brand: BrandRow) -> None:
    now = opening.now()
    load = inbox.workload(brand.id, now)
    rows = inbox.complaints(Filters(brand.id, Show.OPEN), WAITING_SHOWN, now)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading("Complaints that wait", _how_many(load)))
        if rows and st.button("Open the inbox", icon=":material/inbox:"):
            frame.go("inbox")
    if not rows:
        parts.empty("Nobody waits", "Every complaint of the last week has been dealt with.")
    for row in rows:
        _complaint(row)


def _how_many(load: inbox.Workload) -> str:
    more = "+" if load.untaken >= inbox.UNTAKEN else ""
    cases = "1 case" if load.unanswered == 1 else f"{load.unanswered} cases"
    return f"{cases} to answer, {load.untaken}{more} that nobody has taken up"


def _complaint(row: inbox.ComplaintRow) -> None:
    with st.container(key=f"card-wait-{row.text.mention_id}"):
        state = parts.badge(row.case.state) if row.case else parts.tag("new", "high")
        now = opening.now()
        parts.write(
            parts.line(
                state,
                complaints.due(row, now),
                complaints.owner(row, acting.who()),
                parts.stars(row.text.rating, row.text.rating_best),
                parts.language(row.text.language),
                parts.ago(row.text.published_at, now),
            )
            + complaints.brief(row.text, lines=2)
        )
        if st.button("Open this complaint", key=f"open-wait-{row.text.mention_id}"):
            _open(row)


def _open(row: inbox.ComplaintRow) -> None:
    if row.case_id is not None:
        frame.go("inbox", case=row.case_id)
    frame.go("inbox", mention=row.text.mention_id)
