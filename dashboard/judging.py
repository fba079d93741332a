"""Whether it was good to hear of an incident: said by people, shown with who and when; and what nearly was one."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, complaints, frame, parts
from dashboard.data import nearly, opening
from dashboard.data.brands import BrandRow
from dashboard.data.incidents import IncidentRow
from dashboard.data.nearly import NearRow
from monitor.facts import Held, IncidentState, Mark
from monitor.jobs import answer

_WORDS = {Mark.USEFUL: "useful", Mark.NOISE: "noise"}
_TONES = {Mark.USEFUL: "good", Mark.NOISE: "quiet"}
_ICONS = {Mark.USEFUL: ":material/thumb_up:", Mark.NOISE: ":material/thumb_down:"}
_DONE = {Mark.USEFUL: "Marked as useful.", Mark.NOISE: "Marked as noise.", None: "The mark is taken back."}
WHY = {
    Held.BELOW: "chance may explain it",
    Held.FEW_AUTHORS: "too few different people",
    Held.ALL_UP: "as much more was said that is not negative",
    Held.COPIES: "one text again and again",
    Held.OVER: "it was over when it was seen",
    Held.DISMISSED: "a person said that it is none",
}


def mark(row: IncidentRow) -> None:
    """The two buttons, and what was said."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"ask-mark-{row.id}"):
        st.html(_said(row), width="content")
        for one in Mark:
            if row.mark is not one:
                st.button(
                    _WORDS[one].capitalize(), icon=_ICONS[one], key=f"mark-{one}-{row.id}", on_click=_write,
                    args=(row, one),
                )  # fmt: skip
        if row.mark is not None:
            st.button("Take back", key=f"unmark-{row.id}", type="tertiary", on_click=_write, args=(row, None))


def _said(row: IncidentRow) -> str:
    if row.mark is not None and row.marked_at is not None:
        when = parts.when(row.marked_at, opening.now(), ZoneInfo(row.time_zone))
        return parts.line(
            parts.tag(_WORDS[row.mark], _TONES[row.mark]), f"said <b>{parts.name(row.marked_by)}</b>", when
        )
    words = "Was it good to hear of this?"
    if row.state is IncidentState.DISMISSED:
        words = "Dismissed, so it counts as noise. Was it good to hear of it all the same?"
    return f'<span class="ew-ask">{words}</span>'


def _write(row: IncidentRow, said: Mark | None) -> None:
    acting.do(lambda session, me, now: answer.mark_incident(session, row.id, said, me, now), _DONE[said])
    frame.later()


def nearly_incidents(brand: BrandRow) -> None:
    """What was held back in the last days and why, folded."""
    now = opening.now()
    rows = nearly.near_misses(brand.id, now)
    if not rows:
        return
    number = "once" if len(rows) == 1 else f"{len(rows)} times"
    with st.expander(f"Nearly an incident: {number} in the last {nearly.SHOWN.days} days"):
        steps = "".join(_near(row, brand.zone) for row in rows)
        parts.write(f'<div class="ew-steps">{steps}</div>')


def _near(row: NearRow, zone: ZoneInfo) -> str:
    now = opening.now()
    needs = f" of the {row.threshold:g} that an alarm needs" if row.threshold is not None else ""
    strength = f"strength {row.strength:.1f}{needs}" if row.reason is Held.BELOW else f"strength {row.strength:.1f}"
    looks = "seen once" if row.looks == 1 else f"seen {row.looks:,} times"
    kind = parts.tag(complaints.KINDS[row.kind])
    return (
        f'<div class="ew-step">{kind} <span dir="auto">{parts.said(row.sentence)}</span>'
        f"<br><b>Not raised: {escape(WHY[row.reason])}</b> "
        f"<small>{strength}; {looks}, last {parts.when(row.last_at, now, zone)}</small></div>"
    )
