"""What channels were told of a bad day, what waits, what was withheld and what never arrived; and silences."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from monitor.facts import Mark, Severity
from monitor.models import Alert, AlertMark, AlertState, Brand, Incident, IncidentChange, Report, Silence
from tests.factories import make_alert

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOSTILE = "<img src=x onerror=alert(1)> **x** [click](https://evil.example) <!channel> :smile: \u202egnp"
URDU = "گلاب کارٹ، رقم کی واپسی: 40 منٹ میں 27 منفی"
TELUGU = "రోజ్ కార్ట్, డబ్బు వాపసు: 40 నిమిషాల్లో 27 ఫిర్యాదులు"


def worded(subject: str, kind: str = "opened", severity: Severity = Severity.HIGH) -> dict[str, Any]:
    """As much of a stored message as pages show."""
    return {"subject": f"[{severity}] {subject}", "kind": kind, "severity": severity.value}


def tell(session: Session, incident: Incident, opened: IncidentChange, worse: IncidentChange, now: datetime) -> None:
    """Alerts of all states about an incident, and those that are about none."""
    brand = session.get_one(Brand, incident.brand_id)
    first = {"route": 1, "due_at": opened.at}
    make_alert(session, opened, "slack-support", **first)
    make_alert(session, opened, "mail-lead", **first)
    make_alert(session, opened, "console", AlertState.WITHHELD, "below_severity")
    make_alert(session, worse, "slack-support", reason="worsened", held="grouped").sent_at = worse.at + 4 * MINUTE
    lost = {"state": AlertState.FAILED, "attempts": 5, "error": "550 mailbox is full"}
    make_alert(session, worse, "mail-lead", reason="worsened", **lost)
    for number, subject in enumerate((HOSTILE, "A very long name " * 12)):
        session.add(_owed(worse, f"lost-{number}", worse.at + number * MINUTE, message=worded(subject), **lost))
    _waiting(session, worse, _silences(session, brand, now), now)
    _together(session, worse, now)
    _of_the_monitor(session, brand, now)


def _owed(change: IncidentChange, key: str, at: datetime, **values: Any) -> Alert:
    """One more alert of a change, under a key of its own."""
    common = {"change_id": change.id, "incident_id": change.incident_id, "channel": "mail-lead", "reason": "worsened"}
    return Alert(key=key, created_at=at, due_at=values.get("next_try_at") or at, **(common | values))


def _silences(session: Session, brand: Brand, now: datetime) -> Silence:
    """One that holds, one of a place that is over, one that somebody ended early."""
    common = {"brand": brand.slug, "up_to": Severity.HIGH, "created_at": now - 2 * HOUR}
    holds = Silence(
        **common, theme="delivery", language="ur", starts_at=now - 2 * HOUR, ends_at=now + 3 * HOUR,
        reason=f"The warehouse moves. {HOSTILE}", actor="Ayesha",
    )  # fmt: skip
    over = Silence(
        **common, location="gulberg", source="shop-reviews", starts_at=now - 30 * HOUR, ends_at=now - 28 * HOUR,
        reason="آج دکان بند ہے", actor="Bilal",
    )  # fmt: skip
    ended = Silence(
        **common, starts_at=now - 50 * HOUR, ends_at=now - 49 * HOUR, reason="A test of the shop", actor="Bilal",
        ended_by="Ayesha",
    )  # fmt: skip
    session.add_all([holds, over, ended])
    session.flush()
    return holds


def _waiting(session: Session, change: IncidentChange, silence: Silence, now: datetime) -> None:
    for name, values in {
        "quiet": {"held": "quiet_hours", "next_try_at": now + 5 * HOUR, "message": worded(URDU)},
        "group": {"held": "grouped", "next_try_at": now + 2 * HOUR, "message": worded(TELUGU, "worsened")},
        "silent": {"held": "silenced", "next_try_at": silence.ends_at, "silence_id": silence.id},
        "again": {"attempts": 2, "next_try_at": now + 3 * HOUR, "error": "421 try again later <b>please</b>"},
        "now": {"state": AlertState.SENDING, "channel": "slack-support", "message": worded("Now", "worsened")},
    }.items():
        session.add(_owed(change, name, now - 6 * MINUTE, **values))


def _together(session: Session, change: IncidentChange, now: datetime) -> None:
    """Four alerts that went out as one message."""
    sent = {"state": AlertState.SENT, "channel": "slack-support", "sent_at": now - 20 * MINUTE}
    leader: Alert | None = None
    for number in range(4):
        message = worded(f"Refunds get worse, part {number + 1}", "worsened")
        alert = _owed(change, f"part-{number}", now - 20 * MINUTE, message=message, **sent)
        alert.bundle_id = leader.id if leader else None
        session.add(alert)
        session.flush()
        leader = leader or alert


def judge(session: Session, incident: Incident, ended: IncidentChange) -> None:
    """An alert of which two people think differently."""
    alert = make_alert(session, ended, "mail-lead", reason="resolved", message=worded("Delivery is over", "resolved"))
    for actor, mark in (("Sana", Mark.NOISE), ("Bilal", Mark.USEFUL)):
        session.add(
            AlertMark(
                incident_id=incident.id, alert_id=alert.id, mark=mark, actor=actor, at=ended.at, detector="spike",
                kind=incident.kind, channel=alert.channel, reason=alert.reason,
            )
        )  # fmt: skip


def _of_the_monitor(session: Session, brand: Brand, now: datetime) -> None:
    """A report that was never delivered, a message to the operator, a digest, and one that came too late."""
    monday = (now - timedelta(days=now.weekday() + 7)).date()
    report = Report(brand_id=brand.id, week_start=monday, made_at=now - HOUR)
    session.add(report)
    session.flush()
    at = {"created_at": now - HOUR, "channel": "mail-lead"}
    trouble = {"subject": "Emberwatch: The channel mail-lead does not work", "kind": "operator", "severity": "high"}
    digest = {"subject": "Rose Cart: 3 incidents that were not urgent", "kind": "digest", "severity": "watch"}
    session.add_all(
        [
            Alert(key="r", report_id=report.id, state=AlertState.FAILED, reason="weekly_report", attempts=1,
                  error="550 mailbox is full", **at),
            Alert(key="o", state=AlertState.SENT, reason="operator", message=trouble, sent_at=now - HOUR,
                  **(at | {"channel": "slack-support"})),
            Alert(key="d", state=AlertState.SENT, reason="digest", message=digest, sent_at=now - HOUR, **at),
            Alert(key="t", state=AlertState.WITHHELD, reason="a_reason_of_tomorrow", message=trouble, **at),
        ]
    )  # fmt: skip
