"""Findings that raised nothing, each with its reason: one row per detector, cell and reason while it goes on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Dimension, Finding, Held
from monitor.models import HeldFinding

SAME = timedelta(hours=6)
"""What is held again within it is the same near miss."""
BATCH = 500

Key = tuple[str, Dimension, str, Held]


def keep(session: Session, brand_id: int, findings: Iterable[tuple[Finding, str]], now: datetime) -> None:
    """Keep held findings, each with its sentence; the figures of a row are those of its strongest look.

    Call it with the brand locked: two processes that look at once would begin two rows.
    """
    held = [(finding, finding.held, sentence) for finding, sentence in findings if finding.held is not None]
    if not held:
        return
    known = {_key(row): row for row in _recent(session, brand_id, now)}
    for finding, reason, sentence in held:
        key = (finding.detector, finding.cell.dimension, finding.cell.key, reason)
        row = known.get(key)
        if row is None:
            row = known[key] = _row(brand_id, finding, reason, sentence, now)
        else:
            row.looks, row.last_at = row.looks + 1, now
            if finding.strength > row.strength:
                _strengthen(row, finding, sentence)
        session.add(row)
    session.flush()


def forget(session: Session, before: datetime) -> int:
    """Remove a batch of those that were held last before that time; how many."""
    old = sa.select(col(HeldFinding.id)).where(col(HeldFinding.last_at) < before).limit(BATCH)
    gone = sa.delete(HeldFinding).where(col(HeldFinding.id).in_(old.scalar_subquery()))
    found = session.execute(gone.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows


def _recent(session: Session, brand_id: int, now: datetime) -> list[HeldFinding]:
    query = select(HeldFinding).where(HeldFinding.brand_id == brand_id, col(HeldFinding.last_at) >= now - SAME)
    return list(session.exec(query.order_by(col(HeldFinding.last_at)).execution_options(populate_existing=True)))


def _key(row: HeldFinding) -> Key:
    return row.detector, row.dimension, row.key, row.reason


def _row(brand_id: int, finding: Finding, reason: Held, sentence: str, now: datetime) -> HeldFinding:
    return HeldFinding(
        brand_id=brand_id,
        detector=finding.detector,
        kind=finding.kind,
        dimension=finding.cell.dimension,
        key=finding.cell.key,
        reason=reason,
        strength=finding.strength,
        seen=finding.seen,
        expected=finding.expected,
        authors=finding.authors,
        sentence=sentence,
        first_at=now,
        last_at=now,
    )


def _strengthen(row: HeldFinding, finding: Finding, sentence: str) -> None:
    row.strength, row.seen, row.expected = finding.strength, finding.seen, finding.expected
    row.authors, row.sentence = finding.authors, sentence
