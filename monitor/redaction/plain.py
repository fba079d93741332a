"""A text with plain digits, signs and spaces, and without what cannot be seen, beside where each letter came from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]+"
)
"""Soft hyphens, joiners, marks of direction, variants of emoji: they hide numbers, on purpose or by chance."""
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u30fc\ufe58\ufe63\uff0d"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ENCLOSED = range(0x2460, 0x2474)  # ① and its kin; superscripts are no digits of a number


class _Plain(dict[int, str]):
    """What stands for each letter; those that are plain, or have no plain form of one letter, stand for themselves."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def _plain(letter: str) -> str:
    if letter in _DASHES:
        return "-"
    if letter in _SPACES:
        return " "
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(digit)
    if ord(letter) in _ENCLOSED or 0xFF00 <= ord(letter) <= 0xFFEF or 0x1D400 <= ord(letter) <= 0x1D7FF:
        folded = unicodedata.normalize("NFKC", letter)
        return folded if len(folded) == 1 else letter
    return letter


_TABLE = _Plain()


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is what is looked at; `places` says where each of its letters, and its end, stands in the original."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text, with what is hidden behind its last letter."""
        return self.places[start], self.places[end]


def plain(text: str) -> Plain:
    """One letter stands for one letter, in order, and nothing for what is hidden."""
    if text.isascii():
        return Plain(text.replace("\t", " "), range(len(text) + 1))
    shown = text.translate(_TABLE)
    if _HIDDEN.search(shown) is None:
        return Plain(shown, range(len(text) + 1))
    parts: list[str] = []
    places: list[int] = []
    reached = 0
    for match in [*_HIDDEN.finditer(shown), None]:
        end = match.start() if match else len(shown)
        parts.append(shown[reached:end])
        places.extend(range(reached, end))
        reached = match.end() if match else end
    return Plain("".join(parts), [*places, len(shown)])
