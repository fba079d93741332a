"""What all posters have in common: their options, what is to be posted, what became of it, and how it fails."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration
from monitor.errors import DeliveryError

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class PosterOptions(BaseModel, ABC):
    """Base of the posters' options."""

    # Without hide_input_in_errors pydantic would print a refused secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: str
    id: Slug
    enabled: bool = True
    sources: tuple[Slug, ...] = Field(min_length=1)  # what they brought is answered through it
    pause: Duration = Field(default=timedelta(seconds=10), ge=timedelta(), le=timedelta(hours=1))  # between two

    @property
    @abstractmethod
    def address(self) -> str:
        """The one place that is asked."""

    @property
    @abstractmethod
    def longest_post(self) -> timedelta:
        """How long a posting may take at most: nobody else takes it over meanwhile."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer, and the text that it answers, by its name at its host."""

    host: str
    external_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What a place made of an answer. `held`: nobody sees it before somebody there has approved it."""

    external_id: str
    url: str
    at: datetime
    held: bool = False


class Busy(DeliveryError):
    """The place is busy and said how long to wait."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message, permanent=False)
        self.wait = wait


class Poster(Protocol):
    """What the module of a poster has, beside `Options`.

    `SERVES` are the types of sources whose texts can be answered through it.
    """

    SERVES: tuple[str, ...]

    def post(self, options: Any, outgoing: Outgoing, *, private: bool) -> Posted:
        """Post once, unless these very words of ours stand there already; DeliveryError says if trying again helps.

        `private`: the config allows the place to be at a private address.
        """
        ...

    def look(self, options: Any, outgoing: Outgoing, *, private: bool) -> Posted | None:
        """Whether these very words of ours stand there, as far as can be told; nothing is posted."""
        ...

    def probe(self, options: Any, *, private: bool) -> str:
        """Try the key without posting anything; return what was found, DeliveryError as with `post`."""
        ...
