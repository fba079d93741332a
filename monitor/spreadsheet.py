"""Makes text fit for a table that people open in a spreadsheet: nothing there runs, hides or is too long."""

import re
import unicodedata
from typing import Any

LONGEST_CELL = 32_767
"""Letters of one cell, as Excel counts them (UTF-16 code units)."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Controls, which no workbook may hold, and what turns the reading order of the text around it."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_RTL = ("R", "AL")


def guard(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def shown(text: str) -> str:
    """The text without controls, reversals and half characters; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def fitting(text: str, longest: int = LONGEST_CELL) -> str:
    """The text as one cell can hold it: shown, and cut to the letters that there is room for, with `…` at the end."""
    text = shown(text)
    if len(text) * 2 <= longest:  # no letter takes more than two code units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= longest * 2:
        return text
    return units[: (longest - 1) * 2].decode("utf-16-le", "ignore") + "…"


def web_address(url: str) -> str:
    """The address if it is one of the web, else nothing."""
    return shown(url) if url.startswith(("http://", "https://")) else ""


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script such as Arabic or Hebrew."""
    if text.isascii():
        return False
    return next((kind for char in text if (kind := unicodedata.bidirectional(char)) in ("L", *_RTL)), "L") in _RTL
