"""Who was told of an incident and why, who waits, and who will be called if nobody acknowledges it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard import alerted, parts
from dashboard.alerted import why
from dashboard.data import incidents
from dashboard.data.alert_rows import AlertRow
from dashboard.data.calls import calls
from dashboard.data.incidents import IncidentRow
from monitor.facts import ChangeKind
from monitor.models import AlertState

_WORDS = {
    AlertState.PENDING: "will be told",
    AlertState.SENDING: "is being told",
    AlertState.SENT: "was told",
    AlertState.FAILED: "could not be told",
    AlertState.WITHHELD: "was <b>not</b> told",
}
_DOTS = {AlertState.SENT: "ew-good", AlertState.FAILED: "ew-hot"}


def steps(row: IncidentRow, now: datetime, zone: ZoneInfo) -> str:
    """What is to come, then what was, newest first (HTML)."""
    found = incidents.alerts(row.id)
    to_come = "".join(_call(at, channel, now, zone) for at, channel in calls(row.id, now))
    told = "".join(_alert(alert, now, zone) for alert in found)
    if not to_come and not told:
        return '<span class="ew-mute">Nobody has been told yet.</span>'
    return f'<div class="ew-steps">{to_come}{told}</div>'


def _call(at: datetime, channel: str, now: datetime, zone: ZoneInfo) -> str:
    return (
        f'<div class="ew-step"><b>{parts.name(channel)}</b> will be called too, if nobody has acknowledged it by '
        f"then<br>{parts.when(at, now, zone)}</div>"
    )


def _alert(alert: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    about = f" of “{alert.kind}”" if alert.kind in set(ChangeKind) else ""
    error = f'<br><small class="ew-late">{parts.said(alert.error)}</small>' if alert.error else ""
    notes = "".join(
        f"<br><small>{note}</small>" for note in (_waits(alert, now, zone), alerted.together(alert)) if note
    )
    return (
        f'<div class="ew-step {_DOTS.get(alert.state, "")}"><b>{parts.name(alert.channel)}</b> '
        f"{_WORDS[alert.state]}{about}, because {why(alert.reason)}<br>"
        f"{parts.when(alert.sent_at or alert.created_at, now, zone)}{notes}{error}"
        f"{alerted.said(alert, now, zone)}</div>"
    )


def _waits(alert: AlertRow, now: datetime, zone: ZoneInfo) -> str:
    if alert.state in (AlertState.PENDING, AlertState.SENDING):
        return alerted.waits(alert, now, zone)
    return alerted.waited(alert)
