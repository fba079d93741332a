"""Reads back what a PDF holds, as far as tests need it."""

import re
import subprocess
import zlib
from pathlib import Path

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def inside(pdf: bytes) -> bytes:
    """The file with all its compressed streams beside it, so that objects in them are found."""
    return pdf + b"\n".join(_inflated(found.group(1)) for found in _STREAM.finditer(pdf))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def held(pdf: bytes, words: str) -> bool:
    """Whether the words are a string of the document (a title, an alternative, an address), in either encoding."""
    raw = inside(pdf)
    coded = words.encode("utf-16-be")
    escaped = words.encode("utf-8").replace(b"(", rb"\(").replace(b")", rb"\)")
    return any(
        one in raw
        for one in (escaped, words.encode("utf-8"), coded.hex().encode(), coded.hex().upper().encode(), coded)
    )


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", inside(pdf)))


def text(pdf: bytes, folder: Path) -> str:
    """The words in reading order, without breaks and marks of direction; needs the program pdftotext."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(re.sub("[\u200b\u202a-\u202e\u2066-\u2069]", "", said).split())
