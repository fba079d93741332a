"""Whether a complaint is hard to read: insults, threats, accusations and shouting, by lists of words, with the reason.

A rule and no model, so that whoever carries hostile texts can see why one was counted. One insult or threat is enough;
of milder signs (accusations, shouting) two. The words are in `hostile_words`; how often the rule is right was looked at
by hand, see docs/cases.md. It hears no irony, and nothing in languages that have no list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from monitor.cases.hostile_words import ACCUSATIONS, INSULTS, THREATS
from monitor.folding import words

LOOKED_AT = 4000
"""Letters of a text; who insults does so before that."""
ENOUGH = 2
"""Weight from which a text is hostile."""
_SHOUTED_LETTERS = 20
"""Capital letters from which a text shouts; an order's number or a brand has fewer."""
_SHOUTED_SHARE = 0.7
_MARKS = re.compile(r"[!?]{4,}|(?:[!?]{2,}.*?){3,}", re.DOTALL)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_MASKED = re.compile(r"(?<![\w*])[^\W\d_]{1,3}(?:\*{2,}[^\W\d_]{0,4}|[*#@$%]{2,}[^\W\d_]{1,4})(?![\w*])")


class Sign(StrEnum):
    """What makes a text hard to read."""

    INSULT = "insult"
    THREAT = "threat"
    MASKED = "masked word"  # f***
    ACCUSATION = "accusation"
    SHOUTING = "shouting"

    @property
    def weight(self) -> int:
        return 1 if self in (Sign.ACCUSATION, Sign.SHOUTING) else ENOUGH


@dataclass(frozen=True, slots=True)
class Heard:
    """One sign, and the words that show it, in folded form; "" for shouting."""

    sign: Sign
    words: str = ""


def signs(text: str) -> tuple[Heard, ...]:
    """What makes a text hard to read, each sign and word once, the gravest first."""
    text = text[:LOOKED_AT]
    found = list(dict.fromkeys(_heard(text)))
    return tuple(sorted(found, key=lambda one: list(Sign).index(one.sign)))


def is_hostile(text: str) -> bool:
    """Whether a text is hard to read for who must answer it."""
    return sum(one.sign.weight for one in signs(text)) >= ENOUGH


def _heard(text: str) -> Iterator[Heard]:
    folded = f" {' '.join(_plain_words(text))} "
    for sign, listed in ((Sign.INSULT, INSULTS), (Sign.THREAT, THREATS), (Sign.ACCUSATION, ACCUSATIONS)):
        yield from (Heard(sign, match[1]) for match in _pattern(listed).finditer(folded))
    yield from (Heard(Sign.MASKED, match[0].lower()) for match in _MASKED.finditer(text))
    if _shouts(text):
        yield Heard(Sign.SHOUTING)


def _plain_words(text: str) -> list[str]:
    """The folded words, without letters that are stretched: `idiooots` are idiots."""
    return words(_STRETCHED.sub(r"\1", text))


def _shouts(text: str) -> bool:
    letters = [char for char in text if char.isupper() or char.islower()]  # scripts without capitals do not count
    upper = sum(char.isupper() for char in letters)
    return (upper >= _SHOUTED_LETTERS and upper >= _SHOUTED_SHARE * len(letters)) or bool(_MARKS.search(text))


@cache
def _pattern(listed: str) -> re.Pattern[str]:
    """Finds the phrases of a list in folded words with single spaces; the longest first."""
    phrases = sorted({_folded(line) for line in listed.split("\n") if line.strip()}, key=len, reverse=True)
    return re.compile(rf"(?<= )({'|'.join(phrases)})(?= )")


def _folded(line: str) -> str:
    """The pattern of a phrase, its words as those of texts are."""
    *before, last = _plain_words(line)
    ending = re.escape(last) + ("[^ ]*" if line.rstrip().endswith("*") else "")
    return " ".join([*map(re.escape, before), ending])
