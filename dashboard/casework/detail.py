"""One complaint: what was written, its clocks, what can be done, and what was done."""

from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, complaints, frame, parts, viewer
from dashboard.casework import assigning, clocks, handling, heard, histories, posting, standing
from dashboard.casework.handling import OnScreen
from dashboard.data import customers, opening
from dashboard.data.casefile import CaseFile, casefile
from dashboard.data.heard import later
from dashboard.data.inbox import ComplaintRow
from dashboard.data.texts import TextRow
from dashboard.learning import ideas
from dashboard.texts import checking
from dashboard.words import _, _h, _n
from monitor.access import Deed

ALSO = 5
"""Texts of the same customer shown beside a complaint."""


def show(row: ComplaintRow | None) -> None:
    """All of it; or that it is not here."""
    if row is None:
        words = _("It may have been deleted where it stood, or the link is wrong.")
        parts.empty(_("This complaint is not here"), words)
        return
    zone = viewer.zone(ZoneInfo(row.time_zone))
    file = casefile(row.case_id, row.text.mention_id) if row.case_id is not None else None
    _text(row, file, zone)
    linked = frozenset[int]()
    if row.case_id is not None:
        linked = frozenset(one.text.mention_id for one in later(row.case_id))
        heard.later_texts(row.case_id, zone)
    _also_wrote(row, linked)
    if row.case is None or row.case_id is None or file is None:
        if acting.may(Deed.WORK):
            handling.take_button(frame.take_up, row.text.mention_id)
        return
    posting.state(file.posting, row.case.owner, zone)
    handling.actions(OnScreen(row.case_id, row.case, row.text.language, row), file)
    assigning.offer(row)
    if acting.may(Deed.PROPOSE):
        ideas.propose_from_case(row)
    parts.write(_answers(file, zone) + histories.steps(file.events, zone))


def _text(row: ComplaintRow, file: CaseFile | None, zone: ZoneInfo) -> None:
    text, now = row.text, opening.now()
    with st.container(key="card-text"):
        parts.write(
            parts.line(
                standing.state(row),
                parts.badge(row.severity) if row.severity else "",
                complaints.owner(row, acting.who()),
                standing.exceptions(row),
                _h("case %(number)s", number=str(row.case_id)) if row.case_id is not None else _h("no case yet"),
            )
            + complaints.written(text, now, zone)
            + complaints.content(text)
            + parts.line(
                complaints.original(text),
                _h("about %(item)s", item=parts.name(text.item)) if text.item else "",
                checking.feeling(text),
                checking.mark(text),
                complaints.themes(text),
            )
            + clocks.clocks(row.case, file.term if file else None, now, zone)
            + _praised(file)
            + _outcome(row)
        )
        if text.deleted_at is None and acting.may(Deed.CORRECT):  # nobody can say any more what the words meant
            checking.question(text)
            checking.action(text)
        _incident(row)


def _incident(row: ComplaintRow) -> None:
    label = _("Part of incident %(number)s", number=row.incident_id)
    if row.incident_id is not None:
        st.button(
            label, icon=":material/local_fire_department:", type="tertiary", on_click=frame.later, args=("incident",),
            kwargs={"id": row.incident_id},
        )  # fmt: skip


def _praised(file: CaseFile | None) -> str:
    if file is None or not file.praised:
        return ""
    names = parts.listed([f"<b>{parts.name(one)}</b>" for one in file.praised])
    return parts.line(parts.tag(_("praise"), "good"), _h("It praises %(names)s: tell them.", names=names))


def _outcome(row: ComplaintRow) -> str:
    if row.case is None or not row.case.outcome:
        return ""
    return f'<div class="ew-said"><b>{_h("Outcome")}</b>{parts.body(row.case.outcome, "")}</div>'


def _answers(file: CaseFile, zone: ZoneInfo) -> str:
    """Our own answers, as crawls found them in public (HTML)."""
    now = opening.now()
    items = "".join(
        f'<div class="ew-card">{parts.line(parts.when(one.published_at, now, zone), complaints.original(one))}'
        f"{complaints.brief(one, lines=4)}</div>"
        for one in file.answers
    )
    return parts.heading(_("Answered in public")) + items if items else ""


def _also_wrote(row: ComplaintRow, linked: frozenset[int]) -> None:
    """Other texts of the same customer that are not linked to the case."""
    found = customers.also_wrote(row.text.mention_id, row.brand_id, ALSO + 1 + len(linked))
    others = [text for text in found if text.mention_id not in linked][: ALSO + 1]
    if not others:
        return
    number = min(len(others), ALSO)
    label = (
        _("The same customer wrote %(n)s more times or more", n=parts.number(number))
        if len(others) > ALSO
        else _n("The same customer wrote once more", "The same customer wrote %(n)s more times", number)
    )
    with st.expander(label, icon=":material/history:"):
        parts.write("".join(_other(row, text) for text in others[:ALSO]))


def _other(row: ComplaintRow, text: TextRow) -> str:
    solved = row.case.solved_at if row.case else None
    late = f"<b>{_h('after it was solved')}</b>" if solved and text.published_at > solved else ""
    when = parts.ago(text.published_at, opening.now())
    return parts.line(
        late, checking.feeling(text), when, parts.link(text.url, _("open the original"))
    ) + complaints.brief(text, lines=2)
