"""One message to a channel on a page: what it says, why it was sent, waits or never came, and what people say of it."""

from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import acting, frame, parts
from dashboard.data import alerts, opening
from dashboard.data.alert_rows import AlertRow
from dashboard.data.alerts import Asked
from monitor.alerting.reasons import Reason
from monitor.clock import spoken_duration
from monitor.errors import AnswerRefused
from monitor.facts import Mark
from monitor.jobs import answer
from monitor.models import AlertState

KINDS = {
    "opened": "new",
    "worsened": "worse",
    "calmed": "calmer",
    "resolved": "over",
    "several": "several at once",
    "digest": "daily digest",
    "report": "weekly report",
    "operator": "the monitor itself",
    "": "message",
}
"""What a message is about; the other kinds are called by their names."""
_TONES = {Mark.USEFUL: "good", Mark.NOISE: "quiet"}
_ICONS = {Mark.USEFUL: ":material/thumb_up:", Mark.NOISE: ":material/thumb_down:"}
_DONE = {Mark.USEFUL: "Marked as useful.", Mark.NOISE: "Marked as noise.", None: "Your mark is taken back."}


def why(value: str) -> str:
    """A stored reason in words (HTML); one that this version does not know as it stands."""
    return escape(Reason(value).words if value in set(Reason) else value.replace("_", " "))


def outcome(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """How it went and why, in a line of HTML."""
    if row.state is AlertState.WITHHELD:
        return f"<b>Not sent</b>, because {why(row.reason)}"
    if row.state is AlertState.FAILED:
        return f"<b>Never delivered</b>, tried {_times(row.attempts)}; to be sent because {why(row.reason)}"
    if row.state is AlertState.SENT:
        return f"Sent because {why(row.reason)}{_after(waited(row))}"
    return f"To be sent because {why(row.reason)}; {waits(row, now, zone)}"


def waits(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """Why a message that is owed has not gone out yet, and until when."""
    if row.state is AlertState.SENDING:
        return "it is being sent just now"
    due = row.until is None or row.until <= now
    until = "" if due or row.until is None else f" until {parts.when(row.until, now, zone)}"
    if row.held:
        return f"<b>waits{until}</b>, because {why(row.held)}"
    if row.error:
        again = "is tried again now" if due else f"is tried again at {until.removeprefix(' until ')}"
        return f"<b>not accepted yet</b>, {again}"
    return "it goes out as soon as it can" if due else f"<b>waits{until}</b>"


def waited(row: AlertRow) -> str:
    """A note on a message that was held back before it went out."""
    if not row.held or row.sent_at is None or row.sent_at - row.created_at < timedelta(minutes=1):
        return ""
    return f"it waited {spoken_duration(row.sent_at - row.created_at)}, because {why(row.held)}"


def _after(note: str) -> str:
    return f"; {note}" if note else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def together(row: AlertRow) -> str:
    """That it was part of a message that stood for several."""
    if not row.others:
        return ""
    verb = "went" if row.state is AlertState.SENT else "goes"
    return f"{verb} out together with {row.others} {'other' if row.others == 1 else 'others'}"


def said(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """What people said of it."""
    found = (
        parts.tag(mark.mark.value, _TONES[mark.mark])
        + f" said <b>{parts.name(mark.actor)}</b> {parts.when(mark.at, now, zone)}"
        for mark in row.marks
    )
    return parts.line(*found) if row.marks else ""


def card(row: AlertRow, fallback: ZoneInfo) -> None:
    """The message as a card; times in the zone of its brand, else in `fallback`."""
    now, zone = opening.now(), ZoneInfo(row.time_zone) if row.time_zone else fallback
    tone = "quiet" if row.severity is None or row.kind not in _LOUD else row.severity.value
    with st.container(key=f"card-{tone}-alert-{row.id}"):
        error = f'<div class="ew-said ew-error" dir="auto">{parts.said(row.error)}</div>' if row.error else ""
        parts.write(
            parts.line(
                parts.badge(row.severity) if row.severity else "",
                parts.tag(KINDS.get(row.kind, row.kind.replace("_", " "))),
                f"to <b>{parts.name(row.channel)}</b>",
                parts.when(row.sent_at or row.created_at, now, zone),
                together(row),
            )
            + f'<div class="ew-sentence">{parts.said(row.subject or "(no subject)")}</div>'
            + f'<p class="ew-small">{outcome(row, now, zone)}</p>{error}{said(row, now, zone)}'
        )
        _buttons(row)


_LOUD = ("opened", "worsened", "escalated", "reminder", "several")


def _buttons(row: AlertRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"acts-alert-{row.id}"):
        if row.state is AlertState.FAILED:
            st.button(
                "Send again", icon=":material/send:", key=f"again-{row.id}", type="tertiary", on_click=_send_again,
                args=((row.id,),),
            )  # fmt: skip
        if row.state is AlertState.SENT and row.incident_id is not None:
            mark_buttons(row)
        if row.incident_id is not None and st.button(
            f"Open incident {row.incident_id}", icon=":material/local_fire_department:", type="tertiary",
            key=f"incident-of-{row.id}",
        ):  # fmt: skip
            frame.go("incident", id=row.incident_id)


def mark_buttons(row: AlertRow) -> None:
    """Useful or noise, and taking back what oneself said."""
    mine = next((mark.mark for mark in row.marks if mark.actor == acting.who()), None)
    for one in Mark:
        if one is not mine:
            st.button(
                one.value.capitalize(), icon=_ICONS[one], key=f"mark-{one}-alert-{row.id}", type="tertiary",
                on_click=_mark, args=(row.id, one),
            )  # fmt: skip
    if mine is not None:
        st.button("Take back", key=f"unmark-alert-{row.id}", type="tertiary", on_click=_mark, args=(row.id, None))


def _mark(alert_id: int, mark: Mark | None) -> None:
    acting.do(lambda session, me, now: answer.mark_alert(session, alert_id, mark, me, now), _DONE[mark])
    frame.later()


def dead_ones(asked: Asked, now: datetime) -> None:
    """A button for each channel that sends all that it never took again."""
    found = [(channel, ids) for channel, ids in alerts.dead(asked, now) if len(ids) > 1]
    if not found:
        return
    with st.container(horizontal=True, gap="small", key="again-all"):
        for channel, ids in found:
            words = f"Send all {len(ids):,} of {parts.plain(channel)} again"
            icon = ":material/send:"
            st.button(words, icon=icon, key=f"again-all-{channel}", on_click=_send_again, args=(ids,))


def _send_again(ids: tuple[int, ...]) -> None:
    done = "It goes out again." if len(ids) == 1 else "They go out again, what belongs together as one message."
    acting.do(lambda session, me, now: _each(session, ids, me, now), done)
    frame.later()


def _each(session: Session, ids: tuple[int, ...], me: str, now: datetime) -> None:
    """Those that somebody else has sent again meanwhile are left out; AnswerRefused when none is left."""
    refused, again = None, 0
    for number in ids:
        try:
            answer.resend_alert(session, number, me, now)
            again += 1
        except AnswerRefused as refusal:
            refused = refusal
    if refused is not None and not again:
        raise refused
