"""What may be asked of a host per day or month, in its own units, and what was used of it."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Self
from zoneinfo import ZoneInfo

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from sqlalchemy import Engine

from monitor.clock import utcnow
from monitor.store import quotas
from monitor.store.database import open_database, session_of
from monitor.store.trouble import patiently

TOO_MANY = 429
_TAKEN_AT = "taken_at"
"""Where a request's meta says when its cost was taken; a second try says its own time."""


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Quota:
    """So many units in a period, which begins at midnight in `zone`; sources that name the same quota share it."""

    name: str
    limit: int
    period: Period = Period.DAY
    zone: str = "UTC"
    unit: str = "requests"

    def period_of(self, now: datetime) -> str:
        """2026-11-22 or 2026-11."""
        local = now.astimezone(ZoneInfo(self.zone))
        return f"{local:%Y-%m-%d}" if self.period is Period.DAY else f"{local:%Y-%m}"

    def renewed_at(self, now: datetime) -> datetime:
        """When the next period begins."""
        local = now.astimezone(ZoneInfo(self.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.period is Period.DAY:
            return (local + timedelta(days=1)).replace(hour=0)
        return (local.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes of a quota."""

    quota: Quota
    units: int = 1
    for_answers: bool = False  # the host charges for what it answers: "too many requests" and its own failures are free


class QuotaSpent(IgnoreRequest):
    """A quota is used up; `until` is when it is renewed."""

    def __init__(self, quota: Quota, until: datetime) -> None:
        super().__init__(f"the quota of {quota.limit:,} {quota.unit} a {quota.period} ({quota.name}) is spent")
        self.quota, self.until = quota, until


class Ledger:
    """Keeps what was used while one crawl runs; `StoredLedger` keeps it in the database, for all crawls."""

    def __init__(self) -> None:
        self._used: Counter[tuple[str, str]] = Counter()

    def take(self, cost: Cost, now: datetime) -> None:
        """Use units of a quota; QuotaSpent, and nothing used, when not enough are left."""
        key = (cost.quota.name, cost.quota.period_of(now))
        if self._used[key] + cost.units > cost.quota.limit:
            raise QuotaSpent(cost.quota, cost.quota.renewed_at(now))
        self._used[key] += cost.units

    def give_back(self, cost: Cost, now: datetime) -> None:
        """Return units that were taken for a request and that its answer did not use."""
        with suppress(QuotaSpent):  # another source with a higher limit went beyond ours meanwhile: they stay taken
            self.take(replace(cost, units=-cost.units), now)


class StoredLedger(Ledger):
    """Keeps what was used in the database, committed before the request goes out: a crawl that is killed has paid."""

    def __init__(self, database: str) -> None:
        super().__init__()
        self._url = database
        self._engine: Engine | None = None

    def take(self, cost: Cost, now: datetime) -> None:
        if not patiently(partial(self._take, cost, cost.quota.period_of(now))):
            raise QuotaSpent(cost.quota, cost.quota.renewed_at(now))

    def _take(self, cost: Cost, period: str) -> bool:
        self._engine = self._engine or open_database(self._url)  # most crawls cost nothing
        quota = cost.quota
        with session_of(self._engine) as session:
            taken = quotas.take(session, quota.name, period, cost.units, most=quota.limit, unit=quota.unit)
            session.commit()
        return taken


def pay(request: Request, ledger: Ledger, now: datetime) -> Cost | None:
    """Take the cost of a request that goes out now, and note when; None for one that costs nothing."""
    cost: Cost | None = request.meta.get("cost")
    if cost is not None:
        ledger.take(cost, now)
        request.meta[_TAKEN_AT] = now
    return cost


def give_back_of(response: Response, unused: Cost, ledger: Ledger) -> None:
    """Return what an answer did not use to the period that its request took it from: a crawl may begin in another."""
    taken_at: datetime | None = response.request.meta.get(_TAKEN_AT) if response.request else None
    if taken_at is not None:
        ledger.give_back(unused, taken_at)


class QuotaGate:
    """Takes the cost of each request, also of a second try, at the moment it goes out; a refused one costs nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        ledger: Ledger = self._crawler.spider.ledger  # type: ignore[union-attr]  # only our spiders run here
        cost = pay(request, ledger, utcnow())
        if cost is not None:
            self._crawler.stats.inc_value(f"emberwatch/{quotas.COUNTER}{cost.quota.name}", cost.units)

    def process_response(self, request: Request, response: Response) -> Response:
        cost: Cost | None = request.meta.get("cost")
        if cost is not None and cost.for_answers and (response.status == TOO_MANY or response.status >= 500):
            ledger: Ledger = self._crawler.spider.ledger  # type: ignore[union-attr]  # only our spiders run here
            ledger.give_back(cost, request.meta[_TAKEN_AT])
        return response
