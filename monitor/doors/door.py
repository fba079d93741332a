"""What all doors have in common: the options everyone may set, what a look is told, and the pieces it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration, parse_duration
from monitor.errors import MonitorError
from monitor.facts import Collected, Gone

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


REFUSAL = "refused:"
"""How the name of a note begins that says what was refused and why, in one line: the operator is told of it, once."""


class DoorTrouble(MonitorError):
    """The door could not be looked at now; says why, without anything secret. It is tried again, later and later."""


class DoorOptions(BaseModel):
    """Base of the doors' options."""

    # Without hide_input_in_errors pydantic would print a refused secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: str
    id: Slug
    brands: tuple[Slug, ...] = Field(min_length=1)
    about_brand: bool = True  # false: only texts with the brand's name are kept
    enabled: bool = True
    every: Duration = parse_duration("1m")  # how often a door that is polled is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a door is told when it is looked at."""

    now: datetime
    notes: Mapping[str, str] = field(default_factory=dict)  # what it asked to be kept, by name
    zone: tzinfo = UTC  # of its first brand: what a time without a zone means


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A piece of what came: kept whole, or not at all.

    An `event` that was kept before is not kept again, nor what has the same `seal`: an event's id may stand where no
    signature covers it, and a recorded message would be another event under another id. `notes` are kept with the
    texts; an empty one is forgotten.
    A text without a time is never news: a door that knows better says when it came.
    """

    texts: Sequence[Collected] = ()
    gone: Sequence[Gone] = ()  # texts that are no longer shown where they stood
    notes: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    seal: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)  # for the Run, such as what was left out, by reason
