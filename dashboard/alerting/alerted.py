"""One message to a channel on a page: what it says, why it was sent, waits or never came, and what people say of it."""

from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import acting, frame, parts, viewer
from dashboard.complaints import MARKS
from dashboard.data import alerts, opening
from dashboard.data.alert_rows import AlertRow, SaidRow
from dashboard.data.alerts import Asked
from dashboard.words import N_, _, _h, _hn, _n
from monitor.alerting.reasons import Reason
from monitor.errors import AnswerRefused
from monitor.facts import Mark, Person
from monitor.jobs import answer
from monitor.models import AlertState

KINDS = {
    "opened": N_("new"),
    "worsened": N_("worse"),
    "escalated": N_("escalated"),
    "reminder": N_("reminder"),
    "acknowledged": N_("acknowledged"),
    "owned": N_("looked after"),
    "calmed": N_("calmer"),
    "resolved": N_("over"),
    "dismissed": N_("dismissed"),
    "several": N_("several at once"),
    "overdue": N_("overdue cases"),
    "digest": N_("daily digest"),
    "report": N_("weekly report"),
    "operator": N_("the monitor itself"),
    "": N_("message"),
}
"""What a message is about; the kinds of another version are called by their names."""
_TONES = {Mark.USEFUL: "good", Mark.NOISE: "quiet"}
_ICONS = {Mark.USEFUL: ":material/thumb_up:", Mark.NOISE: ":material/thumb_down:"}
BUTTONS = {Mark.USEFUL: N_("Useful"), Mark.NOISE: N_("Noise")}
_DONE = {
    Mark.USEFUL: N_("Marked as useful."),
    Mark.NOISE: N_("Marked as noise."),
    None: N_("Your mark is taken back."),
}


def kind(value: str) -> str:
    """What a message is about, in a word or two (not HTML)."""
    return _(KINDS[value]) if value in KINDS else value.replace("_", " ")


def why(value: str) -> str:
    """A stored reason in words (HTML); one that this version does not know as it stands."""
    return escape(_(Reason(value).words) if value in set(Reason) else value.replace("_", " "))


def outcome(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """How it went and why, in a line of HTML."""
    reason = why(row.reason)
    match row.state:
        case AlertState.WITHHELD:
            return _h("%(outcome)s, because %(reason)s", outcome=_b(_("Not sent")), reason=reason)
        case AlertState.FAILED:
            never = _b(_("Never delivered"))
            return _hn(
                "%(outcome)s, tried once; to be sent because %(reason)s",
                "%(outcome)s, tried %(n)s times; to be sent because %(reason)s",
                row.attempts, outcome=never, reason=reason,
            )  # fmt: skip
        case AlertState.SENT:
            return _then(_h("Sent because %(reason)s", reason=reason), waited(row))
        case _:
            return _then(_h("To be sent because %(reason)s", reason=reason), waits(row, now, zone))


def waits(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """Why a message that is owed has not gone out yet, and until when (HTML)."""
    if row.state is AlertState.SENDING:
        return _h("it is being sent just now")
    until = "" if row.until is None or row.until <= now else parts.when(row.until, now, zone)
    if row.held:
        return _h("%(waits)s, because %(reason)s", waits=_b(_waiting(until)), reason=why(row.held))
    if row.error:
        refused = _b(_("not accepted yet"))
        if not until:
            return _h("%(refused)s, is tried again now", refused=refused)
        return _h("%(refused)s, is tried again at %(time)s", refused=refused, time=until)
    return f"<b>{_waiting(until)}</b>" if until else _h("it goes out as soon as it can")


def _waiting(until: str) -> str:
    return _h("waits until %(time)s", time=until) if until else _h("waits")


def _b(words: str) -> str:
    return f"<b>{words}</b>"


def waited(row: AlertRow) -> str:
    """A note on a message that was held back before it went out (HTML)."""
    if not row.held or row.sent_at is None or row.sent_at - row.created_at < timedelta(minutes=1):
        return ""
    time = escape(parts.lasting(row.sent_at - row.created_at))
    return _h("it waited %(time)s, because %(reason)s", time=time, reason=why(row.held))


def _then(words: str, note: str) -> str:
    return f"{words}; {note}" if note else words


def together(row: AlertRow) -> str:
    """That it was part of a message that stood for several (HTML)."""
    if not row.others:
        return ""
    if row.state is AlertState.SENT:
        return _hn("went out together with %(n)s other", "went out together with %(n)s others", row.others)
    return _hn("goes out together with %(n)s other", "goes out together with %(n)s others", row.others)


def said(row: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    """What people said of it (HTML)."""
    found = (_mark_said(mark, now, zone) for mark in row.marks)
    return parts.line(*found) if row.marks else ""


def _mark_said(mark: SaidRow, now: datetime, zone: ZoneInfo) -> str:
    told = _h("said %(name)s", name=_b(parts.name(mark.actor)))
    return f"{parts.tag(_(MARKS[mark.mark]), _TONES[mark.mark])} {told} {parts.when(mark.at, now, zone)}"


def card(row: AlertRow, fallback: ZoneInfo) -> None:
    """The message as a card; times in the viewer's zone, else in that of its brand, else in `fallback`."""
    now, zone = opening.now(), viewer.zone(ZoneInfo(row.time_zone) if row.time_zone else fallback)
    tone = "quiet" if row.severity is None or row.kind not in _LOUD else row.severity.value
    with st.container(key=f"card-{tone}-alert-{row.id}"):
        error = f'<div class="ew-said ew-error" dir="auto">{parts.english(row.error)}</div>' if row.error else ""
        parts.write(
            parts.line(
                parts.badge(row.severity) if row.severity else "",
                parts.tag(kind(row.kind)),
                _h("to %(channel)s", channel=_b(parts.name(row.channel))),
                parts.when(row.sent_at or row.created_at, now, zone),
                together(row),
            )
            + f'<div class="ew-sentence">{_subject(row)}</div>'
            + f'<p class="ew-small">{outcome(row, now, zone)}</p>{error}{said(row, now, zone)}'
        )
        _buttons(row)


def _subject(row: AlertRow) -> str:
    """As it was sent: messages are in English."""
    return parts.english(row.subject) if row.subject else _h("(no subject)")


_LOUD = ("opened", "worsened", "escalated", "reminder", "several")


def _buttons(row: AlertRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"acts-alert-{row.id}"):
        if row.state is AlertState.FAILED:
            st.button(
                _("Send again"), icon=":material/send:", key=f"again-{row.id}", type="tertiary", on_click=_send_again,
                args=((row.id,),),
            )  # fmt: skip
        if row.state is AlertState.SENT and row.incident_id is not None:
            mark_buttons(row)
        if row.incident_id is not None and st.button(
            _("Open incident %(number)s", number=row.incident_id), key=f"incident-of-{row.id}", type="tertiary",
            icon=":material/local_fire_department:",
        ):  # fmt: skip
            frame.go("incident", id=row.incident_id)


def mark_buttons(row: AlertRow) -> None:
    """Useful or noise, and taking back what oneself said."""
    mine = next((mark.mark for mark in row.marks if mark.actor == acting.who()), None)
    for one in Mark:
        if one is not mine:
            st.button(
                _(BUTTONS[one]), icon=_ICONS[one], key=f"mark-{one}-alert-{row.id}", type="tertiary",
                on_click=_mark, args=(row.id, one),
            )  # fmt: skip
    if mine is not None:
        st.button(_("Take back"), key=f"unmark-alert-{row.id}", type="tertiary", on_click=_mark, args=(row.id, None))


def _mark(alert_id: int, mark: Mark | None) -> None:
    acting.do(lambda session, me, now: answer.mark_alert(session, alert_id, mark, me, now), _(_DONE[mark]))
    frame.later()


def dead_ones(asked: Asked, now: datetime) -> None:
    """A button for each channel that sends all that it never took again."""
    found = [(channel, ids) for channel, ids in alerts.dead(asked, now) if len(ids) > 1]
    if not found:
        return
    with st.container(horizontal=True, gap="small", key="again-all"):
        for channel, ids in found:
            to, icon = parts.plain(channel), ":material/send:"
            words = _n("Send %(n)s of %(channel)s again", "Send all %(n)s of %(channel)s again", len(ids), channel=to)
            st.button(words, icon=icon, key=f"again-all-{channel}", on_click=_send_again, args=(ids,))


def _send_again(ids: tuple[int, ...]) -> None:
    done = _n("It goes out again.", "They go out again, what belongs together as one message.", len(ids))
    acting.do(lambda session, me, now: _each(session, ids, me, now), done)
    frame.later()


def _each(session: Session, ids: tuple[int, ...], me: Person, now: datetime) -> None:
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
