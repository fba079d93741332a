"""Back-ups that are taken and restored at noon and an hour later, and alerts that are owed in them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from monitor import backup as backups
from monitor.backup import Restored
from monitor.models import Alert, AlertState
from tests.factories import (
    NOON,
)
from tests.filled import plain

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def backup(url: str, out: Path, **options: Any) -> Path:
    return backups.backup(url, out, options.pop("now", NOON), plain, **options).file


def restore(file: Path, to: str, **options: Any) -> Restored:
    return backups.restore(file, to, options.pop("now", NOON + HOUR), plain, **{"owed_within": HOUR, **options})


def alert(session: Session, key: str, due: timedelta, state: AlertState = AlertState.PENDING) -> Alert:
    made = Alert(
        key=key,
        channel="care",
        state=state,
        reason="new_incident",
        created_at=NOON - DAY,
        due_at=NOON + due,
        next_try_at=NOON + due,
        leased_until=NOON if state is AlertState.SENDING else None,
    )
    session.add(made)
    session.flush()
    return made
