"""The work around generated mentions: runs, incidents with their evidence and alerts, and cases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlmodel import SQLModel

from monitor import models as tables
from monitor.facts import ChangeKind, Dimension, IncidentState, Severity
from monitor.models import AlertState, CaseState, RunOutcome

RUNS_PER_SOURCE = 30
INCIDENTS_PER_BRAND = 12
EVIDENCE = 20
CASE_EVERY, OPEN_EVERY = 20, 10
OWNERS = ("amna", "ravi", "maria", "john")


def runs(sources: int, end: datetime) -> Iterator[dict[str, Any]]:
    for i in range(sources * RUNS_PER_SOURCE):
        at = end - timedelta(hours=i // sources)
        yield {
            "job": "crawl",
            "source_id": i % sources + 1,
            "started_at": at,
            "ended_at": at + timedelta(seconds=3),
            "outcome": RunOutcome.OK,
            "counters": {"new": i % 5, "unchanged": 20},
        }


def work(
    at: np.ndarray, brand: np.ndarray, negative: np.ndarray, ids: np.ndarray, brands: int, end: datetime
) -> dict[type[SQLModel], list[dict[str, Any]]]:
    """Rows by table, in an order that references allow. Arrays are of shape (n,), one value a mention."""
    incidents = [_incident(i, brands, end) for i in range(brands * INCIDENTS_PER_BRAND)]
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {tables.Incident: incidents}
    rows[tables.Finding] = [_finding(i, row) for i, row in enumerate(incidents)]
    rows[tables.IncidentChange] = [_change(i, row) for i, row in enumerate(incidents)]
    rows[tables.Alert] = [_alert(i, row) for i, row in enumerate(incidents)]
    rows[tables.IncidentMention] = list(_evidence(incidents, at, brand, ids, brands))
    rows[tables.Case] = _cases(at, brand, negative, ids, end)
    rows[tables.CaseEvent] = [event for row in rows[tables.Case] for event in _events(row)]
    return rows


def _incident(i: int, brands: int, end: datetime) -> dict[str, Any]:
    """Incidents take turns over the brands; the last round is still open."""
    opened = end - timedelta(days=30 * (i // brands), hours=2)
    is_open = i < brands
    return {
        "id": i + 1,
        "brand_id": i % brands + 1,
        "state": IncidentState.OPEN if is_open else IncidentState.RESOLVED,
        "severity": Severity.CRITICAL if i % 3 == 0 else Severity.HIGH,
        "dimension": Dimension.ALL,
        "sentence": "14 negative in 40 min, usually 0.6; 12 authors, 2 sources",
        "started_at": opened - timedelta(minutes=40),
        "opened_at": opened,
        "last_finding_at": opened + timedelta(hours=1),
        "resolved_at": None if is_open else opened + timedelta(hours=6),
    }


def _finding(i: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "incident_id": row["id"],
        "detector": "spike",
        "looked_at": row["opened_at"],
        "dimension": Dimension.ALL,
        "severity": row["severity"],
        "window_start": row["started_at"],
        "window_end": row["opened_at"],
        "seen": 14.0,
        "expected": 0.6,
        "strength": 9.3,
        "growth": 2.5,
        "authors": 12,
        "reach": 4300 + i,
        "evidence": {"sources": ["feed"], "themes": [["refund", 0.7]], "languages": [["en", 1.0]]},
    }


def _change(i: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": i + 1,
        "incident_id": row["id"],
        "kind": ChangeKind.OPENED,
        "severity": row["severity"],
        "sentence": row["sentence"],
        "at": row["opened_at"],
        "routed_at": row["opened_at"],
    }


def _alert(i: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": f"{i + 1}:mail",
        "change_id": i + 1,
        "incident_id": row["id"],
        "channel": "mail",
        "state": AlertState.SENT,
        "reason": "new_incident",
        "created_at": row["opened_at"],
        "sent_at": row["opened_at"] + timedelta(seconds=20),
    }


def _evidence(
    incidents: list[dict[str, Any]], at: np.ndarray, brand: np.ndarray, ids: np.ndarray, brands: int
) -> Iterator[dict[str, Any]]:
    """The newest mentions of the brand when its incident opened."""
    of_brand = {number: np.nonzero(brand == number)[0] for number in range(brands)}
    for row in incidents:
        mine = of_brand[row["brand_id"] - 1]
        before = np.searchsorted(at[mine], row["opened_at"].timestamp())
        for i in mine[max(0, before - EVIDENCE) : before]:
            yield {"incident_id": row["id"], "mention_id": int(ids[i])}


def _cases(
    at: np.ndarray, brand: np.ndarray, negative: np.ndarray, ids: np.ndarray, end: datetime
) -> list[dict[str, Any]]:
    """A case for the most negative twentieth; the newest tenth of them is open."""
    chosen = np.sort(np.argsort(-negative, kind="stable")[: len(at) // CASE_EVERY])
    closed = len(chosen) - len(chosen) // OPEN_EVERY
    return [_case(n, int(ids[i]), float(at[i]), int(brand[i]), n >= closed, end) for n, i in enumerate(chosen)]


def _case(n: int, mention_id: int, seconds: float, brand: int, is_open: bool, end: datetime) -> dict[str, Any]:
    opened = datetime.fromtimestamp(seconds, UTC) + timedelta(minutes=10)
    answered = opened + timedelta(hours=1) if not is_open or n % 3 == 0 else None
    return {
        "id": n + 1,
        "brand_id": brand + 1,
        "mention_id": mention_id,
        "state": (CaseState.OWNED if n % 2 else CaseState.NEW) if is_open else CaseState.SOLVED,
        "owner": OWNERS[n % len(OWNERS)] if n % 2 or not is_open else "",
        "opened_at": opened,
        "answer_due_at": opened + timedelta(hours=1),
        "solve_due_at": opened + timedelta(days=1),
        "answered_at": answered,
        "solved_at": None if is_open else min(opened + timedelta(hours=9), end),
        "outcome": "" if is_open else "refunded",
    }


def _events(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"case_id": row["id"], "at": row["opened_at"], "actor": "", "action": "opened"}
    if row["answered_at"]:
        actor = row["owner"] or "amna"
        yield {"case_id": row["id"], "at": row["answered_at"], "actor": actor, "action": "answered"}
    if row["solved_at"]:
        yield {"case_id": row["id"], "at": row["solved_at"], "actor": row["owner"], "action": "solved"}
