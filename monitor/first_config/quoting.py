"""Writes outside text into YAML so that it comes back as it was: quoted, escaped, and never filled in."""

import json
import re
import unicodedata

import yaml

_JOINERS = "\u200c\u200d"
"""Zero-width characters that Urdu and emoji are written with; all other invisible ones are escaped to be seen."""


def quoted(text: str) -> str:
    """A double-quoted YAML string; `${NAME}`, which would be filled in from the environment, comes back as it is."""
    literal = re.sub(r"\$(?=\{[A-Z])", "${LITERALLY:-$}", text)
    return "".join(sign if _is_plain(sign) else _escaped(sign) for sign in json.dumps(literal, ensure_ascii=False))


def word(text: str) -> str:
    """An id as it is, or quoted where YAML would read something else: `null`, `on`, `2020-01-01`."""
    return text if yaml.safe_load(text) == text else quoted(text)


def _is_plain(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign)[0] not in "CZ" or sign == " "


def _escaped(sign: str) -> str:
    number = ord(sign)
    return f"\\U{number:08x}" if number > 0xFFFF else f"\\u{number:04x}"


def commented(lines: str, indent: str = "  ") -> str:
    """A block of YAML, commented out line by line."""
    return "\n".join(f"{indent}# {line}".rstrip() for line in lines.splitlines())
