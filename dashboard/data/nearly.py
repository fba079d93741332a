"""What nearly was an incident, and who carries one that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from dashboard.data.opening import cached, database, settings
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.facts import Amplifier, Cell, Held, Kind
from monitor.models import HeldFinding, Mention

SHOWN = timedelta(days=7)
MOST = 30


@dataclass(frozen=True, slots=True)
class NearRow:
    """A held finding at its strongest.

    `threshold` is that of its detector now; None when it is not configured, or is no strength.
    """

    kind: Kind
    cell: Cell
    reason: Held
    sentence: str
    strength: float
    threshold: float | None
    first_at: datetime
    last_at: datetime
    looks: int


@cached
def near_misses(brand_id: int, now: datetime) -> tuple[NearRow, ...]:
    """What was held back in the last week, newest first."""
    with database() as session:
        rows = session.exec(
            select(HeldFinding)
            .where(HeldFinding.brand_id == brand_id, col(HeldFinding.last_at) >= now - SHOWN)
            .order_by(col(HeldFinding.last_at).desc(), col(HeldFinding.id).desc())
            .limit(MOST)
        ).all()
    thresholds = {options.type: options.threshold for options in settings().detection.detectors}
    return tuple(_near(row, thresholds.get(row.detector)) for row in rows)


def _near(row: HeldFinding, threshold: float | None) -> NearRow:
    return NearRow(
        kind=row.kind,
        cell=Cell(row.dimension, row.key),
        reason=row.reason,
        sentence=row.sentence,
        strength=row.strength,
        threshold=None if row.kind is Kind.VOLUME else threshold,  # so many times the usual variation
        first_at=row.first_at,
        last_at=row.last_at,
        looks=row.looks,
    )


@cached
def amplifiers(found: tuple[Amplifier, ...]) -> tuple[tuple[Amplifier, TextRow], ...]:
    """The texts of amplifiers, in their order; those that are gone are left out."""
    wanted = select_texts().where(col(Mention.id).in_([one.mention_id for one in found]))
    with database() as session:
        rows = {row.mention_id: row for row in text_rows(session, session.execute(wanted).all())}
    return tuple((one, rows[one.mention_id]) for one in found if one.mention_id in rows)
