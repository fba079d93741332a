"""How long the data of the Alerts page takes, in milliseconds, without anything cached.

    python -m benchmarks.alerts_page --alerts 10000 100000

A database in a temporary folder with so many alerts of the last 30 days, three channels, two brands, fifty silences;
nine of ten were withheld, one of a hundred is dead, one of a thousand waits.
Medians of seven looks, the slowest after it.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import streamlit as st
from sqlmodel import Session
from streamlit.logger import set_log_level

from dashboard.data import alerts, delivery, incidents, opening, silences
from dashboard.data.alerts import Asked, Show
from monitor.clock import utcnow
from monitor.facts import ChangeKind, Dimension, Severity
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Silence
from monitor.store.database import open_database, session_of, upgrade

SPAN = timedelta(days=30)
CHANNELS = ("support", "care-team", "boss")
LOOKS = 7
TARGET = 300.0
"""Milliseconds for all that one view of the page reads."""


def _state(number: int) -> AlertState:
    if number % 1000 == 7:
        return AlertState.PENDING
    if number % 100 == 3:
        return AlertState.FAILED
    return AlertState.SENT if number % 10 == 1 else AlertState.WITHHELD


def _fill(session: Session, number: int) -> None:
    now = utcnow()
    brands = [Brand(slug=slug, name=slug.title()) for slug in ("rosecart", "acme")]
    session.add_all(brands)
    session.flush()
    made = [_incident(session, brands[i % 2], i) for i in range(200)]
    ends = [now + timedelta(hours=i - 25) for i in range(50)]
    common = {"up_to": Severity.HIGH, "reason": "a test", "actor": "Ayesha", "created_at": now - SPAN}
    quiet = [Silence(brand="rosecart", starts_at=now - SPAN, ends_at=end, **common) for end in ends]
    session.add_all(quiet)
    session.flush()
    rows = [
        _alert(i, made[i // 2 % len(made)], quiet[i % 50].id if i % 200 == 0 else None, number) for i in range(number)
    ]
    for start in range(0, number, 5000):
        session.execute(Alert.__table__.insert(), rows[start : start + 5000])  # type: ignore[attr-defined]
    session.commit()


def _incident(session: Session, brand: Brand, number: int) -> IncidentChange:
    at = utcnow() - SPAN * (1 - number / 200)
    common = {"severity": Severity.HIGH, "sentence": "14 negative in 40 min, usually 0.6."}
    times = {"started_at": at, "opened_at": at, "last_finding_at": at}
    incident = Incident(brand_id=brand.id or 0, dimension=Dimension.ALL, **times, **common)
    session.add(incident)
    session.flush()
    change = IncidentChange(incident_id=incident.id or 0, kind=ChangeKind.OPENED, at=at, **common)
    session.add(change)
    session.flush()
    return change


def _alert(number: int, change: IncidentChange, silence_id: int | None, of: int) -> dict[str, Any]:
    at, state = utcnow() - SPAN * (1 - number / of), _state(number)
    message = {"subject": "[high] Rose Cart: 14 negative in 40 min", "kind": "opened", "severity": "high"}
    return {
        "key": str(number), "change_id": change.id, "incident_id": change.incident_id, "state": state,
        "channel": CHANNELS[number % 3], "reason": "new_incident", "held": "", "together": "", "attempts": 1,
        "message": message | {"quotes": [{"text": "The parcel never came. " * 12}] * 3, "sentence": "s" * 200},
        "created_at": at, "due_at": at, "next_try_at": at, "error": "", "silence_id": silence_id,
        "sent_at": at if state is AlertState.SENT else None,
    }  # fmt: skip


def _calls() -> dict[str, Callable[[], object]]:
    now, month = opening.now(), {"days": 30}
    calls: dict[str, Callable[[], object]] = {
        "channels": lambda: delivery.channels(now),
        "numbers of the lists, one brand": lambda: alerts.sums(Asked(brand_id=1, **month), now),
        "numbers of the lists, all": lambda: alerts.sums(Asked(**month), now),
        "usefulness": lambda: delivery.usefulness(now),
        "silences": lambda: silences.silences("rosecart", now),
        "what silences held back": lambda: silences.held(silences.silences("rosecart", now)),
        "of one incident": lambda: incidents.alerts(1),
        "sent, far back": lambda: alerts.alerts(Asked(Show.SENT, 1, before=3000, **month), now),
        "dead of one channel": lambda: alerts.alerts(Asked(Show.DEAD, 1, "boss", **month), now),
        "sent of a channel that has none": lambda: alerts.alerts(Asked(Show.SENT, 3, "boss", **month), now),
    }
    for show in Show:
        calls[f"list: {show}"] = lambda show=show: alerts.alerts(Asked(show, 1, **month), now)  # type: ignore[misc]
    return calls


def _measure(number: int, folder: Path) -> None:
    url = f"sqlite:///{folder / f'{number}.db'}"
    engine = open_database(url)
    upgrade(engine)
    with session_of(engine) as session:
        _fill(session, number)
    engine.dispose()
    config = folder / f"{number}.yaml"
    channels = ", ".join(f"{{id: {channel}, type: console}}" for channel in CHANNELS)
    config.write_text(f"database: {{url: '{url}'}}\nbrands: [{{id: rosecart, name: R}}]\nchannels: [{channels}]\n")
    os.environ[opening.CONFIG_VARIABLE] = str(config)
    total = 0.0
    for name, call in _calls().items():
        taken = []
        for _ in range(LOOKS):
            st.cache_data.clear()
            start = time.perf_counter()
            call()
            taken.append(1000 * (time.perf_counter() - start))
        total += median(taken) if name in _FIRST_VIEW else 0.0
        print(f"{number:>8,}  {name:<34}{median(taken):>8.1f}{max(taken):>8.1f}")
    print(f"{number:>8,}  {'the page, its first view':<34}{total:>8.1f}  (target {TARGET:.0f})")


_FIRST_VIEW = ("channels", "numbers of the lists, one brand", "silences", "list: sent", "usefulness")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, nargs="+", default=[10_000, 100_000])
    asked = parser.parse_args()
    set_log_level("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        for number in asked.alerts:
            _measure(number, Path(folder))


if __name__ == "__main__":
    main()
