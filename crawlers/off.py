"""The parameters of what is off until the operator switches it on and is told why it is off."""

from typing import ClassVar, Self

from pydantic import model_validator

from crawlers.base import SpiderParams


class OffParams(SpiderParams):
    """Refuses, with the reason, until it is switched on."""

    why_off: ClassVar[str]

    switched_on: bool = False

    @model_validator(mode="after")
    def _is_switched_on(self) -> Self:
        if not self.switched_on:
            raise ValueError(f"is off: {self.why_off}. To read it all the same set switched_on: true")
        return self
