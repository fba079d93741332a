"""Who silenced what, until when and why, how much was held back by it; and what can be silenced."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select

from dashboard.data.alerts import channels
from dashboard.data.opening import FRESH, cached, database, settings
from monitor.facts import Severity
from monitor.models import Alert, Brand, Silence, Source, SourceBrand
from monitor.store import silences as store

RECENT = timedelta(days=7)
MOST = 50


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """Ids as in the config, "" for all."""

    id: int
    brand: str
    brand_name: str  # "" for all
    location: str
    theme: str
    source: str
    language: str
    up_to: Severity
    starts_at: datetime
    ends_at: datetime
    reason: str
    actor: str
    ended_by: str

    def holds(self, now: datetime) -> bool:
        """Whether it holds at a moment that may be up to `FRESH` old."""
        return self.starts_at <= now + FRESH and now < self.ends_at and not self.ended_by


@cached
def silences(slug: str, now: datetime) -> tuple[SilenceRow, ...]:
    """Those that concern a brand, or all with "": active ones, then those that ended in the last week, newest first."""
    with database() as session:
        found = [one for one in store.recent(session, now - RECENT) if not slug or one.brand in ("", slug)][:MOST]
        names = {brand.slug: brand.name for brand in session.exec(select(Brand))}
    rows = [_row(one, names.get(one.brand, one.brand)) for one in found]
    return tuple(sorted(rows, key=lambda row: (not row.holds(now), -row.ends_at.timestamp())))


@cached
def held(found: tuple[SilenceRow, ...]) -> dict[int, int]:
    """How many messages each of them held back. Those owed before the first of them began are not looked at."""
    if not found:
        return {}
    counted = (
        sa.select(col(Alert.silence_id), func.count())
        .where(
            col(Alert.channel).in_(channels()),
            col(Alert.created_at) >= min(one.starts_at for one in found),
            col(Alert.silence_id).in_([one.id for one in found]),
        )
        .group_by(col(Alert.silence_id))
    )
    with database() as session:
        return {row[0]: row[1] for row in session.execute(counted)}


def _row(silence: Silence, brand_name: str) -> SilenceRow:
    return SilenceRow(
        id=silence.id or 0,
        brand=silence.brand,
        brand_name=brand_name,
        location=silence.location,
        theme=silence.theme,
        source=silence.source,
        language=silence.language,
        up_to=silence.up_to,
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        reason=silence.reason,
        actor=silence.actor,
        ended_by=silence.ended_by,
    )


@cached
def source_slugs(brand_id: int) -> tuple[str, ...]:
    """The active sources of a brand."""
    with database() as session:
        return tuple(
            session.exec(
                select(Source.slug)
                .join(SourceBrand, col(SourceBrand.source_id) == Source.id)
                .where(SourceBrand.brand_id == brand_id, col(Source.active))
                .order_by(Source.slug)
                .limit(200)
            ).all()
        )


def locations(slug: str) -> dict[str, str]:
    """The locations of a brand that stand in the config, by their ids."""
    found = next((brand for brand in settings().brands if brand.id == slug), None)
    return {place.id: place.name for place in found.locations} if found else {}
