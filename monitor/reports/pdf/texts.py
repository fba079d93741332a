"""Makes texts fit for the page: letters that no font has are told of, and long words may break."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from monitor.spreadsheet import shown

BREAK = "\u200b"
"""A place where a line may end; it has no width."""
_LONGEST_WORD, _STEP = 22, 8
"""Letters; the narrowest column takes about eight."""
_WORD = re.compile(rf"[^\s{BREAK}]{{{_LONGEST_WORD},}}")
_AFTER = re.compile(r"(?<=[/.\-_?&=@:,;])(?=\w)")
_AS_THEY_ARE = {"url", "lang", "kind"}
"""Values that are not read but used."""
_NEVER_DRAWN = ("Cf", "Zl", "Zp", "Cc")
"""Joiners and marks of direction have no glyph in most fonts and need none."""
_CHOICES = frozenset({0x034F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
"""Code points that only choose how the letter before is drawn (variation selectors, the grapheme joiner)."""


def fit(value: Any, letters: Collection[int]) -> Any:
    """The same value with each text in it fit for the page. `letters` are the code points that can be drawn."""
    if isinstance(value, str):
        return breakable(drawable(shown(value), letters))
    if isinstance(value, dict):
        return {key: one if key in _AS_THEY_ARE else fit(one, letters) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [fit(one, letters) for one in value]
    return value


def drawable(text: str, letters: Collection[int]) -> str:
    """The text with what no font has as a remark in its place: `[4 letters not drawn: Hiragana]`."""
    if text.isascii():
        return text
    return "".join(
        "".join(run) if known else _remark("".join(run))
        for known, run in groupby(text, lambda char: _known(char, letters))
    )


def _known(char: str, letters: Collection[int]) -> bool:
    code = ord(char)
    return char.isspace() or code in letters or code in _CHOICES or unicodedata.category(char) in _NEVER_DRAWN


def _remark(run: str) -> str:
    scripts = sorted(set(_scripts(run)))
    letters = "letter" if len(run) == 1 else "letters"
    return f"[{len(run)} {letters} not drawn{': ' if scripts else ''}{', '.join(scripts)}]"


def _scripts(run: str) -> Iterator[str]:
    """The first word of a letter's name is its script's."""
    for char in run:
        name = unicodedata.name(char, "")
        if name and unicodedata.category(char).startswith("L"):
            first = name.split()[0]
            yield first if first == "CJK" else first.capitalize()


def breakable(text: str) -> str:
    """Long words may break: after the marks that addresses have, else every few letters, never within one."""
    return _WORD.sub(lambda found: BREAK.join(_pieces(found.group())), text)


def _pieces(word: str) -> Iterator[str]:
    for part in _AFTER.split(word):
        yield from _cut(part)


def _cut(part: str) -> Iterator[str]:
    """Pieces of at least `_STEP` letters; scripts whose letters join or stack, and emoji, are not cut."""
    piece = ""
    for char in part:
        if len(piece) >= _STEP and char.isascii() and piece[-1].isascii():
            yield piece
            piece = ""
        piece += char
    yield piece
