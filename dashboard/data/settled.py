"""The operator's settings as lines to read: each value with its name, whether it was set, and what it means."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from monitor.clock import format_duration
from monitor.config import Settings

LONGEST = 200
"""Letters of one value; longer ones are cut."""
MOST_LINES = 400
"""Of one section; a config may name thousands of words."""
PREFIX = "EMBERWATCH_"
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_QUERY = re.compile(r"(?<=\?)\S+")
_CONFIDENTIAL = re.compile(r"password|passwd|secret|token|api_?key|authorization|cookie", re.IGNORECASE)
_QUIET = frozenset({"examples", "words", "about", "not_about", "text"})
"""Long lists of sentences, of which only the number is told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting. `value` is "" where it is not set; `hidden`: it is a secret, and only that there is one is told."""

    name: str  # as in the config: `routes[0].repeat`
    value: str
    default: bool
    hidden: bool
    meaning: str


def lines(name: str, value: Any, *, default: bool = False) -> tuple[Line, ...]:
    """The lines of one section, in the order in which the config has them."""
    found: list[Line] = []
    for line in _walk(name, value, "", default=default):
        if len(found) == MOST_LINES:
            break
        found.append(line)
    return tuple(found)


def _walk(name: str, value: Any, meaning: str, *, default: bool) -> Iterator[Line]:
    if isinstance(value, BaseModel):
        for field, info in type(value).model_fields.items():
            inner = getattr(value, field)
            unset = default or field not in value.model_fields_set or inner == info.get_default()
            yield from _walk(f"{name}.{field}", inner, info.description or "", default=unset)
    elif isinstance(value, Sequence) and any(isinstance(one, BaseModel) for one in value):
        for number, one in enumerate(value):
            yield from _walk(f"{name}[{number}]", one, meaning, default=default)
    elif isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from _entry(f"{name}.{key}", one, meaning, default=default)
    else:
        yield _line(name, value, meaning, default=default)


def _entry(name: str, value: Any, meaning: str, *, default: bool) -> Iterator[Line]:
    """One entry of a free mapping: `{env: NAME}` stands for a secret that the plug-in reads itself."""
    if isinstance(value, Mapping) and set(value) == {"env"}:
        yield Line(name, str(value["env"]), default, hidden=True, meaning=meaning)
    else:
        yield from _walk(name, value, meaning, default=default)


def _line(name: str, value: Any, meaning: str, *, default: bool) -> Line:
    field = name.rpartition(".")[2]
    if _is_secret(field, value):
        return Line(name, "", default, hidden=True, meaning=meaning)
    if field in _QUIET and isinstance(value, Sequence) and value:
        words = str(len(value)) if not isinstance(value, str) else said(value)
        return Line(name, words, default, hidden=False, meaning=meaning)
    return Line(name, said(value), default, hidden=False, meaning=meaning)


def _is_secret(field: str, value: Any) -> bool:
    """Whether it is kept as one; a free text under such a name is taken for one too."""
    if isinstance(value, SecretStr):
        return True
    if isinstance(value, str):
        return bool(value and _CONFIDENTIAL.search(field))
    return isinstance(value, Sequence) and any(isinstance(one, SecretStr) for one in value)


def said(value: Any) -> str:
    """A value as the config has it, without what may be secret in an address; "" for what is not set."""
    if value is None or value == () or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return _cut(", ".join(said(one) for one in value))
    return _cut(masked(str(getattr(value, "words", value))))


def masked(text: str) -> str:
    """Without the login and the query of addresses: both may hold a secret."""
    return _QUERY.sub("…", _LOGIN.sub("…@", text)) if "://" in text else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def from_environment() -> tuple[str, ...]:
    """The variables that stand above the file, by name; what they say is not told."""
    sections = {name.upper() for name in Settings.model_fields}
    return tuple(
        name
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).partition("__")[0].upper() in sections
    )
