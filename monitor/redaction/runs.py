"""Stretches of digits in a plain text, split into their groups; dates, times and addresses of pages are none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAGE = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_CALLS = re.compile(r"wa\.me/|whatsapp|viber|[?&](?:phone|tel)=", re.IGNORECASE)
_DATE = re.compile(
    r"(?<![\d\-/.])(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)?\d\d)(?![\d]|[-/.]\d)"
)
_TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?![\d:])")
_MACHINE = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)")
_RUN = re.compile(r"(?:\+\s?)?\(?\d(?:[ \-./()]{0,3}\d)*")
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Run:
    """Groups of digits that may be one number, and where each begins; `start` is that of a sign before them."""

    start: int
    groups: tuple[str, ...]
    places: tuple[int, ...]

    def end(self, last: int) -> int:
        """Where the group ends."""
        return self.places[last] + len(self.groups[last])


def masked(text: str) -> str:
    """The text, as long as before, without the digits of dates, times, machines and pages."""
    if "://" in text or "www." in text.lower():
        text = _PAGE.sub(lambda page: page[0] if _CALLS.search(page[0]) else "\0" * len(page[0]), text)
    for pattern in (_DATE, _TIME, _MACHINE):
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def runs(text: str) -> Iterator[Run]:
    """The stretches of a masked text that have enough digits to tell of somebody."""
    for match in _RUN.finditer(text):
        if match.end() - match.start() < 7:
            continue
        groups = list(_GROUP.finditer(text, match.start(), match.end()))
        yield Run(match.start(), tuple(one[0] for one in groups), tuple(one.start() for one in groups))
