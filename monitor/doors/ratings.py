"""Reads the ratings of a column with their scale: numbers, shares, stars, words, and yes or no."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from monitor.doors.clocks import ascii_digits
from monitor.doors.dates import NOTHING
from monitor.doors.headers import folded
from monitor.doors.tables import Cell

LONGEST = 80
Rating = tuple[float, float, float]
"""Value, worst, best."""
STARS = (1.0, 5.0)
ENDS = (5.0, 10.0, 100.0)
"""Of the scales that are in use."""
MOST = 0.98
"""From this share of numbers on they tell the scale: a few slips are bad rows, and do not change what others mean."""
HALF = 0.5
"""The share that tells it under a heading with `star`, which nearly always go to 5."""


class NoRating(ValueError):
    """Not a rating; says why."""


_NUMBER = r"-?\d+(?:[.,]\d+)?"
_OF = re.compile(
    rf"({_NUMBER})\s*(?:/|out of|of|von|sur|de|su|из|dari|में से|از|من)\s*(\d+)(?:\s*(?:stars?|points?|★|⭐))?", re.I
)
_SHARE = re.compile(rf"({_NUMBER})\s*[%٪]")
_STARS = re.compile(
    rf"({_NUMBER})\s*(?:stars?|★|⭐\ufe0f?|sterne?|étoiles?|estrellas?|estrelas?|stelle|sterren|yıldız|bintang)", re.I
)
_SIGNS = re.compile(r"([★⭐🌟✭✩☆\ufe0f\s]+)(?:\(.*\))?")
_BARE = re.compile(_NUMBER)
_LABELLED = re.compile(rf"({_NUMBER})\s*[-–—:=.(]\s*\D.*")  # `5 - Excellent`
_FULL, _EMPTY = "★⭐🌟✭", "☆✩"

_TOLD: dict[str, dict[float, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "rating_words.yaml").read_text(encoding="utf-8")
)


def _by_word(told: dict[float, list[str]]) -> dict[str, float]:
    return {folded(word) or word: float(value) for value, words in told.items() for word in words}


WORDS = _by_word(_TOLD["stars"])
ANSWERS = _by_word(_TOLD["answers"])


def answer(value: Cell) -> bool | None:
    """Yes or no, in words or as a number; None when it is neither."""
    if isinstance(value, bool):
        return value
    text = str(value).strip() if value is not None else ""
    said = ANSWERS.get(folded(text) or text)
    if said is None and text in ("0", "1"):
        return text == "1"
    return None if said is None else said == 1.0


@dataclass
class Evidence:
    """What the bare numbers of a column say about its scale; gathered from all rows before any is read."""

    smallest: float = math.inf
    largest: float = -math.inf
    zeros: int = 0
    numbers: int = 0
    by_end: Counter[float] = field(default_factory=Counter)  # numbers above 0, by the first of ENDS that they reach

    def add(self, value: Cell) -> None:
        number = _bare(value)
        if number is None or not math.isfinite(number):
            return
        self.numbers += 1
        if number == 0:
            self.zeros += 1
            return
        self.smallest, self.largest = min(self.smallest, number), max(self.largest, number)
        self.by_end[next((end for end in ENDS if number <= end), math.inf)] += 1

    def scale(self, heading: str) -> tuple[float, float] | None:
        """The scale of the bare numbers; None when there are none, or when they are on none that is in use."""
        if not self.numbers:
            return None
        if _is_nps(heading) and max(self.largest, 0) <= 10 and self.smallest > 0:
            return 0.0, 10.0
        stars = "star" in folded(heading)
        if self.largest <= 1 and not (stars and self.smallest > 0):
            return ((-1.0, 1.0) if self.smallest < 0 else (0.0, 1.0)) if self.zeros or self.smallest < 0 else STARS
        if self.smallest < 0:
            return None
        if stars and self._share(STARS[1]) >= HALF:
            return STARS
        return next((scale for scale in (STARS, (1.0, 10.0), (0.0, 100.0)) if self._share(scale[1]) >= MOST), None)

    def _share(self, best: float) -> float:
        """How many of the numbers above 0 a scale has."""
        total = self.by_end.total()
        return sum(times for end, times in self.by_end.items() if end <= best) / total if total else 1.0


def _is_nps(heading: str) -> bool:
    plain = f" {folded(heading)} "
    return " nps " in plain or "likely" in plain or "likelihood" in plain or "net promoter" in plain


@dataclass(frozen=True, slots=True)
class Ratings:
    """How the ratings of one column are read; `scale` is that of bare numbers."""

    scale: tuple[float, float] | None = STARS
    zero_is_none: bool = False  # stores write 0 where nothing was rated

    def read(self, value: Cell) -> Rating | None:
        """The rating with its scale, None where there is none; NoRating says what is wrong."""
        if value is None or (isinstance(value, str) and value.strip() in NOTHING):
            return None
        if isinstance(value, bool):
            return float(value), 0.0, 1.0
        number = _bare(value)
        if number is not None:
            return self._on_scale(number)
        if not isinstance(value, str) or len(value) > LONGEST:
            raise NoRating("is no rating")
        return self._written(ascii_digits(value.strip()))

    def _on_scale(self, number: float) -> Rating | None:
        if self.scale is None:
            raise NoRating("is on no scale that is known: say it, such as --scale 1-7")
        worst, best = self.scale
        if number == 0 and worst > 0 and self.zero_is_none:
            return None
        if not worst <= number <= best:
            raise NoRating(f"is not between {worst:g} and {best:g}")
        return number, worst, best

    def _written(self, text: str) -> Rating | None:
        if match := _OF.fullmatch(text):
            return _within(
                _float(match[1]), 0.0 if _float(match[1]) < 1 or float(match[2]) > 10 else 1.0, float(match[2])
            )
        if match := _SHARE.fullmatch(text):
            return _within(_float(match[1]), 0.0, 100.0)
        if match := _STARS.fullmatch(text):
            return _within(_float(match[1]), *STARS)
        if (match := _SIGNS.fullmatch(text)) and (stars := _counted(match[1])):
            return stars
        if match := _LABELLED.fullmatch(text):
            return self._on_scale(_float(match[1]))
        return _in_words(text)


def _in_words(text: str) -> Rating:
    plain = folded(text) or text
    if plain in WORDS:
        return WORDS[plain], *STARS
    if plain in ANSWERS:
        return ANSWERS[plain], 0.0, 1.0
    raise NoRating("is no rating")


def _counted(signs: str) -> Rating | None:
    full, empty = (sum(signs.count(sign) for sign in kind) for kind in (_FULL, _EMPTY))
    best = full + empty if empty else 5
    if not full + empty or full > best or best > 10:
        return None
    return float(full), 0.0 if not full else 1.0, float(max(best, 2))


def _within(value: float, worst: float, best: float) -> Rating:
    if not worst <= value <= best or worst >= best:
        raise NoRating(f"is not between {worst:g} and {best:g}")
    return value, worst, best


def _float(written: str) -> float:
    return float(written.replace(",", "."))


def _bare(value: Cell) -> float | None:
    """A number without words or signs; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e9 else math.inf
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = ascii_digits(value.strip()).replace("٫", ".")
    return _float(text) if _BARE.fullmatch(text) else None


def looks_rated(values: Iterable[Cell]) -> float:
    """The share of values that are ratings: words and signs, or small numbers of which few are different."""
    told = [value for value in values if value is not None and str(value).strip()]
    if not told:
        return 0.0
    bare = {number for value in told if (number := _bare(value)) is not None}
    few = len(bare) <= max(11, len(told) // 20) and all(0 <= number <= 100 for number in bare)
    return sum(_reads(value, few) for value in told) / len(told)


def _reads(value: Cell, bare: bool) -> bool:
    if _bare(value) is not None:
        return bare
    try:
        return Ratings().read(value) is not None
    except NoRating:
        return False
