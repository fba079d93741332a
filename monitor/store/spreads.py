"""How far an incident has gone, kept on its row as JSON and read back as a value."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.facts import Amplifier, Forecast, Reproduction, Spread
from monitor.models import Incident


def keep(session: Session, incident_id: int, spread: Spread, now: datetime) -> None:
    """Write how far the incident has gone by now."""
    changed = sa.update(Incident).where(col(Incident.id) == incident_id).values(spread=asdict(spread), spread_at=now)
    session.execute(changed.execution_options(synchronize_session=False))


def latest(session: Session, incident_ids: Collection[int]) -> dict[int, tuple[Spread, datetime]]:
    """What is kept of these incidents, and since when; those of which nothing is kept are left out."""
    query = sa.select(col(Incident.id), col(Incident.spread), col(Incident.spread_at))
    rows = session.execute(query.where(col(Incident.id).in_(incident_ids))) if incident_ids else ()
    found = ((number, read(kept), at) for number, kept, at in rows)
    return {number: (spread, at) for number, spread, at in found if spread is not None and at is not None}


def read(kept: Mapping[str, Any] | None) -> Spread | None:
    """What `Incident.spread` says; None when nothing was kept yet."""
    if kept is None:
        return None
    reproduction = kept["reproduction"]
    return Spread(
        **{
            **kept,
            "reproduction": Reproduction(**reproduction) if reproduction else None,
            "forecasts": tuple(Forecast(**one) for one in kept["forecasts"]),
            "amplifiers": tuple(Amplifier(**one) for one in kept["amplifiers"]),
        }
    )
