"""What a column of an export holds, and how its values look where there are only texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | datetime | Sequence[str] | None


class Kind(StrEnum):
    """The type of all values of a column; any of them may be unknown (None)."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    MOMENT = "moment"  # aware, UTC
    FLAG = "yes or no"
    TEXTS = "texts"  # several, in order


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind
    definition: str


Row: TypeAlias = Sequence[Value]
"""One value for each column."""


def moment(value: datetime) -> str:
    """`2026-11-01T09:30:00Z`."""
    return f"{value:%Y-%m-%dT%H:%M:%S}Z"


def as_text(value: Value) -> str | int | float | None:
    """A value for a form that knows texts and numbers only."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float):
        return value
    return "; ".join(value)
