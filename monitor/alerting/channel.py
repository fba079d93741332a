"""What all channels have in common: the options everyone may set, and the ways in which a delivery fails."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.errors import DeliveryError

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class ChannelOptions(BaseModel):
    """Base of the notifiers' options."""

    # Without hide_input_in_errors pydantic would print a refused secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: str
    id: Slug
    enabled: bool = True


class AskedToWait(DeliveryError):
    """The receiver is busy and said how long to wait."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message, permanent=False)
        self.wait = wait


class PartlyDelivered(DeliveryError):
    """Some recipients have it and others never will: it counts as sent, and the operator hears of the rest."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)
