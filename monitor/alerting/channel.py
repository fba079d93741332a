"""What all channels have in common: the options everyone may set, and the ways in which a delivery fails."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from monitor import hours
from monitor.errors import ConfigError, DeliveryError
from monitor.hours import Hours

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class ChannelOptions(BaseModel):
    """Base of the notifiers' options."""

    # Without hide_input_in_errors pydantic would print a refused secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: str
    id: Slug
    enabled: bool = True
    time_zone: str = "UTC"  # of the hours below
    quiet: tuple[Hours, ...] = Field((), max_length=hours.MOST)  # what is not critical waits until they end
    on_call: tuple[Hours, ...] = Field((), max_length=hours.MOST)  # outside of them others are told; none: always

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone such as Asia/Karachi or Europe/London")
        return value

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if hours.leave_nothing(self.quiet, ()):
            raise ValueError("quiet: these hours cover the whole week; to tell it less, set at_least in its routes")
        if hours.leave_nothing(self.quiet, self.on_call):
            raise ValueError("on_call: all of these hours are quiet hours too: only what is critical would be told")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def longest_send(self) -> timedelta:
        """How long a sending may take at most: nobody else takes the message over meanwhile."""
        return timedelta()

    @property
    def most_together(self) -> int:
        """How many messages may go out as one."""
        return 10_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receiver said of a message that it took."""

    words: str
    ref: str = ""  # its own id of the message, where what was sent can be answered in its thread and changed later


def find_known(channels: tuple[ChannelOptions, ...], wanted: str) -> ChannelOptions:
    """The channel of that id; ConfigError names those that there are."""
    channel = find(channels, wanted)
    if channel is None:
        known = ", ".join(channel.id for channel in channels)
        raise ConfigError(f"there is no channel {wanted!r}; the config has {known}")
    return channel


def find(channels: tuple[ChannelOptions, ...], wanted: str) -> ChannelOptions | None:
    """The channel of that id; None when the config has none."""
    return next((channel for channel in channels if channel.id == wanted), None)


class AskedToWait(DeliveryError):
    """The receiver is busy and said how long to wait."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message, permanent=False)
        self.wait = wait


class PartlyDelivered(DeliveryError):
    """Some recipients have it. `later` are those who were refused for now only; `lost`: others never will have it."""

    def __init__(self, message: str, *, later: tuple[str, ...] = (), lost: bool = True) -> None:
        super().__init__(message, permanent=not later)
        self.later = later
        self.lost = lost


class MessageGone(DeliveryError):
    """The receiver no longer has the message that is to be changed: somebody deleted it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)
