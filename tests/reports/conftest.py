"""A brand in a zone of half hours, one source, and nothing said yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.config import Settings
from monitor.jobs.gathering import make_report
from monitor.models import Brand, Mention, Source
from monitor.reports.figures import Figures
from tests.factories import make_brand, make_coverage, make_mention, make_source

MONDAY = datetime(2026, 11, 8, 18, 30, tzinfo=UTC)  # 00:00 on 9 November in Kolkata: the start of 2026-W46
NEXT_MONDAY = MONDAY + timedelta(days=7)
DUE = NEXT_MONDAY + timedelta(hours=7)


@dataclass
class Watched:
    """What tests say and ask of one brand."""

    session: Session
    brand: Brand
    source: Source
    settings: Settings

    def say(
        self, at: datetime, negative: float = 0.9, text: str = "The parcel never came.", **values: object
    ) -> Mention:
        return make_mention(self.session, self.brand, self.source, text, at=at, negative=negative, **values)

    def hear(self, start: datetime, end: datetime) -> None:
        make_coverage(self.session, self.source, start, end)

    def report(self, week: str = "last", now: datetime = DUE) -> Figures:
        return make_report(self.session, self.settings, "rosecart", week, now)


def settings_of(zone: str = "Asia/Kolkata", **values: object) -> Settings:
    return Settings(brands=[{"id": "rosecart", "name": "Rose Cart", "time_zone": zone}], **values)


@pytest.fixture
def watch(session: Session) -> Callable[[str], Watched]:
    """Makes the brand in a zone."""

    def make(zone: str) -> Watched:
        brand = make_brand(session, time_zone=zone)
        return Watched(session, brand, make_source(session, brand), settings_of(zone))

    return make


@pytest.fixture
def watched(watch: Callable[[str], Watched]) -> Watched:
    """A brand in Kolkata whose source is not known of any time yet."""
    return watch("Asia/Kolkata")


@pytest.fixture
def heard(watched: Watched) -> Watched:
    """The same brand, with ten weeks listened to."""
    watched.hear(MONDAY - timedelta(weeks=9), NEXT_MONDAY + timedelta(days=1))
    return watched
