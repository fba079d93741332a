"""Puts a word in the place of what was found, and goes through all texts of a message."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.redaction.finding import find
from monitor.redaction.regions import DEFAULT_REGIONS


def redact(text: str, regions: Sequence[str] = DEFAULT_REGIONS) -> str:
    """The text with `[e-mail]`, `[phone]`, `[id number]`, `[card]` or `[account]` in the place of what is found."""
    found = find(text, regions)
    if not found:
        return text
    parts, reached = [], 0
    for one in found:
        parts += [text[reached : one.start], f"[{one.kind.value}]"]
        reached = one.end
    return "".join([*parts, text[reached:]])


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes out what tells of somebody, or, where the operator does not want that, leaves texts as they are."""

    wanted: bool = True
    regions: tuple[str, ...] = DEFAULT_REGIONS

    def __call__(self, text: str) -> str:
        return redact(text, self.regions) if self.wanted else text
