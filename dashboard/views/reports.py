"""Reports: the weekly summaries of a brand or of all, to read and to take along, and whether they arrived."""

from dataclasses import dataclass
from functools import partial
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
from monitor.reports.forms import FORMS
from monitor.reports.options import TOGETHER


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose reports are shown: those of a brand, or those of all brands together beside that brand."""

    brand: BrandRow
    together: bool

    @property
    def rows(self) -> tuple[ReportRow, ...]:
        return reports.kept(None if self.together else self.brand.id)

    def go(self, *, together: bool | None = None, week: str = "") -> None:
        """Show the list, or the report of a week."""
        of = {"of": TOGETHER} if (self.together if together is None else together) else {}
        frame.go("reports", brand=self.brand.slug, **of, **({"week": week} if week else {}))


def page() -> None:
    """The report that the address names, beside all that were kept."""
    brand = frame.head(_("Reports"))
    if brand is None:
        return
    together = st.query_params.get("of", "") == TOGETHER
    if together and "brand" not in st.query_params:
        st.query_params["brand"] = brand.slug  # so that choosing another one leads away from the report of all
    shelf = Shelf(brand, together)
    zone = viewer.zone(brand.zone)
    asked = st.query_params.get("week", "")
    chosen = next((row for row in shelf.rows if row.week == asked), None)
    if chosen is not None:
        _one(shelf, chosen, zone)
    else:
        _list(shelf, asked, zone)


def _list(shelf: Shelf, asked: str, zone: ZoneInfo) -> None:
    """All that were kept, newest first, and when the next one is due."""
    now = opening.now()
    _other(shelf)
    if not shelf.together and reports.is_competitor(shelf.brand):
        parts.empty(_("No reports of a competitor"), _("Brands of others are only compared with."))
        return
    coming = reports.together_following(now) if shelf.together else reports.following(shelf.brand, now)
    if coming is not None:
        _next(coming, zone, "report.together_channels" if shelf.together else "report.channels")
    if not shelf.rows:
        _nothing(shelf, coming)
        return
    if asked:
        parts.write(f'<p class="ew-mute">{_h("There is no report of that week.")}</p>')
    heading = _("All brands, made so far") if shelf.together else _("Made so far")
    parts.write(parts.heading(heading, _("newest first")))
    for row in shelf.rows:
        _card(shelf, row, zone)


def _other(shelf: Shelf) -> None:
    """The way to the reports of all brands, and back."""
    if shelf.together:
        label = _("Reports of %(brand)s", brand=shelf.brand.name)
        if st.button(label, icon=":material/arrow_back:", type="tertiary", key="reports-of-brand"):
            shelf.go(together=False)
        return
    known = reports.has_together() or reports.kept(None)
    label = _("Reports of all brands")
    if known and st.button(label, icon=":material/stacks:", type="tertiary", key="reports-of-all"):
        shelf.go(together=True)


def _nothing(shelf: Shelf, coming: Next | None) -> None:
    title = _("No report yet")
    if coming is None:
        parts.empty(title, _("Reports of all brands are made where the config has several and wants them."))
    elif shelf.together:
        parts.empty(title, _("`emberwatch run` makes one each week, once each brand has its own."))
    else:
        said = _(
            "`emberwatch run` makes one each week by itself, the next one of week %(week)s. "
            "`emberwatch report --brand %(brand)s --week current` makes one of the running week now, as a file.",
            week=coming.week,
            brand=shelf.brand.slug,
        )
        parts.empty(title, said)


def _next(coming: Next, zone: ZoneInfo, setting: str) -> None:
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
        goes = _h("It is sent to nobody: name channels under %(setting)s in the config.", setting=setting)
    with st.container(key="note-report"):
        parts.write(f'<div class="ew-small">{due} {goes}</div>{_failed(coming)}')


def _failed(coming: Next) -> str:
    if not coming.error:
        return ""
    words = _h("The last try failed: %(error)s", error=parts.said(coming.error))
    return f'<div class="ew-said ew-error" dir="auto">{words}</div>'


def _card(shelf: Shelf, row: ReportRow, zone: ZoneInfo) -> None:
    with st.container(key=f"card-report-{row.id}"):
        parts.write(_head(row, zone) + _arrived(row, zone))
        if st.button(_("Read the report of week %(week)s", week=row.week), key=f"open-report-{row.id}"):
            shelf.go(week=row.week)


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


def _one(shelf: Shelf, row: ReportRow, zone: ZoneInfo) -> None:
    html = reports.as_html(row.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="report-head"):
        if st.button(_("All reports"), icon=":material/arrow_back:", type="tertiary"):
            shelf.go()
        _beside(shelf, row)
        if html is not None:
            _downloads(shelf, row)
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


def _beside(shelf: Shelf, row: ReportRow) -> None:
    """The ways to the reports of the weeks before and after, as far as they are kept."""
    weeks = [one.week for one in shelf.rows]  # newest first
    here = weeks.index(row.week)
    before, after = weeks[here + 1 : here + 2], weeks[max(here - 1, 0) : here]
    if st.button(_("The week before"), icon=":material/chevron_left:", disabled=not before, key="report-before"):
        shelf.go(week=before[0])
    if st.button(_("The week after"), icon=":material/chevron_right:", disabled=not after, key="report-after"):
        shelf.go(week=after[0])


def _downloads(shelf: Shelf, row: ReportRow) -> None:
    """Every form of the report; each is made when it is clicked on."""
    name = f"{TOGETHER if shelf.together else shelf.brand.slug}-{row.week}"
    with st.popover(_("Download"), icon=":material/download:", key="report-downloads"):
        for form, (label, icon) in _labels().items():
            st.download_button(
                label, partial(reports.as_form, row.id, form), f"{name}.{form}", FORMS[form].media_type,
                icon=icon, on_click="ignore", type="tertiary", key=f"report-{form}",
            )  # fmt: skip


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "pdf": (_("PDF, to print and to forward"), ":material/picture_as_pdf:"),
        "html": (_("Page, to read in a browser"), ":material/web:"),
        "xlsx": (_("Workbook, to calculate with"), ":material/table:"),
        "csv": (_("Table of all figures (CSV)"), ":material/csv:"),
        "json": (_("All figures for programs (JSON)"), ":material/data_object:"),
    }


def _folder() -> str:
    return str(Path(opening.settings().report.folder).absolute())
