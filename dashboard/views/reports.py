"""Reports: the weekly summaries of a brand, to read and to take along, and whether they arrived."""

from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import frame, framed, parts, viewer
from dashboard.alerting import alerted
from dashboard.data import opening, reports
from dashboard.data.brands import BrandRow
from dashboard.data.reports import Next, ReportRow
from dashboard.words import _, _h
from monitor.models import AlertState


def page() -> None:
    """The report that the address names, beside all that were kept."""
    brand = frame.head(_("Reports"))
    if brand is None:
        return
    zone = viewer.zone(brand.zone)
    rows = reports.kept(brand.id)
    coming = reports.following(brand, opening.now())
    _next(coming, zone)
    if not rows:
        _nothing(brand, coming)
        return
    asked = st.query_params.get("week", "")
    chosen = next((row for row in rows if row.week == asked), None)
    if asked and chosen is None:
        parts.write(f'<p class="ew-mute">{_h("There is no report of that week.")}</p>')
    if chosen is not None:
        _one(brand, chosen, zone)
        return
    parts.write(parts.heading(_("Made so far"), _("newest first")))
    for row in rows:
        _card(brand, row, zone)


def _nothing(brand: BrandRow, coming: Next) -> None:
    parts.empty(
        _("No report yet"),
        _(
            "`emberwatch run` makes one each week by itself, the next one of week %(week)s. "
            "`emberwatch report --brand %(brand)s --week current` makes one of the running week now, as a file.",
            week=coming.week,
            brand=brand.slug,
        ),
    )


def _next(coming: Next, zone: ZoneInfo) -> None:
    """When the next one is due, and where it goes."""
    now = opening.now()
    week, when = f"<b>{escape(coming.week)}</b>", parts.when(coming.due_at, now, zone)
    due = _h("The report of week %(week)s is due %(when)s.", week=week, when=when)
    if coming.due_at <= now:
        due = _h(
            "The report of week %(week)s is due since %(when)s; it is made once all texts of the week are read.",
            week=week,
            when=when,
        )
    names = ", ".join(parts.name(channel) for channel in coming.channels)
    goes = _h("It will be sent to %(channels)s.", channels=names)
    if not names:
        goes = _h("It is sent to nobody: name channels under report.channels in the config.")
    with st.container(key="note-report"):
        parts.write(f'<div class="ew-small">{due} {goes}</div>{_failed(coming)}')


def _failed(coming: Next) -> str:
    if not coming.error:
        return ""
    words = _h("The last try failed: %(error)s", error=parts.said(coming.error))
    return f'<div class="ew-said ew-error" dir="auto">{words}</div>'


def _card(brand: BrandRow, row: ReportRow, zone: ZoneInfo) -> None:
    with st.container(key=f"card-report-{row.id}"):
        parts.write(_head(row, zone) + _arrived(row, zone))
        if st.button(_("Read the report of week %(week)s", week=row.week), key=f"open-report-{row.id}"):
            frame.go("reports", brand=brand.slug, week=row.week)


def _head(row: ReportRow, zone: ZoneInfo) -> str:
    today = opening.now().astimezone(zone).date()
    began = _("Week %(week)s, from %(day)s", week=row.week, day=parts.day(row.monday, today))
    made = _h("made %(when)s", when=parts.when(row.made_at, opening.now(), zone))
    return f'<div class="ew-line"><span class="ew-name">{escape(began)}</span><span>{made}</span></div>'


_TONES = {
    AlertState.SENT: "good",
    AlertState.FAILED: "critical",
    AlertState.PENDING: "high",
    AlertState.SENDING: "high",
    AlertState.WITHHELD: "quiet",
}


def _states() -> dict[AlertState, str]:
    return {
        AlertState.SENT: _("arrived"),
        AlertState.FAILED: _("never arrived"),
        AlertState.PENDING: _("waits"),
        AlertState.SENDING: _("is being sent"),
        AlertState.WITHHELD: _("not sent"),
    }


def _arrived(row: ReportRow, zone: ZoneInfo) -> str:
    """A line for each channel: whether it took the report, when, and why not."""
    if not row.sent:
        return f'<p class="ew-mute ew-small">{_h("It was sent to nobody.")}</p>'
    now, states = opening.now(), _states()
    lines = []
    for one in row.sent:
        error = f'<div class="ew-said ew-error" dir="auto">{parts.said(one.error)}</div>' if one.error else ""
        lines.append(
            parts.line(
                parts.tag(states[one.state], _TONES[one.state]),
                f"<b>{parts.name(one.channel)}</b>",
                parts.when(one.sent_at or one.created_at, now, zone),
                alerted.outcome(one, now, zone),
            )
            + error
        )
    return "".join(lines)


def _one(brand: BrandRow, row: ReportRow, zone: ZoneInfo) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="report-head"):
        if st.button(_("All reports"), icon=":material/arrow_back:", type="tertiary"):
            frame.go("reports", brand=brand.slug)
        html = reports.as_html(row.id)
        if html is not None:
            name = f"{brand.slug}-{row.week}"
            _download(_("Download as a page"), html, f"{name}.html", "text/html")
            st.download_button(
                _("Download as a table"), lambda: reports.as_csv(row.id), f"{name}.csv", "text/csv",
                icon=":material/table:", on_click="ignore",
            )  # fmt: skip
    with st.container(key="card-report-one"):
        folder = _h("The files are written to %(folder)s.", folder=parts.said(_folder()))
        parts.write(_head(row, zone) + _arrived(row, zone) + f'<p class="ew-mute ew-small">{folder}</p>')
    if html is None:
        parts.empty(
            _("This report cannot be shown"),
            _("Another version of Emberwatch kept it. Its file may still be in the folder of the reports."),
        )
        return
    framed.show(html, _("The report of week %(week)s", week=row.week), key=f"report-{row.id}")


def _download(label: str, text: str, name: str, kind: str) -> None:
    st.download_button(label, text, name, kind, icon=":material/download:", on_click="ignore")


def _folder() -> str:
    return str(Path(opening.settings().report.folder).absolute())
