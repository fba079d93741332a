"""Finds the fonts of a PDF in their packages, and which letters they have; those of the machine are not looked at."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError

_NEEDED = (("fontpkg_amiri", "files"), ("manimgx_fonts", ""))
_WHEN_THERE = (("manimgx_fonts_cjk", ""),)
"""Chinese, Japanese and Korean: 20 MB, for those who are written about in them."""
_FIRST = ("Noto Sans", "Amiri")
"""Tried before others. Amiri has all letters of Urdu, and what is copied out of the PDF is what was written: Noto's
Arabic draws dots as glyphs of their own, which doubles letters, and IBM Plex, Cairo and Almarai turn `لا` round."""
_LAST = ("Noto Emoji", "Noto Sans Symbols")
_ENDINGS = {".ttf", ".otf", ".ttc"}


@dataclass(frozen=True, slots=True)
class Fonts:
    """`loaded` is typst's own; `families` are in the order in which a letter is looked for."""

    loaded: Any
    families: tuple[str, ...]


@cache
def compiler() -> Any:
    """The package typst. MonitorError when it cannot be loaded."""
    try:
        return import_module("typst")
    except ImportError as error:
        raise MonitorError(
            "A PDF needs the package typst, which cannot be loaded here: pip install 'typst>=0.15'."
        ) from error


@cache
def available() -> Fonts:
    """All fonts, loaded once per process."""
    loaded = compiler().Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in _folders()]
    )
    return Fonts(loaded, _ordered(loaded.families()))


def _ordered(families: list[str]) -> tuple[str, ...]:
    others = sorted(set(families) - {*_FIRST, *_LAST})
    return (*_FIRST, *others, *_LAST)


def _folders() -> Iterator[Path]:
    """Where the packages keep their files. MonitorError names one that is missing."""
    for package, folder in _NEEDED:
        if find_spec(package) is None:
            name = package.replace("_", "-")
            raise MonitorError(f"A PDF needs the fonts of the package {name}: pip install {name}.")
        yield Path(str(files(package))) / folder
    for package, folder in _WHEN_THERE:
        if find_spec(package) is not None:
            yield Path(str(files(package))) / folder


@cache
def letters() -> frozenset[int]:
    """Every code point that one of the fonts has a glyph for."""
    paths = (path for folder in _folders() for path in sorted(folder.iterdir()) if path.suffix in _ENDINGS)
    return frozenset(code for path in paths for code in mapped(path.read_bytes()))


def mapped(font: bytes) -> Iterator[int]:
    """The code points in the character map of a font file (its first, of a collection).

    Reads the `cmap` subtables 4 and 12 of the OpenType specification, which are all that the fonts here have.
    """
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    for i in range(struct.unpack_from(">H", font, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * i)
        if tag == b"cmap":
            yield from _map(font, offset)


def _map(font: bytes, start: int) -> Iterator[int]:
    for i in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * i)[0]
        form = struct.unpack_from(">H", font, at)[0]
        if form == 4:
            yield from _segments(font, at)
        elif form == 12:
            yield from _groups(font, at)


def _segments(font: bytes, at: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    for first, last in zip(starts, ends, strict=True):
        if first != 0xFFFF:  # the table's own end
            yield from range(first, last + 1)


def _groups(font: bytes, at: int) -> Iterator[int]:
    for i in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * i)
        yield from range(first, last + 1)
