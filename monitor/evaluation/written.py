"""Labels as people write them: words, numbers and stars, made negative, neutral or positive."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.errors import MonitorError
from monitor.facts import Sentiment

SKIP = "skip"
ALLOWED = "negative, neutral, positive (or neg, neu, pos), -1/0/1 or 1 to 5 stars"
_NEGATIVE, _NEUTRAL, _POSITIVE = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE
_WORDS = {
    "negative": _NEGATIVE,
    "very negative": _NEGATIVE,
    "neg": _NEGATIVE,
    "neutral": _NEUTRAL,
    "neu": _NEUTRAL,
    "positive": _POSITIVE,
    "very positive": _POSITIVE,
    "pos": _POSITIVE,
}
_STARS = re.compile(r"([1-5])(?:\.0+)?(?: ?stars?| ?/ ?5| out of 5)")
_NUMBER = re.compile(r"([+-]?\d{1,3})(?:\.0+)?")
_SIGNS = {-1: _NEGATIVE, 0: _NEUTRAL, 1: _POSITIVE}
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Labels:
    """How the labels of one file are to be understood."""

    given: Mapping[str, Sentiment | None]  # said by the operator, normalised; None: leave such rows out
    numbers: Mapping[int, Sentiment]  # what bare numbers mean in this file

    def of(self, written: str) -> Sentiment | None:
        """What is meant; None where the row is to be left out. Raises ValueError with what is allowed."""
        plain = normalised(written)
        if plain in self.given:
            return self.given[plain]
        if (known := _by_itself(plain)) is not None:
            return known
        if (number := _number(plain)) is not None and number in self.numbers:
            return self.numbers[number]
        raise ValueError(
            f"the label {shown(written)} is not known; allowed: {ALLOWED}, or say what it means with --label"
        )


def understood(given: Mapping[str, Sentiment | None], written: Collection[str]) -> Labels:
    """How to read the labels of a file in which these were written, normalised.

    Numbers are taken together, since one alone may mean anything: with -1 they are signs, with 4 or 5 (and nothing
    outside 1 to 5) stars. Raises MonitorError where they fit more than one reading.
    """
    numbers = {n for one in written if one not in given and (n := _number(one)) is not None}
    if not numbers:
        return Labels(given, {})
    if -1 in numbers:
        return Labels(given, _SIGNS)
    if numbers & {4, 5} and numbers <= {1, 2, 3, 4, 5}:
        return Labels(given, {stars: _of_stars(stars) for stars in range(1, 6)})
    if numbers <= {0, 1, 2, 3, 4, 5}:
        raise MonitorError(_ambiguous(sorted(numbers)))
    return Labels(given, {})


def told(pairs: Collection[str]) -> dict[str, Sentiment | None]:
    """The operator's own words: `mixed=neutral`, `spam=skip`. Raises MonitorError."""
    meant: dict[str, Sentiment | None] = {}
    for pair in pairs:
        written, sign, meaning = pair.rpartition("=")
        plain = normalised(meaning)
        if not sign or not normalised(written) or (plain != SKIP and plain not in _WORDS):
            raise MonitorError(f"--label {pair}: write WORD=negative, WORD=neutral, WORD=positive or WORD=skip")
        meant[normalised(written)] = None if plain == SKIP else _WORDS[plain]
    return meant


def normalised(written: str) -> str:
    """Lower case, one space between words, whole numbers without their zeros."""
    plain = " ".join(written.casefold().replace("_", " ").split())
    number = _number(plain)
    return plain if number is None else str(number)


def shown(written: str) -> str:
    """A label as it may stand in a message: short and quoted."""
    return repr(written if len(written) <= _LONGEST_SHOWN else written[:_LONGEST_SHOWN] + "…")


def _by_itself(plain: str) -> Sentiment | None:
    """What can mean one thing only, whatever else stands in the file."""
    if plain in _WORDS:
        return _WORDS[plain]
    if stars := _STARS.fullmatch(plain):
        return _of_stars(int(stars[1]))
    filled = plain.replace("\ufe0f", "").rstrip("☆")  # U+FE0F asks for the coloured star
    return _of_stars(len(filled)) if 1 <= len(filled) <= 5 and not filled.strip("★⭐") else None


def _number(plain: str) -> int | None:
    found = _NUMBER.fullmatch(plain)
    return int(found[1]) if found else None


def _of_stars(stars: int) -> Sentiment:
    return _NEGATIVE if stars <= 2 else _NEUTRAL if stars == 3 else _POSITIVE


def _ambiguous(numbers: list[int]) -> str:
    options = " ".join(f"--label {number}=…" for number in numbers)
    return (
        f"the labels {', '.join(map(str, numbers))} could mean several things: say which, {options} "
        "(negative, neutral, positive or skip); numbers are understood alone when -1 is among them, or 4 or 5 stars"
    )
