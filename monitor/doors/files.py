"""Opens files that people have: unpacked when gzipped, read more than once, line by line and never whole."""

import gzip
import io
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any

from monitor.errors import MonitorError

STANDARD_INPUT = "-"
LONGEST_LINE = 10_000_000
"""Characters; a longer one is a mistake (such as a quotation mark that is never closed), and would fill the memory."""
MOST_UNPACKED = 200
"""Times its size that a packed file may grow: tables shrink to a fifth or a twentieth, bombs to a thousandth."""
ALWAYS_UNPACKED = 100_000_000
"""Bytes that a packed file may have whatever its size: a column of one word shrinks as bombs do."""
PEEKED = 4096
UTF8 = "utf-8-sig"
_GZIP = b"\x1f\x8b"


class File:
    """A file that can be read more than once."""

    def __init__(self, handle: IO[bytes], name: str) -> None:
        self.handle = handle
        self.name = name
        self._copies = ExitStack()

    def copy(self) -> IO[str]:
        """An empty file for what was read, which goes when this one is closed."""
        return self._copies.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass"))

    def close(self) -> None:
        self._copies.close()

    @contextmanager
    def unpacked(self) -> Iterator[io.BufferedReader]:
        """Its bytes from the start, without gzip. MonitorError when it is damaged or cannot be read."""
        self.handle.seek(0)
        with open(self.handle.fileno(), "rb", closefd=False) as raw:
            try:
                yield io.BufferedReader(_Unpacking(raw)) if raw.peek(2)[:2] == _GZIP else raw
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise MonitorError(f"{self.name} is a damaged gzip file, or its end is missing") from error
            except OSError as error:
                raise MonitorError(f"{self.name} cannot be read: {error.strerror or error}") from error


class _Unpacking(io.RawIOBase):
    """The bytes of a gzip file, until they are too many for its size."""

    def __init__(self, raw: io.BufferedReader) -> None:
        self._raw = raw
        self._file = gzip.GzipFile(fileobj=raw)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._given += len(data)
        if self._given > max(ALWAYS_UNPACKED, MOST_UNPACKED * self._raw.tell()):
            raise MonitorError(f"the gzip file unpacks to more than {MOST_UNPACKED} times its size: it is refused")
        return len(data)


@contextmanager
def opened(name: str) -> Iterator[File]:
    """The file of that name, `-` for standard input. What cannot be read twice is copied to a temporary file."""
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise MonitorError("standard input is closed: give a file, or pipe one in")
        with _rereadable(sys.stdin.buffer) as handle, closing(File(handle, "standard input")) as file:
            yield file
        return
    shown = Path(name).name.encode(errors="replace").decode()  # it may hold bytes that are no text
    with _open(Path(name)) as given, _rereadable(given) as handle, closing(File(handle, shown)) as file:
        yield file


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise MonitorError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def _rereadable(file: IO[bytes]) -> Iterator[IO[bytes]]:
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(file, copy)
        except OSError as error:
            raise MonitorError(f"no copy could be made for reading twice: {error.strerror or error}") from error
        yield copy


def lines(stream: Any, newline: str, encoding: str = UTF8) -> Iterator[str]:
    """Lines with their ends; bytes that the encoding does not have become lone surrogates.

    MonitorError when a line does not end.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline=newline)
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise MonitorError(f"line {number:,} has more than {LONGEST_LINE:,} characters: is it one text per line?")
        yield line
