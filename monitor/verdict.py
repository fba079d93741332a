"""What is said of one thing that was looked at: how it is, what was found, and what to do about it."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    """How a thing is; the words are shown as they are."""

    OK = "ok"
    WARNING = "warning"  # worth knowing, nobody must do anything now
    FAILS = "fails"  # needs a person
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line: what was looked at, how it is, what was found, and what to do unless it is well."""

    area: str
    subject: str
    state: State
    found: str
    remedy: str = ""


def ok(area: str, subject: str, found: str) -> Verdict:
    return Verdict(area, subject, State.OK, found)


def warning(area: str, subject: str, found: str, remedy: str = "") -> Verdict:
    return Verdict(area, subject, State.WARNING, found, remedy)


def fails(area: str, subject: str, found: str, remedy: str) -> Verdict:
    return Verdict(area, subject, State.FAILS, found, remedy)


def skipped(area: str, subject: str, why: str) -> Verdict:
    return Verdict(area, subject, State.SKIPPED, why)


def spoken_size(size: int) -> str:
    """Bytes as people say them, in steps of 1024: `512 B`, `3.4 MB`, `120 GB`."""
    number, unit = float(size), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:.1f} {unit}" if unit != "B" and number < 10 else f"{number:.0f} {unit}"
