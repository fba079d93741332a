"""E-mail addresses, also those whose signs are spelt out; handles of social networks are none."""

import re
from collections.abc import Iterator

_LOCAL = (re.compile(r"[A-Za-z0-9_.+%\-]{1,64}$"), re.compile(r"[\w.+%\-]{1,64}$"))
"""The name of a mailbox; in Latin letters it begins where those of another script, glued to it, end."""
_DOMAIN = re.compile(r"(?:[\w\-]{1,63}\.){1,8}[^\W\d_][\w\-]{1,23}")
_FEW = "com|net|org|edu|gov|info|biz|co|io|me|app|shop|pk|in|ph|uk|us|ae|sa|de|fr"
_DOT = r"(?:\s{0,2}\.\s{0,2}|\s{0,2}[(\[{]\s?(?:dot|\.)\s?[)\]}]\s{0,2}|\s{1,2}dot\s{1,2})"
_SPELT_DOT = r"(?:\s{0,2}[(\[{]\s?(?:dot|\.)\s?[)\]}]\s{0,2}|\s{1,2}dot\s{1,2})"
_PROVIDER = r"(?:gmail|yahoo|ymail|hotmail|outlook|live|icloud|protonmail|proton|rediffmail|msn|aol|zoho)"
_AFTER = (
    re.compile(rf"\s{{0,2}}[(\[{{]\s?(?:at|@)\s?[)\]}}]\s{{0,2}}(?:[\w\-]{{1,63}}{_DOT}){{1,4}}(?:{_FEW})(?!\w)", re.I),
    re.compile(rf"\s{{0,2}}@\s{{0,2}}(?:[\w\-]{{1,63}}{_DOT}){{1,4}}(?:{_FEW})(?!\w)", re.I),
    re.compile(rf"\s{{1,2}}at\s{{1,2}}(?:[\w\-]{{1,63}}{_SPELT_DOT}){{1,4}}(?:{_FEW})(?!\w)", re.I),
    re.compile(rf"\s{{1,2}}at\s{{1,2}}{_PROVIDER}{_DOT}(?:{_FEW})(?!\w)", re.I),
)
_SIGN = re.compile(r"@|[(\[{]\s?at\s?[)\]}]|\bat\b", re.IGNORECASE)
_WORDS = frozenset(
    {"me", "us", "him", "her", "them", "it", "is", "was", "mail", "email", "look", "not", "and", "shop", "address"}
)
"""Before "at": no name of a mailbox."""


def mails(text: str) -> Iterator[tuple[int, int]]:
    """Where the addresses of a plain text stand, in order."""
    reached = 0
    for sign in _SIGN.finditer(text):
        if sign.start() >= reached and (found := _address(text, sign.start(), sign.end(), reached)):
            reached = found[1]
            yield found


def _address(text: str, start: int, end: int, reached: int) -> tuple[int, int] | None:
    if sign_is_plain := text[start] == "@":
        left, right = _local(text, start, reached), _DOMAIN.match(text, end)
        if left is not None and right is not None:
            return left, right.end()
    before = start - len(text[max(0, start - 2) : start]) + len(text[max(0, start - 2) : start].rstrip())
    left = _local(text, before, reached)
    if left is None or text[left:before].lower() in _WORDS or not any(map(str.isalpha, text[left:before])):
        return None  # `2 at 49.99 @ shop.com`
    if sign_is_plain and before < start and text[end : end + 1] != " ":
        return None  # `nice @shop.pk`: a handle
    found = next((match for pattern in _AFTER if (match := pattern.match(text, before))), None)
    return (left, found.end()) if found else None


def _local(text: str, end: int, reached: int) -> int | None:
    """Where the name of a mailbox that ends there begins; None for no name, and for the name of a handle."""
    low = max(reached, end - 64)
    found = next((match for pattern in _LOCAL if (match := pattern.search(text[low:end]))), None)
    if found is None:
        return None
    start = low + found.start() + len(found[0]) - len(found[0].lstrip(".-%"))
    return None if start >= end or text[start - 1 : start] == "@" else start
