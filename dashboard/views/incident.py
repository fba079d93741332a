"""Incidents: what happened, why we say so, who was told, and what people can do about it."""

from datetime import timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, charts, checking, complaints, frame, judging, parts, silencing, spreading, telling
from dashboard.data import incidents, opening, series
from dashboard.data.brands import BrandRow, brands, theme_names
from dashboard.data.incidents import ChangeRow, EvidenceRow, IncidentRow
from monitor import incidents as rules
from monitor.facts import ChangeKind, Dimension, IncidentState, Kind, Severity
from monitor.jobs import answer

EXAMPLES = 6
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
    brand = frame.head("Incidents")
    if number is not None:
        parts.empty(f"There is no incident {number}", "It may belong to another installation. Below are those we know.")
    if brand is not None:
        _all(brand)


@st.fragment(run_every=frame.LIVE)
def _all(brand: BrandRow) -> None:
    active, past = incidents.active_incidents(brand.id), incidents.past_incidents(brand.id)
    if not active and not past:
        parts.empty(
            "No incident so far",
            "An incident opens by itself when complaints rise above the usual. You would be told within minutes.",
        )
    for title, rows in (("Going on", active), ("Over", past)):
        if rows:
            parts.write(parts.heading(title))
        for row in rows:
            with st.container(key=f"card-{row.severity if row.active else 'quiet'}-{row.id}"):
                parts.write(complaints.incident_head(row, theme_names(), opening.now()))
                if st.button("Open this incident", key=f"open-incident-{row.id}"):
                    frame.go("incident", id=row.id)
    judging.nearly_incidents(brand)


def _one(row: IncidentRow) -> None:
    frame.head("Incident", row.brand_id)
    if st.button("All incidents", icon=":material/arrow_back:", type="tertiary"):
        frame.go("incident")
    _summary(row.id)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _timeline(row.id)
        _examples(row.id)
    with right:
        _carriers(row.id)
        _told(row.id)


@st.fragment(run_every=frame.LIVE)
def _summary(incident_id: int) -> None:
    frame.follow()
    row = incidents.incident(incident_id)
    if row is None:
        return
    with st.container(key=f"card-{row.severity if row.active else 'quiet'}-one"):
        parts.write(complaints.incident_head(row, theme_names(), opening.now()))
        if reasons := _reasons(row):
            parts.write(reasons)
        if row.dismissed_reason:
            parts.write(f'<div class="ew-said" dir="auto">Dismissed: {escape(row.dismissed_reason)}</div>')
        if row.active:
            _actions(row)
        judging.mark(row)
    finding = incidents.latest_finding(incident_id)
    if finding is not None:
        parts.write(spreading.figures(finding, row.spread))


def _reasons(row: IncidentRow) -> str:
    """Where it goes, why it is as severe as it is, and what to do."""
    level, _, rule = row.why.partition(": ")
    why = f'<div class="ew-sentence"><b>Why {escape(level.lower())}:</b> {escape(rule)}</div>' if rule else ""
    what = f'<div class="ew-sentence"><b>What to do:</b> {escape(rules.advice(row.kind))}</div>' if row.active else ""
    return spreading.outlook(row) + why + what


def _actions(row: IncidentRow) -> None:
    mine = bool(row.owner) and row.owner == acting.who()
    with st.container(horizontal=True, gap="small"):
        if not mine:
            st.button(
                f"Take over from {parts.plain(row.owner)}" if row.owner else "I look after it",
                type="secondary" if row.owner else "primary",
                icon=":material/front_hand:",
                on_click=_own,
                args=(row,),
            )
        if row.state is IncidentState.OPEN and not row.owner and row.acknowledged_at is None:
            words = "Somebody has seen it: nobody else need be called. Looking after it says so too."
            st.button("Acknowledge", icon=":material/done:", help=words, on_click=_acknowledge, args=(row,))
        _silence(row)
        with st.popover("Dismiss", icon=":material/block:"), st.form("dismiss-incident", border=False):
            st.text_input("Why is this no incident?", placeholder="a competition of ours, a test …", key=_WHY)
            st.caption("It then counts as usual, and nobody hears of it again.")
            st.form_submit_button("Dismiss it", type="primary", on_click=_dismiss, args=(row,))


_WHY = "why-dismiss-incident"


def _own(row: IncidentRow) -> None:
    acting.do(
        lambda session, me, now: answer.own_incident(session, row.id, me, now, seen_owner=row.owner),
        "You look after this incident.",
    )
    frame.later()


def _acknowledge(row: IncidentRow) -> None:
    acting.do(
        lambda session, me, now: answer.acknowledge_incident(session, row.id, me, now),
        "You have acknowledged this incident.",
    )
    frame.later()


def _silence(row: IncidentRow) -> None:
    """What would keep quiet about this incident, and what is like it."""
    brand = next((brand for brand in brands() if brand.id == row.brand_id), None)
    if brand is not None:
        with st.popover("Silence this for …", icon=":material/notifications_paused:"):
            silencing.form(brand, silencing.of_incident(row))


def _dismiss(row: IncidentRow) -> None:
    reason = str(st.session_state.get(_WHY, ""))
    acting.do(
        lambda session, me, now: answer.dismiss_incident(session, row.id, reason, me, now),
        "The incident is dismissed.",
    )
    frame.later()


@st.fragment(run_every="30s")
def _timeline(incident_id: int) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    now, zone = opening.now(), ZoneInfo(row.time_zone)
    start, end = row.started_at - BEFORE, min(now, (row.ended_at or now) + AFTER)
    if row.cell.dimension is Dimension.STORY:
        buckets = charts.of_moments(incidents.evidence_times(row.id), start, end)
    else:
        buckets = series.around(row.brand_id, row.cell, start, end, now)
    parts.write(parts.heading("How it went", f"times in {row.time_zone}"))
    with st.container(key="card-timeline"):
        if not buckets:
            parts.write('<p class="ew-mute">The counts of this time are no longer kept.</p>')
            return
        marks = [(change.at, change.kind.value) for change in incidents.changes(row.id) if start <= change.at <= end]
        bands = charts.bands(row.spread, row.spread_at, buckets[-1].step) if spreading.is_going_on(row) else ()
        said = "mentions" if row.kind is Kind.VOLUME else "negative"
        usually = "usually" if row.kind is Kind.VOLUME else "usually negative"
        legend = [(said, said), ("usual", usually), ("unknown", "not listened")]
        legend += [("forecast", "expected, nine times of ten")] if bands else []
        parts.write(parts.legend(*legend))
        chart = charts.trouble(buckets, marks, zone, bands, field=said)
        st.altair_chart(chart, theme=None, alt="Negative mentions beside the usual")


@st.fragment(run_every=frame.LIVE)
def _carriers(incident_id: int) -> None:
    row = incidents.incident(incident_id)
    if row is not None:
        spreading.carriers(row)


@st.fragment(run_every=frame.LIVE)
def _examples(incident_id: int) -> None:
    frame.follow()
    number, size = incidents.evidence_size(incident_id)
    limit = st.session_state.get(f"examples-{incident_id}", EXAMPLES)
    row = incidents.incident(incident_id)
    gone = f"; {number - size} of them deleted at the source" if number > size else ""
    texts = "1 text is" if number == 1 else f"{number} texts are"
    parts.write(parts.heading("What people say", f"{texts} the evidence, the surest complaints first{gone}"))
    if row is None or not size:
        parts.empty("No texts are kept", "They may have been deleted where they stood.")
        return
    for example in incidents.evidence(incident_id, limit):
        _example(example, ZoneInfo(row.time_zone))
    if size > limit and st.button(f"Show more ({size - limit} left)", type="tertiary"):
        st.session_state[f"examples-{incident_id}"] = limit + 20
        st.rerun(scope="fragment")


def _example(row: EvidenceRow, zone: ZoneInfo) -> None:
    text = row.text
    with st.container(key=f"card-example-{text.mention_id}"):
        parts.write(complaints.written(text, opening.now(), zone) + complaints.content(text, lines=5))
        checking.question(text, frame.later)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-{text.mention_id}"):
            parts.write(
                parts.line(checking.mark(text), parts.link(text.url, "open the original"), complaints.themes(text))
            )
            checking.action(text, frame.later)
            if row.case_state is not None:
                who = parts.name(row.case_owner) if row.case_owner else ""
                st.html(parts.line(parts.badge(row.case_state), who), width="content")
            if row.case_id is None:
                st.button(
                    "Take this complaint",
                    key=f"take-{text.mention_id}",
                    icon=":material/front_hand:",
                    on_click=frame.take_up,
                    args=(text.mention_id,),
                )
            elif st.button(f"Open case {row.case_id}", key=f"case-{text.mention_id}", icon=":material/inbox:"):
                frame.go("inbox", case=row.case_id)


@st.fragment(run_every=frame.LIVE)
def _told(incident_id: int) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    zone = ZoneInfo(row.time_zone)
    parts.write(parts.heading("Who was told, and why"))
    with st.container(key="card-alerts"):
        parts.write(telling.steps(row, opening.now(), zone))
    parts.write(parts.heading("What happened"))
    with st.container(key="card-changes"):
        steps = "".join(_change(change, zone) for change in incidents.changes(incident_id))
        parts.write(f'<div class="ew-steps">{steps}</div>')


def _change(change: ChangeRow, zone: ZoneInfo) -> str:
    dot = "ew-hot" if change.kind in _HOT else "ew-good" if change.kind in _GOOD else ""
    severity = f" {parts.badge(change.severity)}" if change.severity is not Severity.WATCH else ""
    return (
        f'<div class="ew-step {dot}"><b>{change.kind.value}</b>{severity} '
        f"{parts.when(change.at, opening.now(), zone)}<br>"
        f'<span dir="auto">{parts.said(change.sentence)}</span></div>'
    )
