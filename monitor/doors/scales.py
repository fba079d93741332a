"""Scales of ratings as people write them: `1-5`, `0-10`, `1-7`."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_WRITTEN = re.compile(r"\s*(-?\d{1,4})\s*(?:-|to|\.\.)\s*(\d{1,4})\s*")


def parse_scale(value: Any) -> tuple[float, float]:
    """Worst and best; ValueError says how to write them."""
    match = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None or float(match[1]) >= float(match[2]):
        raise ValueError(f"{value!r} is no scale such as 1-5 or 0-10")
    return float(match[1]), float(match[2])


Scale = Annotated[tuple[float, float], BeforeValidator(parse_scale)]
