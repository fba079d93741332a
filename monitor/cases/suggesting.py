"""Suggests who should own a case: who reads its language, knows its theme, and has room, with the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.languages import language_name

LISTED = 5
READS, KNOWS = 4.0, 2.0
"""What a language and a theme are worth in open cases: who reads it may have four more open than who does not."""
HOSTILE = 4.0
"""What a share of 100 % hostile texts is worth in open cases, when the text of the case is hostile too."""
_SAME = {"fil": "tl"}


class Why(StrEnum):
    """Why somebody is suggested; what stands beside it is said in `Because`."""

    READS = "reads"
    KNOWS = "knows"
    OPEN = "open"
    HOSTILE = "hostile"
    LATELY = "lately"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: `value` is a language's code or a theme's id, `number` how many (of `of`)."""

    why: Why
    value: str = ""
    number: int = 0
    of: int = 0

    @property
    def words(self) -> str:
        """The reason in plain words."""
        return {
            Why.READS: f"reads {language_name(self.value)}",
            Why.KNOWS: f"knows {self.value}",
            Why.OPEN: f"{self.number} open",
            Why.HOSTILE: f"{self.number} of {self.of} hostile lately",
            Why.LATELY: f"answered {self.number} lately",
        }[self.why]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could own a case. `most` is how many open ones they can carry at once, None: not said.

    `cases`, `hostile` and `answered` count those of the last days. Without `languages` it is not known what they read.
    """

    name: str
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    most: int | None = None
    load: int = 0
    cases: int = 0
    hostile: int = 0
    answered: int = 0

    @property
    def hostile_share(self) -> float:
        """Of the cases of the last days, 0..1."""
        return self.hostile / self.cases if self.cases else 0.0

    @property
    def has_room(self) -> bool:
        return self.most is None or self.load < self.most


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who should own a case, and why."""

    name: str
    reasons: tuple[Because, ...]
    load: int
    hostile: int
    of: int  # cases of the last days, of which so many are hostile

    @property
    def words(self) -> str:
        """The reasons in one line: `reads Urdu, knows refund, 3 open`."""
        return ", ".join(reason.words for reason in self.reasons)


def suggest(
    candidates: Sequence[Candidate], *, language: str, themes: Sequence[str], hostile: bool
) -> tuple[Suggestion, ...]:
    """Who should own a case about this, the best first. Who is full is left out; so is who is known not to read it,
    unless nobody does.

    Language counts most, then theme, then few open cases; a hostile text goes to who carries few of them. Of equals the
    one with the fewer cases of the last days comes first, then the one whose name does.
    """
    with_room = [one for one in candidates if one.has_room]
    able = [one for one in with_room if not one.languages or _reads(one, language)] or with_room

    def rank(one: Candidate) -> tuple[float, int, str]:
        worth = READS * bool(_reads(one, language)) + KNOWS * bool(_known(one, themes))
        return one.load - worth + HOSTILE * hostile * one.hostile_share, one.cases, one.name

    return tuple(
        Suggestion(one.name, tuple(_reasons(one, language, themes, hostile=hostile)), one.load, one.hostile, one.cases)
        for one in sorted(able, key=rank)[:LISTED]
    )


def _reads(one: Candidate, language: str) -> str:
    """The person's own code of the language of a text; "" when they do not read it.

    Filipino is Tagalog here. Who reads a language in its script is not taken to read it in Latin letters, nor the other
    way round.
    """
    asked = _SAME.get(language, language)
    return next((code for code in one.languages if _SAME.get(code, code) == asked), "")


def _known(one: Candidate, themes: Sequence[str]) -> str:
    return next((theme for theme in themes if theme in one.themes), "")


def _reasons(one: Candidate, language: str, themes: Sequence[str], *, hostile: bool) -> list[Because]:
    reads, knows = _reads(one, language), _known(one, themes)
    found = [Because(Why.READS, reads)] if reads else []
    found += [Because(Why.KNOWS, knows)] if knows else []
    found.append(Because(Why.OPEN, number=one.load))
    if hostile and one.cases:
        found.append(Because(Why.HOSTILE, number=one.hostile, of=one.cases))
    if not one.languages and one.answered:
        found.append(Because(Why.LATELY, number=one.answered))
    return found
