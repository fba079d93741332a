"""Keeps what was used of the quotas of hosts and of what the operator lets them cost; no crash forgets it."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Run, Spending
from monitor.store import bulk

COUNTER = "quota: "
"""How the counters of a Run begin that say what it took of a quota."""
_LOOKED_AT = 20
"""Runs of a source that are asked which quotas it uses."""


def take(session: Session, quota: str, period: str, units: int, *, most: int, unit: str) -> bool:
    """Use units of a quota in a period; False, and nothing used, when that would be more than `most` in all.

    One UPDATE decides, so processes that take at the same time never use more than there is.
    """
    if _add(session, quota, period, units, most=most, unit=unit):
        return True
    row = {"quota": quota, "period": period, "used": 0, "most": most, "unit": unit}
    bulk.insert_missing(session, Spending, [row])
    return _add(session, quota, period, units, most=most, unit=unit)


def _add(session: Session, quota: str, period: str, units: int, *, most: int, unit: str) -> bool:
    fits = col(Spending.used) + units <= most
    mine = sa.update(Spending).where(col(Spending.quota) == quota, col(Spending.period) == period, fits)
    more = mine.values(used=col(Spending.used) + units, most=most, unit=unit)
    found = session.execute(more.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def latest(session: Session, quotas: Iterable[str]) -> dict[str, Spending]:
    """What was used of each of these quotas in the newest period in which it was used."""
    rows = session.exec(select(Spending).where(col(Spending.quota).in_(list(quotas))).order_by(col(Spending.period)))
    return {row.quota: row for row in rows}


def of_source(session: Session, source_id: int) -> list[Spending]:
    """What was used of the quotas that the latest crawls of a source took from, by name."""
    counted = select(Run.counters).where(Run.source_id == source_id).order_by(col(Run.started_at).desc())
    names = {
        name.removeprefix(COUNTER)
        for counters in session.exec(counted.limit(_LOOKED_AT))
        for name in counters
        if name.startswith(COUNTER)
    }
    return [row for _, row in sorted(latest(session, names).items())] if names else []
