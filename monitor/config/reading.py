"""Reads the config file, fills in variables, and tells each mistake in a line of its own."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from monitor.clock import format_duration
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.secret import from_environment

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")


def _fill_in(value: Any, place: str) -> Any:
    """Replace `${NAME}` and `${NAME:-default}` in all strings by the environment's values, or by those of NAME_FILE."""
    if isinstance(value, dict):
        return {key: _fill_in(item, f"{place}.{key}" if place else str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill_in(item, f"{place}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda match: _variable(match, place), value)


def _variable(match: re.Match[str], place: str) -> str:
    name, default = match[1], match[2]
    try:
        found = os.environ[name] if name in os.environ else from_environment(name)
    except ValueError as error:
        raise ConfigError(f"{place}: {error}") from error
    if found is None and default is None:
        raise ConfigError(f"{place}: the environment variable {name} is not set")
    return default if found is None else found


def load_settings(path: Path) -> Settings:
    """Read and check the config; ConfigError has one line per mistake: path, wrong value, choices."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; name one with --config or EMBERWATCH_CONFIG") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or a number that is none
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid YAML: nested too deep") from error
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise ConfigError(f"{path}: must be a mapping with brands, sources, channels …")
    try:
        return Settings(**_fill_in(data, ""))
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(error))) from error
    except RecursionError as error:
        raise ConfigError(f"{path}: a part refers to itself, or is nested too deep") from error


def _lines(error: ValidationError) -> list[str]:
    return [f"{_place(item['loc'])}{_reason(item)}" for item in error.errors(include_input=True)]


def _place(parts: tuple[int | str, ...]) -> str:
    out = ""
    for part in parts:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return f"{out}: " if out else ""


_TIMEDELTA = re.compile(r"datetime\.timedelta\((?:days=(\d+))?(?:, )?(?:seconds=(\d+))?\)")


def _as_duration(match: re.Match[str]) -> str:
    """A limit of pydantic's as people write it: `10m`."""
    return format_duration(timedelta(days=int(match[1] or 0), seconds=int(match[2] or 0)))


_PLAIN = {
    "extra_forbidden": "unknown key",
    "missing": "is missing",
    "tuple_type": "must be a list, such as [one, two]",
}


def _reason(item: Any) -> str:
    """Pydantic's words without its prefix; a short plain wrong value is shown unless it may be a secret."""
    message = str(item["msg"]).removeprefix("Value error, ")
    message = _TIMEDELTA.sub(_as_duration, message)
    value = item.get("input")
    if item["type"] in _PLAIN:
        return _PLAIN[item["type"]]
    if item["type"] == "value_error" or not isinstance(value, int | float | bool):
        return message
    return f"{value!r}: {message}"
