"""What all sections of the config share: their base, ids, time zones and plug-ins of a registry."""

import importlib
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class Options(BaseModel):
    """Base of all sections: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def of_kind(value: Any, registry: dict[str, str]) -> Any:
    """Validate `{type: NAME, …}` with the Options class of the plug-in of that name."""
    if isinstance(value, BaseModel):
        return value
    kind = value.get("type") if isinstance(value, dict) else value
    if not isinstance(kind, str) or kind not in registry:
        raise ValueError(f"type: {kind!r} is not one of {', '.join(sorted(registry))}")
    return importlib.import_module(registry[kind]).Options.model_validate(value)


def known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is not a time zone such as Asia/Karachi or Europe/London")
    return value
