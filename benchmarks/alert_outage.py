"""A day in which no receiver answers while incidents open, get worse and end; part of the benchmark of faults.

Counted are the messages that each channel got when all were back, and what became of every alert.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, func, select

from benchmarks.alert_scene import (
    BRANDS,
    MINUTE,
    START,
    Receiver,
    change,
    database,
    free_port,
    http_receiver,
    mail_channel,
    mail_receiver,
    open_incident,
    settings_of,
    slack,
    webhook,
)
from monitor.config import Settings
from monitor.facts import ChangeKind, IncidentState, Severity
from monitor.jobs import alert
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Incident, IncidentChange
from monitor.store.database import session_of


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a time without receivers: messages per channel, and alerts per channel, state and reason."""

    changes: int
    messages: dict[str, list[str]]  # the subjects
    alerts: Counter[tuple[str, str, str]]
    unaccounted: int
    seconds: float


def outage(folder: Path, hours: int, incidents: int, step: timedelta, seed: int = 7, url: str = "") -> Told:
    """Incidents while nobody can be reached, and two hours in which everybody can."""
    began, ports = time.monotonic(), {name: free_port() for name in ("mail", "slack", "team", "boss")}
    channels = [mail_channel("mail", ports["mail"]), slack("slack", ports["slack"])]
    channels += [webhook(name, ports[name]) for name in ("team", "boss")]
    url = url or f"sqlite:///{folder / 'bench.db'}"
    called = [{"after": "30m", "channels": ["boss"]}]
    settings = settings_of(url, channels, ["mail", "slack", "team"], repeat="2h", escalate=called)
    plan = _plan(hours, incidents, random.Random(seed))
    with database(folder, url) as engine, session_of(engine) as session:
        now = _live(session, settings, START, START + timedelta(hours=hours), step, plan)
        with (
            mail_receiver(ports["mail"]) as mail,
            http_receiver(ports["slack"]) as team_chat,
            http_receiver(ports["team"]) as team,
            http_receiver(ports["boss"]) as boss,
        ):
            _live(session, settings, now, now + timedelta(hours=2), step, [])
        taken = {"mail": mail, "slack": team_chat, "team": team, "boss": boss}
        rows = session.exec(select(Alert).execution_options(populate_existing=True)).all()
        changes = session.exec(select(func.count()).select_from(IncidentChange)).one()
    return Told(
        changes=changes,
        messages={name: [_subject(one.text) for one in receiver.taken] for name, receiver in taken.items()},
        alerts=Counter((row.channel, row.state.value, row.reason) for row in rows),
        unaccounted=_unaccounted(
            rows, {name: receiver for name, receiver in taken.items() if name in ("team", "boss")}
        ),
        seconds=time.monotonic() - began,
    )


def _unaccounted(rows: Any, receivers: dict[str, Receiver]) -> int:
    """Alerts that are neither withheld with a reason nor in a message that their channel has."""
    items = {name: {item for one in receiver.taken for item in one.items} for name, receiver in receivers.items()}
    sent = [row for row in rows if row.state is AlertState.SENT]
    missing = sum(row.key not in items[row.channel] for row in sent if row.channel in items)
    return missing + sum(row.state not in (AlertState.SENT, AlertState.WITHHELD) for row in rows)


def _subject(text: str) -> str:
    """Of a mail the first line; Slack's messages begin with it."""
    if not text.startswith("{"):
        return text.splitlines()[0]
    body = json.loads(text)
    return str(body["subject"] if "subject" in body else body["text"])


Step = Callable[[Session, datetime], None]


def _plan(hours: int, incidents: int, chance: random.Random) -> list[tuple[datetime, Step]]:
    """When each incident opens, gets worse (every second one) and ends (two of three), in order."""
    steps: list[tuple[datetime, Step]] = []
    for number in range(incidents):
        at = START + timedelta(hours=hours) * chance.random()
        severity = chance.choice([Severity.HIGH, Severity.HIGH, Severity.CRITICAL])
        opened: list[Incident] = []
        steps.append((at, _opening(opened, number % BRANDS + 1, severity)))
        if number % 2:
            at += chance.uniform(5, 60) * MINUTE
            steps.append((at, _changing(opened, ChangeKind.WORSENED)))
        if number % 3:
            at += chance.uniform(30, 300) * MINUTE
            steps.append((at, _changing(opened, ChangeKind.RESOLVED)))
    return sorted((step for step in steps if step[0] < START + timedelta(hours=hours)), key=lambda step: step[0])


def _opening(opened: list[Incident], brand_id: int, severity: Severity) -> Step:
    return lambda session, at: opened.append(open_incident(session, brand_id, at, severity))


def _changing(opened: list[Incident], kind: ChangeKind) -> Step:
    def happens(session: Session, at: datetime) -> None:
        (incident,) = opened
        if kind is ChangeKind.RESOLVED:
            incident.state, incident.resolved_at = IncidentState.RESOLVED, at
            session.add(incident)
        change(session, incident, kind, at)

    return happens


def _live(
    session: Session, settings: Settings, now: datetime, end: datetime, step: timedelta,
    plan: list[tuple[datetime, Step]],
) -> datetime:  # fmt: skip
    """Let the time pass: what is planned happens, and the alert job looks once in each step."""
    while now < end:
        while plan and plan[0][0] <= now:
            at, happens = plan.pop(0)
            happens(session, at)
        session.commit()
        alert.run(Context(settings, session, now))
        session.commit()
        now += step
    return now


def print_outage(told: Told) -> None:
    print(f"{told.changes} changes of incidents, {told.alerts.total()} alerts, {told.seconds:.0f} s")
    for name, subjects in told.messages.items():
        print(f"{name}: {len(subjects)} messages")
        for subject in subjects[:6]:
            print(f"    {subject}")
    for (channel, state, reason), number in sorted(told.alerts.items()):
        print(f"{channel} {state} {reason}: {number}")
    print(f"unaccounted for: {told.unaccounted}")
