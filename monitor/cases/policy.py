"""The service policy: how soon a complaint is answered and solved, by its channel and severity, in business hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor import hours as clock
from monitor.cases.opening import CaseRules
from monitor.clock import Duration
from monitor.facts import MentionKind, Severity
from monitor.hours import Hours

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
MOST_TIMES = 100
MOST_HOLIDAYS = 1000
LONGEST = timedelta(days=365)
"""Nobody promises a longer time to solve."""


_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the policy must know of a case; brand and location are ids, `sources` the id and the type of its source."""

    kind: MentionKind | None = None
    sources: tuple[str, ...] = ()
    severity: Severity | None = None
    brand: str = ""
    location: str = ""
    zone: ZoneInfo = _UTC


@dataclass(frozen=True, slots=True)
class Term:
    """The times that hold for a case; `rule` is which of `times` gave them, counted from 1, 0: the policy's own."""

    answer_within: timedelta
    solve_within: timedelta
    round_the_clock: bool
    rule: int


class ServiceTime(BaseModel):
    """The times of some complaints, in the place of the policy's own. An empty list means all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[MentionKind, ...] = ()
    sources: tuple[Slug, ...] = Field((), description="ids or types of sources and doors, such as bluesky")
    brands: tuple[Slug, ...] = ()
    at_least: Severity | None = Field(None, description="so severe or severer; left out: also without a severity")
    answer_within: Duration
    solve_within: Duration
    round_the_clock: bool = Field(default=False, description="nights, week-ends and holidays count as well")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self.answer_within, self.solve_within)
        return self

    def holds_for(self, scope: Scope) -> bool:
        """Whether a complaint is one of those."""
        return (
            (not self.kinds or scope.kind in self.kinds)
            and (not self.sources or not set(self.sources).isdisjoint(scope.sources))
            and (not self.brands or scope.brand in self.brands)
            and (self.at_least is None or (scope.severity is not None and scope.severity.rank >= self.at_least.rank))
        )


class Holiday(BaseModel):
    """A day on which nobody works: `2026-12-25`, or `12-25` for that of each year; of all brands unless named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: str
    brands: tuple[Slug, ...] = ()
    locations: tuple[Slug, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        """A day alone may stand without `on`; YAML makes a date of it."""
        fields = {"on": value} if isinstance(value, str | date) else value
        if isinstance(fields, dict) and isinstance(fields.get("on"), date):
            return fields | {"on": f"{fields['on']:%Y-%m-%d}"}
        return fields

    @model_validator(mode="after")
    def _a_day(self) -> Self:
        try:
            date.fromisoformat(self.on if len(self.on) == 10 else f"2024-{self.on}")  # a year that has 29 February
        except ValueError:
            raise ValueError(f"{self.on!r} is no day such as 2026-12-25, or 12-25 for that of each year") from None
        return self

    def is_on(self, day: date, scope: Scope) -> bool:
        """Whether nobody works that day for the brand and location of the case."""
        written = day.isoformat()
        return (
            self.on in (written, written[5:])
            and (not self.brands or scope.brand in self.brands)
            and (not self.locations or scope.location in self.locations)
        )


class Escalation(BaseModel):
    """Who hears of cases that are overdue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str = Field(description="the name of the manager, one of `people`")
    channels: tuple[Slug, ...] = Field(min_length=1)
    after: Duration = Field(timedelta(minutes=30), ge=timedelta(), description="grace, in business hours")
    at_most_every: Duration = Field(
        timedelta(hours=1), ge=timedelta(minutes=5), description="of a brand; what comes meanwhile waits for the next"
    )


class ServicePolicy(BaseModel):
    """How soon a complaint is answered and solved, counted from when its case is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_within: Duration = Field(timedelta(hours=1), description="first answer")
    solve_within: Duration = Field(timedelta(hours=24), description="solution")
    answer_within_critical: Duration = Field(timedelta(minutes=15), description="the same, critical")
    solve_within_critical: Duration = Field(timedelta(hours=8), description="the same, critical")
    round_the_clock: bool = Field(default=False, description="critical ones are due at night and on holidays too")
    times: tuple[ServiceTime, ...] = Field((), max_length=MOST_TIMES, description="the first that holds is taken")
    hours: tuple[Hours, ...] = Field((), max_length=clock.MOST, description="when people work, in the brand's zone")
    holidays: tuple[Holiday, ...] = Field((), max_length=MOST_HOLIDAYS)
    escalate: Escalation | None = None
    high_themes: tuple[str, ...] = Field(("safety",), description="a complaint about one of these is high")
    open_for: CaseRules = CaseRules()
    follow_up_after: Duration = Field(
        timedelta(days=3), description="after the solution: did it stay solved; 0s: never"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self.answer_within, self.solve_within)
        _check_order(self.answer_within_critical, self.solve_within_critical)
        return self

    def term(self, scope: Scope) -> Term:
        """The times of a case: those of the first entry of `times` that holds, else the policy's own."""
        for number, time in enumerate(self.times, 1):
            if time.holds_for(scope):
                return Term(time.answer_within, time.solve_within, time.round_the_clock, number)
        if scope.severity is Severity.CRITICAL:
            return Term(self.answer_within_critical, self.solve_within_critical, self.round_the_clock, 0)
        return Term(self.answer_within, self.solve_within, round_the_clock=False, rule=0)

    def due(self, opened_at: datetime, scope: Scope | None = None) -> tuple[datetime, datetime]:
        """When the first answer and when the solution is due."""
        scope = scope or Scope()
        term = self.term(scope)
        return self.later(opened_at, term.answer_within, scope), self.later(opened_at, term.solve_within, scope)

    def later(self, moment: datetime, duration: timedelta, scope: Scope) -> datetime:
        """When so much of the time that counts for a case has passed since a moment."""
        if self.term(scope).round_the_clock:
            return moment + duration
        if not self.holidays:
            return clock.worked(moment, duration, self.hours, scope.zone)
        return clock.worked(moment, duration, self.hours, scope.zone, partial(self._is_closed, scope))

    def _is_closed(self, scope: Scope, day: date) -> bool:
        return any(holiday.is_on(day, scope) for holiday in self.holidays)

    def severity_of(self, themes: tuple[str, ...], incident: Severity | None) -> Severity | None:
        """How severe a case is: as its incident, and at least high when it is about one of the `high_themes`."""
        themed = Severity.HIGH if set(self.high_themes).intersection(themes) else None
        known = [one for one in (themed, incident) if one is not None]
        return max(known, key=lambda one: one.rank, default=None)


def _check_order(answer: timedelta, solve: timedelta) -> None:
    if not timedelta() < answer <= solve:
        raise ValueError("the time to answer must be above 0 and not longer than the time to solve")
    if solve > LONGEST:
        raise ValueError(f"the time to solve is longer than {LONGEST.days} days")
