"""Whether it was good to hear of an incident: said by people, shown with who and when; and what nearly was one."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, complaints, frame, parts, viewer
from dashboard.alerting.alerted import BUTTONS
from dashboard.complaints import MARKS
from dashboard.data import nearly, opening
from dashboard.data.brands import BrandRow
from dashboard.data.incidents import IncidentRow
from dashboard.data.nearly import NearRow
from dashboard.words import N_, _, _h, _hn, _n
from monitor.facts import Held, IncidentState, Mark
from monitor.jobs import answer

_TONES = {Mark.USEFUL: "good", Mark.NOISE: "quiet"}
_ICONS = {Mark.USEFUL: ":material/thumb_up:", Mark.NOISE: ":material/thumb_down:"}
_DONE = {
    Mark.USEFUL: N_("Marked as useful."),
    Mark.NOISE: N_("Marked as noise."),
    None: N_("The mark is taken back."),
}
WHY = {
    Held.BELOW: N_("chance may explain it"),
    Held.FEW_AUTHORS: N_("too few different people"),
    Held.ALL_UP: N_("as much more was said that is not negative"),
    Held.COPIES: N_("one text again and again"),
    Held.OVER: N_("it was over when it was seen"),
    Held.DISMISSED: N_("a person said that it is none"),
}


def mark(row: IncidentRow) -> None:
    """The two buttons, and what was said."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"ask-mark-{row.id}"):
        st.html(_said(row), width="content")
        for one in Mark:
            if row.mark is not one:
                st.button(
                    _(BUTTONS[one]), icon=_ICONS[one], key=f"mark-{one}-{row.id}", on_click=_write,
                    args=(row, one),
                )  # fmt: skip
        if row.mark is not None:
            st.button(_("Take back"), key=f"unmark-{row.id}", type="tertiary", on_click=_write, args=(row, None))


def _said(row: IncidentRow) -> str:
    if row.mark is not None and row.marked_at is not None:
        when = parts.when(row.marked_at, opening.now(), viewer.zone(ZoneInfo(row.time_zone)))
        name = f"<b>{parts.name(row.marked_by)}</b>"
        return parts.line(parts.tag(_(MARKS[row.mark]), _TONES[row.mark]), _h("said %(name)s", name=name), when)
    words = _("Was it good to hear of this?")
    if row.state is IncidentState.DISMISSED:
        words = _("Dismissed, so it counts as noise. Was it good to hear of it all the same?")
    return f'<span class="ew-ask">{escape(words)}</span>'


def _write(row: IncidentRow, said: Mark | None) -> None:
    acting.do(lambda session, me, now: answer.mark_incident(session, row.id, said, me, now), _(_DONE[said]))
    frame.later()


def nearly_incidents(brand: BrandRow) -> None:
    """What was held back in the last days and why, folded."""
    now = opening.now()
    rows = nearly.near_misses(brand.id, now)
    if not rows:
        return
    title = _n(
        "Nearly an incident: once in the last %(days)s days",
        "Nearly an incident: %(n)s times in the last %(days)s days",
        len(rows), days=nearly.SHOWN.days,
    )  # fmt: skip
    with st.expander(title):
        steps = "".join(_near(row, brand.zone) for row in rows)
        parts.write(f'<div class="ew-steps">{steps}</div>')


def _near(row: NearRow, zone: ZoneInfo) -> str:
    now = opening.now()
    looks = _hn("seen once", "seen %(n)s times", row.looks)
    last = _h("last %(time)s", time=parts.when(row.last_at, now, viewer.zone(zone)))
    kind = parts.tag(_(complaints.KINDS[row.kind]))
    held = _h("Not raised: %(reason)s", reason=escape(_(WHY[row.reason])))
    return (
        f'<div class="ew-step">{kind} {parts.english(row.sentence)}'
        f"<br><b>{held}</b> <small>{escape(_strength(row))}; {looks}, {last}</small></div>"
    )


def _strength(row: NearRow) -> str:
    strength = parts.decimal(row.strength, 1)
    if row.threshold is None or row.reason is not Held.BELOW:
        return _("strength %(strength)s", strength=strength)
    needed = f"{row.threshold:g}"
    return _("strength %(strength)s of the %(needed)s that an alarm needs", strength=strength, needed=needed)
