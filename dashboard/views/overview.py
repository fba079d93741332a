"""Overview: how a brand is doing in one look, what is wrong first."""

from datetime import timedelta
from html import escape

import streamlit as st

from dashboard import acting, charts, complaints, drawing, frame, parts, viewer
from dashboard.alerting import delivering
from dashboard.data import inbox, loads, opening, ratings, sources
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.incidents import IncidentRow, active_incidents
from dashboard.data.queues import Filters, Show
from dashboard.data.series import Level, hours, levels
from dashboard.learning import rated
from dashboard.trouble import causing
from dashboard.words import N_, _, _h, _n
from monitor.facts import WHOLE, Dimension, IncidentState

SPANS = {
    N_("24 hours"): (timedelta(hours=24), 1),
    N_("7 days"): (timedelta(days=7), 3),
    N_("4 weeks"): (timedelta(days=28), 12),
}
"""What the chart can show: the span, and the hours in one bar."""
THEMES_SHOWN = 6
WAITING_SHOWN = 4
RATINGS_SHOWN = 3


def page() -> None:
    """The page."""
    brand = frame.head(_("Overview"))
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


@frame.live()
def _welcome(brand: BrandRow) -> None:
    if not _nothing(brand):
        st.rerun(scope="app")
    parts.empty(
        _("Nothing collected yet"),
        _(
            "`emberwatch run` crawls the sources of %(brand)s and reads what it finds; "
            "the first texts appear here by themselves within minutes.",
            brand=brand.name,
        ),
    )
    if st.button(_("See how the sources are doing"), icon=":material/sensors:"):
        frame.go("sources")


@frame.live()
def _now(brand: BrandRow) -> None:
    frame.follow()
    now = opening.now()
    rows = active_incidents(brand.id)
    whole = levels(brand.id, now, Dimension.ALL)[0]
    if not rows:
        _calm(brand, whole)
    for number, row in enumerate(rows):
        _incident(row, brand, worst=number == 0)
    delivering.trouble(brand, now)
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
    said = [_h("No incident is open. Alerts come within minutes when complaints spread.")]
    if whole.usual_mentions is None:
        said.append(_h("What is usual is still being learnt."))
    if unheard:
        heard = _n(
            "%(n)s of %(of)s sources is not heard now.", "%(n)s of %(of)s sources are not heard now.", unheard,
            of=parts.number(number),
        )  # fmt: skip
        said.append(escape(heard))
    parts.write(f'<div class="ew-calm">✓ {_h("All calm")}<span>{" ".join(said)}</span></div>')


def _incident(row: IncidentRow, brand: BrandRow, *, worst: bool) -> None:
    """An incident in a card; the worst one with its cause and its owner."""
    now = opening.now()
    tone = row.severity.value if row.state is IncidentState.OPEN else "quiet"
    with st.container(
        key=f"card-{tone}-{row.id}", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        with st.container(width="stretch", key=f"words-{row.id}"):
            head = complaints.incident_head(row, theme_names(), now)
            cause = causing.line(row, now, viewer.zone(brand.zone)) + causing.owner(row) if worst else ""
            parts.write(head + cause)
        is_open = row.state is IncidentState.OPEN
        st.button(
            _("Look into it"), type="primary" if is_open else "secondary", key=f"look-{row.id}",
            on_click=frame.later, args=("incident",), kwargs={"id": row.id},
        )  # fmt: skip


def _figures(brand: BrandRow, whole: Level) -> None:
    load = loads.workload(brand.id, opening.now())
    parts.write(
        parts.figures(
            [
                parts.figure(
                    _("Negative, last 24 h"),
                    parts.number(whole.negative),
                    parts.times_usual(whole.negative, whole.usual_negative),
                    _tone(whole),
                ),
                parts.figure(_("Share that is negative"), _share(whole.share), _usual_share(whole), _tone(whole)),
                parts.figure(
                    _("Mentions, last 24 h"),
                    parts.number(whole.mentions),
                    parts.times_usual(whole.mentions, whole.usual_mentions),
                ),
                _to_answer(load),
            ]
        )
    )


def _to_answer(load: loads.Workload) -> str:
    number = load.unanswered_late
    late = _n("%(n)s late", "%(n)s late", number) if number else _("none late")
    if load.oldest:
        late = _("%(late)s · oldest %(ago)s", late=late, ago=parts.ago(load.oldest, opening.now()))
    return parts.figure(_("Cases to answer"), parts.number(load.unanswered), late, "bad" if number else "")


def _tone(whole: Level) -> str:
    """Bad when there is half more than usual, and not only by a few."""
    usual = whole.usual_negative
    return "bad" if usual is not None and whole.negative > max(1.5 * usual, usual + 3) else ""


def _share(share: float | None) -> str:
    return "–" if share is None else parts.percent(share)


def _usual_share(whole: Level) -> str:
    if whole.usual_share is None:
        return _("of all mentions")
    return _("usually %(share)s", share=parts.percent(whole.usual_share))


@frame.live("60s")
def _chart(brand: BrandRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading(_("What is being said")))
        span = st.segmented_control(
            _("Time shown"), list(SPANS), default="7 days", required=True, format_func=_,
            label_visibility="collapsed", key="span",
        )  # fmt: skip
    buckets = hours(brand.id, opening.now(), WHOLE, *SPANS[span or "7 days"])
    with st.container(key="card-chart"):
        if sum(bucket.mentions for bucket in buckets) < 1:
            parts.write(f'<p class="ew-mute">{_h("Nothing was said in this time, or nobody listened.")}</p>')
            return
        parts.write(
            parts.legend(
                ("negative", _("negative")), ("mentions", _("all mentions")), ("usual", _("usually negative")),
                ("unknown", _("not listened")),
            )
        )  # fmt: skip
        drawing.chart(charts.volume, buckets, viewer.zone(brand.zone))


@frame.live("30s")
def _themes(brand: BrandRow) -> None:
    parts.write(parts.heading(_("What people complain about"), _("last 24 h")))
    names = theme_names()
    found = [level for level in levels(brand.id, opening.now(), Dimension.THEME) if level.negative >= 0.5]
    if not found:
        parts.empty(_("No complaints"), _("Nothing negative about any theme in the last 24 hours."))
        return
    rows = [
        (names.get(level.cell.key, level.cell.key), level.negative, level.usual_negative)
        for level in found[:THEMES_SHOWN]
    ]
    parts.write(parts.bars(rows))


@frame.live("30s")
def _languages(brand: BrandRow) -> None:
    found = [level for level in levels(brand.id, opening.now(), Dimension.LANGUAGE) if level.negative >= 0.5]
    if found:
        parts.write(parts.heading(_("In which languages"), _("negative, last 24 h")))
        rows = [
            (parts.language(level.cell.key), level.negative, level.usual_negative) for level in found[:THEMES_SHOWN]
        ]
        parts.write(parts.bars(rows))


@frame.live()
def _waiting(brand: BrandRow) -> None:
    frame.follow()
    now = opening.now()
    load = loads.workload(brand.id, now)
    rows = inbox.complaints(Filters(brand.id, Show.OPEN), WAITING_SHOWN, now)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading(_("Complaints that wait"), _how_many(load)))
        if rows:
            st.button(_("Open the inbox"), icon=":material/inbox:", on_click=frame.later, args=("inbox",))
    if not rows:
        parts.empty(_("Nobody waits"), _("Every complaint of the last week has been dealt with."))
    for row in rows:
        _complaint(row)


def _how_many(load: loads.Workload) -> str:
    more = "+" if load.untaken >= inbox.UNTAKEN else ""
    return _n(
        "%(n)s case to answer, %(untaken)s that nobody has taken up",
        "%(n)s cases to answer, %(untaken)s that nobody has taken up",
        load.unanswered,
        untaken=f"{parts.number(load.untaken)}{more}",
    )


def _complaint(row: inbox.ComplaintRow) -> None:
    with st.container(key=f"card-wait-{row.text.mention_id}"):
        state = parts.badge(row.case.state) if row.case else parts.tag(_("new"), "high")
        now = opening.now()
        parts.write(
            parts.line(
                state,
                complaints.due(row, now),
                complaints.owner(row, acting.who()),
                parts.stars(row.text.rating, row.text.rating_best),
                parts.language(row.text.language),
                escape(parts.ago(row.text.published_at, now)),
            )
            + complaints.brief(row.text, lines=2)
        )
        here = {"case": row.case_id} if row.case_id is not None else {"mention": row.text.mention_id}
        label, key = _("Open this complaint"), f"open-wait-{row.text.mention_id}"
        st.button(label, key=key, on_click=frame.later, args=("inbox",), kwargs=here)
