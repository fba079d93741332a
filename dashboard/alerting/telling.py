"""Who was told of an incident and why, who waits, and who will be called if nobody acknowledges it."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from dashboard import parts
from dashboard.alerting import alerted
from dashboard.alerting.alerted import why
from dashboard.data import incidents
from dashboard.data.alert_rows import AlertRow
from dashboard.data.calls import calls
from dashboard.data.incidents import IncidentRow
from dashboard.words import N_, _, _h
from monitor.facts import ChangeKind
from monitor.models import AlertState

_WORDS = {
    AlertState.PENDING: N_("%(channel)s will be told, because %(reason)s"),
    AlertState.SENDING: N_("%(channel)s is being told, because %(reason)s"),
    AlertState.SENT: N_("%(channel)s was told, because %(reason)s"),
    AlertState.FAILED: N_("%(channel)s could not be told, because %(reason)s"),
    AlertState.WITHHELD: N_("%(channel)s was not told, because %(reason)s"),
}
_ABOUT = {
    AlertState.PENDING: N_("%(channel)s will be told of “%(change)s”, because %(reason)s"),
    AlertState.SENDING: N_("%(channel)s is being told of “%(change)s”, because %(reason)s"),
    AlertState.SENT: N_("%(channel)s was told of “%(change)s”, because %(reason)s"),
    AlertState.FAILED: N_("%(channel)s could not be told of “%(change)s”, because %(reason)s"),
    AlertState.WITHHELD: N_("%(channel)s was not told of “%(change)s”, because %(reason)s"),
}
_CHANGES = {
    ChangeKind.OPENED: N_("opened"),
    ChangeKind.WORSENED: N_("worsened"),
    ChangeKind.CALMED: N_("calmed"),
    ChangeKind.RESOLVED: N_("resolved"),
    ChangeKind.DISMISSED: N_("dismissed"),
    ChangeKind.ACKNOWLEDGED: N_("acknowledged"),
    ChangeKind.OWNED: N_("looked after"),
}
_DOTS = {AlertState.SENT: "ew-good", AlertState.FAILED: "ew-hot"}


def steps(row: IncidentRow, now: datetime, zone: ZoneInfo) -> str:
    """What is to come, then what was, newest first (HTML)."""
    found = incidents.alerts(row.id)
    to_come = "".join(_call(at, channel, now, zone) for at, channel in calls(row.id, now))
    told = "".join(_alert(alert, now, zone) for alert in found)
    if not to_come and not told:
        return parts.mute(_("Nobody has been told yet."))
    return f'<div class="ew-steps">{to_come}{told}</div>'


def _call(at: datetime, channel: str, now: datetime, zone: ZoneInfo) -> str:
    words = _h(
        "%(channel)s will be called too, if nobody has acknowledged it by then",
        channel=f"<b>{parts.name(channel)}</b>",
    )
    return f'<div class="ew-step">{words}<br>{parts.when(at, now, zone)}</div>'


def _alert(alert: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    error = f'<br><small class="ew-late">{parts.english(alert.error)}</small>' if alert.error else ""
    notes = "".join(
        f"<br><small>{note}</small>" for note in (_waits(alert, now, zone), alerted.together(alert)) if note
    )
    return (
        f'<div class="ew-step {_DOTS.get(alert.state, "")}">{_told(alert)}<br>'
        f"{parts.when(alert.sent_at or alert.created_at, now, zone)}{notes}{error}"
        f"{alerted.said(alert, now, zone)}</div>"
    )


def _told(alert: AlertRow) -> str:
    """Whether a channel was told, of what, and why (HTML)."""
    channel, reason = f"<b>{parts.name(alert.channel)}</b>", why(alert.reason)
    if alert.kind not in set(ChangeKind):
        return _h(_WORDS[alert.state], channel=channel, reason=reason)
    change = escape(_(_CHANGES[ChangeKind(alert.kind)]))
    return _h(_ABOUT[alert.state], channel=channel, change=change, reason=reason)


def _waits(alert: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    if alert.state in (AlertState.PENDING, AlertState.SENDING):
        return alerted.waits(alert, now, zone)
    return alerted.waited(alert)
