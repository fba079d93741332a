"""Finds out in which encoding a file is written."""

import codecs
import io

from charset_normalizer import from_bytes

UTF8 = "utf-8-sig"
SAMPLE = 200_000
"""Bytes of lines that are not plain ASCII; more of them take seconds and change nothing."""
LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r", "mac_roman",
    "cp437", "cp850", "cp852", "cp866", "gb18030", "big5", "cp932", "euc_jp", "cp949",
]  # fmt: skip
"""What spreadsheets and shops still write; of the Latin ones the Windows variant, which has all signs of ISO's."""
MOSTLY = 0.9
"""From this share of good lines on a file is UTF-8 with a few bad rows, and not in another encoding."""
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1_000_000


def encoding_of(stream: io.BufferedReader) -> str:
    """The name of the encoding of a text; reads all of it. UTF-8 when nothing stands against it."""
    start = stream.peek(4096)[:4096]
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), "") or _wide(start)
    return marked or _narrow(stream)


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: in what Europe writes, every other byte is nothing."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    few, many = len(start) // 40, len(start) // 5
    if len(start) < 4 or max(even, odd) <= many or min(even, odd) > few:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _narrow(stream: io.BufferedReader) -> str:
    good = bad = 0
    sample: list[bytes] = []
    size, rest = 0, b""
    while chunk := stream.read(_CHUNK):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()[-_CHUNK:]
        for line in lines if not (b"".join(lines)).isascii() else ():
            good, bad, size = _count(line, good, bad, sample, size)
    good, bad, size = _count(rest, good, bad, sample, size)
    if not bad or good / (good + bad) >= MOSTLY:
        return UTF8
    found = from_bytes(b"\n".join(sample), cp_isolation=LEGACY).best()
    return "cp1252" if found is None else found.encoding


def _count(line: bytes, good: int, bad: int, sample: list[bytes], size: int) -> tuple[int, int, int]:
    """Look at one line; only those with letters beyond ASCII tell an encoding."""
    if line.isascii():
        return good, bad, size
    try:
        line.decode()
    except UnicodeDecodeError:
        if size < SAMPLE:
            sample.append(line)
        return good, bad + 1, size + len(line)
    return good + 1, bad, size
