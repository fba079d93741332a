"""What routing knows: the routes of the config, a change of an incident, silences, and what channels were told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor.alerting.channel import Slug
from monitor.alerting.reasons import Reason
from monitor.clock import Duration, parse_duration
from monitor.facts import Cell, ChangeKind, Severity, Worse

TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)
CLOSINGS = (ChangeKind.CALMED, ChangeKind.RESOLVED, ChangeKind.DISMISSED)
TAKEN_UP = (ChangeKind.ACKNOWLEDGED, ChangeKind.OWNED)


class EscalationStep(BaseModel):
    """Who is told besides when nobody acknowledged an incident for so long after it was told."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    after: Duration = Field(gt=timedelta())
    channels: tuple[Slug, ...] = Field(min_length=1)


class RouteOptions(BaseModel):
    """Which changes go to which channels. An empty list of brands, locations, themes … means all."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    channels: tuple[Slug, ...] = Field(min_length=1)
    brands: tuple[Slug, ...] = ()
    locations: tuple[Slug, ...] = ()
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    at_least: Severity = Severity.HIGH
    tell: tuple[ChangeKind, ...] = Field((ChangeKind.OPENED, ChangeKind.WORSENED, ChangeKind.RESOLVED), min_length=1)
    cooldown: Duration = parse_duration("30m")  # the same trouble opening again within it is told only if it is worse
    wait: Duration = timedelta()  # the first message of a brand waits so long for others to go with it
    interval: Duration = parse_duration("5m")  # what happens so soon after a message goes out together, at its end
    repeat: Annotated[Duration, Field(ge=timedelta(minutes=10))] | None = None  # a reminder while nobody acknowledged
    escalate: tuple[EscalationStep, ...] = ()

    @model_validator(mode="after")
    def _begins_with_trouble(self) -> Self:
        if (self.escalate or self.repeat) and not set(self.tell) & set(TROUBLE):
            raise ValueError("escalate and repeat follow what opened or worsened: `tell` has neither")
        return self


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of an incident as routing needs to see it; themes, sources, languages and locations are ids, most first.

    Its own cell comes first where it is of that dimension.
    """

    change_id: int
    incident_id: int
    kind: ChangeKind
    severity: Severity
    brand: str
    cell: Cell
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    size: float = 0.0  # negative voices, as people are told
    amplifier: int = 0  # followers of the largest voice
    because: Worse | None = None  # why it is worse

    @property
    def is_trouble(self) -> bool:
        return self.kind in TROUBLE

    @property
    def is_urgent(self) -> bool:
        """Whether it is told at any hour. That a trouble is over, or looked after, can wait however bad it was."""
        return self.is_trouble and self.severity is Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence as routing needs to see it: ids as in the config, "" for all."""

    id: int
    ends_at: datetime
    up_to: Severity
    brand: str = ""
    location: str = ""
    theme: str = ""
    source: str = ""
    language: str = ""

    def covers(self, change: ChangeFacts) -> bool:
        """Whether all of this change is silenced: it is mostly of this theme and language, and of no other place.

        Trouble that is said elsewhere too, or is mainly about something else, is not what the person had in mind.
        """
        return (
            change.severity.rank <= self.up_to.rank
            and self.brand in ("", change.brand)
            and self.theme in ("", *change.themes[:1])
            and self.language in ("", *change.languages[:1])
            and (not self.source or change.sources == (self.source,))
            and (not self.location or change.locations == (self.location,))
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A message that a channel got, or is going to get, of this brand's incidents.

    The change, its incident and what is known of it are only told of this incident and of others of its cell; of the
    rest (the cell is None) only when the channel heard of them, and how severe they are.
    """

    channel: str
    change_id: int
    incident_id: int
    kind: ChangeKind
    severity: Severity
    cell: Cell | None
    at: datetime
    dismissed: bool = False  # its incident: a person said that it is none
    due_at: datetime | None = None  # when it went out, or is to; None: at once
    size: float = 0.0  # 0: unknown
    sources: tuple[str, ...] = ()
    amplifier: int = 0
    because: Worse | None = None
    held: Reason | None = None  # why it waits, or waited
    together: str = ""  # as it was decided
    silence: int | None = None

    @property
    def is_trouble(self) -> bool:
        return self.kind in TROUBLE

    @property
    def out_at(self) -> datetime:
        """When the channel hears, or heard, of it."""
        return self.due_at or self.at


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a channel is told of a change, why, and from when on."""

    channel: str
    send: bool
    reason: Reason
    held: Reason | None = None  # why it waits
    until: datetime | None = None  # how long; None: at once
    together: str = ""  # what is due for this at once goes out as one message; "": alone
    route: int | None = None  # the one that decided, counted from 1; None: none, or the config has none
    silence: int | None = None
