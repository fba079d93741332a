"""Makes text from outside safe to show: no control characters, no reversed reading, cut between whole characters."""

import re
import unicodedata
from functools import cache
from urllib.parse import quote, urlsplit

# Terminal sequences go as a whole (their letters and digits too), then every other control character.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Embeddings, overrides and isolates can make a text read as something else and reach beyond their own line;
# the plain marks (200E, 200F) and the joiners that Urdu, Indic scripts and emoji need stay.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_MAX_MARKS = 8  # on one letter; no script in use needs more, and a tower of marks covers the lines around it
_LOOK_BACK = 64  # longest joined sequence that a cut respects; the longest emoji in use have 10 parts

_MAX_ADDRESS = 2000  # what all mail programs and Slack (3000) still open
_VIRAMA = 9  # combining class of the signs that bind Indic consonants together
_JOINER = "\u200d"
_RTL = ("R", "AL")
RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "pnb", "ps", "sd", "skr", "ug", "ur", "yi"})


def clean(text: str) -> str:
    """The text without what could steer a terminal, a page or the reading order; lines stay lines."""
    text = _LINE_ENDS.sub("\n", _ANSI.sub("", text))
    for pattern in (_CONTROLS, _BIDI, _INVISIBLE):
        text = pattern.sub("", text)
    text = _SURROGATES.sub("\ufffd", text)
    return _BLANK_LINES.sub("\n\n", _without_towers(text)).strip()


def one_line(text: str) -> str:
    """The text in one line with single spaces, for headers, subjects and labels."""
    return " ".join(clean(text).split())


def _without_towers(text: str) -> str:
    return text if text.isascii() or _marks().isdisjoint(text) else _towers().sub(r"\1", text)


@cache
def _marks() -> frozenset[str]:
    """Python's `re` knows no categories, so they are listed once."""
    return frozenset(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.category(char) in ("Mn", "Me"))


@cache
def _towers() -> re.Pattern[str]:
    """Marks on marks: the first ones are group 1."""
    marks = "".join(sorted(_marks()))
    return re.compile(f"([{marks}][{marks}]{{{_MAX_MARKS - 1}}})[{marks}]+")


def clip(text: str, limit: int) -> str:
    """At most `limit` code points, with `…` for what is missing; a letter never loses its marks, an emoji no part."""
    if len(text) <= limit:
        return text
    cut = max(limit - 1, 0)
    while cut > max(0, limit - _LOOK_BACK) and _belong_together(text, cut):
        cut -= 1
    if cut <= max(0, limit - _LOOK_BACK):
        cut = max(limit - 1, 0)
    return text[:cut].rstrip() + "…"


def _belong_together(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    if unicodedata.category(after).startswith("M") or after == _JOINER or before == _JOINER:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones and flag tags change the emoji before them
    if unicodedata.combining(before) == _VIRAMA and after.isalpha():
        return True
    return _is_flag_half(after) and _is_flag_half(before) and _flag_halves_before(text, cut) % 2 == 1


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, cut: int) -> int:
    count = 0
    while count < _LOOK_BACK and cut - count > 0 and _is_flag_half(text[cut - count - 1]):
        count += 1
    return count


def direction(text: str, language: str) -> str:
    """`rtl` when the language is written so, or is unknown and the first letter is; else `auto`."""
    base, _, script = language.partition("-")
    if script.startswith("Latn"):
        return "auto"
    if base in RTL_LANGUAGES:
        return "rtl"
    strong = next((kind for char in text if (kind := unicodedata.bidirectional(char)) in ("L", *_RTL)), "L")
    return "rtl" if base in ("", "und") and strong in _RTL else "auto"


def web_address(url: str) -> str:
    """The address, encoded, if it is one a person may safely open from a message; else an empty string."""
    if len(url) > _MAX_ADDRESS or re.search(r"[\x00-\x20\x7f-\xa0\ud800-\udfff]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return ""
    sound = parts.scheme in ("http", "https") and re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc)
    encoded = quote(url, safe="!#$%&()*+,/:;=?@[]~") if sound else ""
    return encoded if len(encoded) <= _MAX_ADDRESS else ""
