"""Incidents: what happened, why we say so, who was told, and what people can do about it."""

from datetime import timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, charts, complaints, drawing, frame, parts, viewer
from dashboard.alerting import silencing, telling
from dashboard.data import incidents, opening, series
from dashboard.data.brands import BrandRow, brands, theme_names
from dashboard.data.incidents import ChangeRow, IncidentRow
from dashboard.trouble import answering, causing, judging, spreading
from dashboard.words import _, _h
from monitor import incidents as rules
from monitor.access import Deed
from monitor.facts import ChangeKind, Dimension, IncidentState, Kind, Severity
from monitor.jobs import answer

BEFORE, AFTER = timedelta(hours=8), timedelta(hours=2)
"""How much of the quiet before and after an incident the chart shows."""
_HOT = (ChangeKind.OPENED, ChangeKind.WORSENED)
_GOOD = (ChangeKind.RESOLVED, ChangeKind.ACKNOWLEDGED, ChangeKind.OWNED)


def page() -> None:
    """One incident when the address names it, else all of a brand."""
    number = frame.query_number("id")
    row = incidents.incident(number) if number is not None else None
    if row is not None:
        _one(row)
        return
    brand = frame.head(_("Incidents"))
    if number is not None:
        parts.empty(
            _("There is no incident %(id)s", id=number),
            _("It may belong to another installation. Below are those we know."),
        )
    if brand is not None:
        _all(brand)


@frame.live()
def _all(brand: BrandRow) -> None:
    frame.follow()
    active, past = incidents.active_incidents(brand.id), incidents.past_incidents(brand.id)
    if not active and not past:
        parts.empty(
            _("No incident so far"),
            _("An incident opens by itself when complaints rise above the usual. You would be told within minutes."),
        )
    for title, rows in ((_("Going on"), active), (_("Over"), past)):
        if rows:
            parts.write(parts.heading(title))
        for row in rows:
            with st.container(key=f"card-{row.severity if row.active else 'quiet'}-{row.id}"):
                parts.write(complaints.incident_head(row, theme_names(), opening.now()))
                st.button(
                    _("Open this incident"), key=f"open-incident-{row.id}", on_click=frame.later, args=("incident",),
                    kwargs={"id": row.id},
                )  # fmt: skip
    judging.nearly_incidents(brand)


def _one(row: IncidentRow) -> None:
    frame.head(_("Incident"), row.brand_id)
    zone = viewer.zone(ZoneInfo(row.time_zone))
    with st.container(horizontal=True, gap="small", key="incident-ways"):
        st.button(
            _("All incidents"), icon=":material/arrow_back:", type="tertiary", on_click=frame.later, args=("incident",),
        )  # fmt: skip
        st.button(
            _("How it spreads"), icon=":material/share:", type="tertiary", on_click=frame.later, args=("spread",),
            kwargs={"id": row.id},
        )  # fmt: skip
    _summary(row.id, zone)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _timeline(row.id, zone)
        _examples(row.id, zone)
    with right:
        _carriers(row.id)
        _told(row.id, zone)


@frame.live()
def _summary(incident_id: int, zone: ZoneInfo) -> None:
    frame.follow()
    row = incidents.incident(incident_id)
    if row is None:
        return
    with st.container(key=f"card-{row.severity if row.active else 'quiet'}-one"):
        now = opening.now()
        parts.write(complaints.incident_head(row, theme_names(), now))
        parts.write(causing.line(row, now, zone) + causing.owner(row))
        if reasons := _reasons(row):
            parts.write(reasons)
        if row.dismissed_reason:
            reason = _h("Dismissed: %(reason)s", reason=f"<bdi>{parts.said(row.dismissed_reason)}</bdi>")
            parts.write(f'<div class="ew-said">{reason}</div>')
        if row.active:
            _actions(row)
        judging.mark(row)
    finding = incidents.latest_finding(incident_id)
    if finding is not None:
        parts.write(spreading.figures(finding, row.spread))


def _reasons(row: IncidentRow) -> str:
    """Where it goes, why it is as severe as it is, and what to do."""
    judged, _colon, rule = row.why.partition(": ")
    level = parts.word(Severity(judged.lower())) if judged.lower() in set(Severity) else judged
    level = _h("Why %(severity)s:", severity=escape(level))
    why = f'<div class="ew-sentence"><b>{level}</b> {parts.english(rule)}</div>' if rule else ""
    advice = escape(_(rules.advice(row.kind)))
    what = f'<div class="ew-sentence"><b>{_h("What to do:")}</b> {advice}</div>' if row.active else ""
    return spreading.outlook(row) + why + what


def _actions(row: IncidentRow) -> None:
    mine = bool(row.owner) and row.owner == acting.who()
    with st.container(horizontal=True, gap="small"):
        if not mine and acting.may(Deed.OWN_INCIDENT):
            st.button(
                _("Take over from %(name)s", name=parts.plain(row.owner)) if row.owner else _("I look after it"),
                type="secondary" if row.owner else "primary",
                icon=":material/front_hand:",
                on_click=_own,
                args=(row,),
            )
        if _is_unseen(row) and acting.may(Deed.ACKNOWLEDGE):
            words = _("Somebody has seen it: nobody else need be called. Looking after it says so too.")
            st.button(_("Acknowledge"), icon=":material/done:", help=words, on_click=_acknowledge, args=(row,))
        if acting.may(Deed.SILENCE):
            _silence(row)
        if acting.may(Deed.DISMISS_INCIDENT):
            _dismissal(row)


def _is_unseen(row: IncidentRow) -> bool:
    return row.state is IncidentState.OPEN and not row.owner and row.acknowledged_at is None


def _dismissal(row: IncidentRow) -> None:
    with st.popover(_("Dismiss"), icon=":material/block:"), st.form("dismiss-incident", border=False):
        st.text_input(_("Why is this no incident?"), placeholder=_("a competition of ours, a test …"), key=_WHY)
        st.caption(_("It then counts as usual, and nobody hears of it again."))
        st.form_submit_button(_("Dismiss it"), type="primary", on_click=_dismiss, args=(row,))


_WHY = "why-dismiss-incident"


def _own(row: IncidentRow) -> None:
    acting.do(
        lambda session, me, now: answer.own_incident(session, row.id, me, now, seen_owner=row.owner),
        _("You look after this incident."),
    )
    frame.later()


def _acknowledge(row: IncidentRow) -> None:
    acting.do(
        lambda session, me, now: answer.acknowledge_incident(session, row.id, me, now),
        _("You have acknowledged this incident."),
    )
    frame.later()


def _silence(row: IncidentRow) -> None:
    """What would keep quiet about this incident, and what is like it."""
    brand = next((brand for brand in brands() if brand.id == row.brand_id), None)
    if brand is not None:
        with st.popover(_("Silence this for …"), icon=":material/notifications_paused:"):
            silencing.form(brand, silencing.of_incident(row))


def _dismiss(row: IncidentRow) -> None:
    reason = str(st.session_state.get(_WHY, ""))
    acting.do(
        lambda session, me, now: answer.dismiss_incident(session, row.id, reason, me, now),
        _("The incident is dismissed."),
    )
    frame.later()


@frame.live("30s")
def _timeline(incident_id: int, zone: ZoneInfo) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    now = opening.now()
    start, end = row.started_at - BEFORE, min(now, (row.ended_at or now) + AFTER)
    if row.cell.dimension is Dimension.STORY:
        buckets = charts.of_moments(incidents.evidence_times(row.id), start, end)
    else:
        buckets = series.around(row.brand_id, row.cell, start, end, now)
    parts.write(parts.heading(_("How it went"), _("times in %(zone)s", zone=zone.key)))
    with st.container(key="card-timeline"):
        if not buckets:
            parts.write(f'<p class="ew-mute">{_h("The counts of this time are no longer kept.")}</p>')
            return
        marks = [
            (change.at, causing.change(change.kind))
            for change in incidents.changes(row.id)
            if start <= change.at <= end
        ]
        bands = charts.bands(row.spread, row.spread_at, buckets[-1].step) if spreading.is_going_on(row) else ()
        everything = row.kind is Kind.VOLUME
        said = "mentions" if everything else "negative"
        legend = [
            (said, _("mentions") if everything else _("negative")),
            ("usual", _("usually") if everything else _("usually negative")),
            ("unknown", _("not listened")),
        ]
        legend += [("forecast", _("expected, nine times of ten"))] if bands else []
        parts.write(parts.legend(*legend))
        drawing.chart(charts.trouble, tuple(buckets), tuple(marks), zone, bands, field=said)


@frame.live()
def _carriers(incident_id: int) -> None:
    row = incidents.incident(incident_id)
    if row is not None:
        spreading.carriers(row)


@frame.live()
def _examples(incident_id: int, zone: ZoneInfo) -> None:
    frame.follow()
    answering.texts(incident_id, zone)


@frame.live()
def _told(incident_id: int, zone: ZoneInfo) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    parts.write(parts.heading(_("Who was told, and why")))
    with st.container(key="card-alerts"):
        parts.write(telling.steps(row, opening.now(), zone))
    parts.write(parts.heading(_("What happened")))
    with st.container(key="card-changes"):
        steps = "".join(_change(change, zone) for change in incidents.changes(incident_id))
        parts.write(f'<div class="ew-steps">{steps}</div>')


def _change(change: ChangeRow, zone: ZoneInfo) -> str:
    dot = "ew-hot" if change.kind in _HOT else "ew-good" if change.kind in _GOOD else ""
    severity = f" {parts.badge(change.severity)}" if change.severity is not Severity.WATCH else ""
    return (
        f'<div class="ew-step {dot}"><b>{escape(causing.change(change.kind))}</b>{severity} '
        f"{parts.when(change.at, opening.now(), zone)}<br>"
        f"{parts.english(change.sentence)}</div>"
    )
