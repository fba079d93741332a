"""What all channels have in common: the options everyone may set, and the ways in which a delivery fails."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.errors import ConfigError, DeliveryError

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class ChannelOptions(BaseModel):
    """Base of the notifiers' options."""

    # Without hide_input_in_errors pydantic would print a refused secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: str
    id: Slug
    enabled: bool = True

    @property
    def longest_send(self) -> timedelta:
        """How long a sending may take at most: nobody else takes the message over meanwhile."""
        return timedelta()


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
