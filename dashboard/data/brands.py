"""The watched brands, and how urgent each one is at the moment."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from dashboard.data.opening import cached, database
from monitor.facts import IncidentState, Severity
from monitor.models import Brand, Incident, Theme


@dataclass(frozen=True, slots=True)
class BrandRow:
    id: int
    slug: str
    name: str
    time_zone: str
    worst: Severity | None  # of its open incidents
    incidents: int  # open ones
    competitor: bool = False  # somebody else's: to read, not to work on

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@cached
def brands(*, competitors: bool = False) -> tuple[BrandRow, ...]:
    """The active brands of ours, the one in most trouble first; then `competitors`, where they are wanted."""
    mine = select(Brand).where(Brand.active)
    if not competitors:
        mine = mine.where(~col(Brand.competitor))
    with database() as session:
        rows = session.exec(mine.order_by(col(Brand.name))).all()
        going = session.exec(
            select(Incident.brand_id, col(Incident.severity)).where(
                col(Incident.brand_id).in_([brand.id for brand in rows]), Incident.state == IncidentState.OPEN
            )
        ).all()
    found = [_row(brand, [found[1] for found in going if found[0] == brand.id]) for brand in rows]
    return tuple(sorted(found, key=lambda row: (row.competitor, -(row.worst.rank + 1 if row.worst else 0))))


def _row(brand: Brand, severities: list[Severity]) -> BrandRow:
    worst = max(severities, key=lambda severity: severity.rank, default=None)
    return BrandRow(brand.id or 0, brand.slug, brand.name, brand.time_zone, worst, len(severities), brand.competitor)


@cached
def theme_names() -> dict[str, str]:
    """How each theme, by its id in the config, is called; also those of the past."""
    with database() as session:
        return {theme.slug: theme.name for theme in session.exec(select(Theme).limit(500))}
