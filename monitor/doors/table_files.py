"""Tells what kind of table a file is, by its content and not by its name."""

from monitor.doors.delimited import Delimited
from monitor.doors.files import File
from monitor.doors.objects import Objects, is_list
from monitor.doors.tables import Table
from monitor.doors.workbook import Workbook
from monitor.errors import MonitorError

_WORKBOOK = b"PK\x03\x04"
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or locked Office file: save it as .xlsx or CSV, without a password"),
    (b"%pdf", "a PDF: export the table as CSV or .xlsx"),
    (b"<!doctype html", "a web page, whatever its name ends with: export it as CSV or .xlsx"),
    (b"<html", "a web page, whatever its name ends with: export it as CSV or .xlsx"),
    (b"<table", "a web page, whatever its name ends with: export it as CSV or .xlsx"),
    (b"<?xml", "XML: export it as CSV or .xlsx"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"rar!", "an archive: unpack it first"),
    (b"7z\xbc\xaf", "an archive: unpack it first"),
    (b"bzh", "an archive: unpack it first"),
    (b"\xfd7zxz", "an archive: unpack it first"),
    (b"pk\x05\x06", "an empty archive"),
    (b"sqlite format", "a database: export the table as CSV"),
)
_BINARY = bytes(set(range(32)) - {0, 9, 10, 12, 13, 27})
MOST_BINARY = 0.02
"""Share of control characters in a text: a stray one happens."""


def table_of(file: File, *, encoding: str = "", sheet: str = "") -> Table:
    """The table in a file. MonitorError says what else it is, and what to do."""
    with file.unpacked() as stream:
        start = bytes(stream.peek(4096)[:4096])
        in_list = is_list(stream)
    _refuse_foreign(start, file.name)
    if start.startswith(_WORKBOOK):
        return Workbook(file, sheet)
    if in_list is not None:
        return Objects(file, in_list=in_list)
    return Delimited(file, encoding)


def _refuse_foreign(start: bytes, name: str) -> None:
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise MonitorError(f"there is nothing in {name}: it is empty")
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in _FOREIGN:
        if plain.startswith(mark):
            raise MonitorError(f"{name} is {what}")
    binary = sum(start.count(sign) for sign in _BINARY)
    if not start.startswith(_WORKBOOK) and binary > MOST_BINARY * len(start):
        raise MonitorError(f"{name} is not a table: it holds bytes that are no text")
