"""What the way a name is written in a text says of whether the brand is meant."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.analysis.relevance import places_of, taken_apart
from monitor.analysis.text import LONGEST, clean

_AROUND = 40  # characters in which the words before and after are looked for
_WINDOW = 5  # words on either side of the name: more of them blurred what it stands for, cross-validated
_MOST_PLACES = 20

_SENTENCE_END = re.compile(r"[.!?:;…\"“«(\[\n|*]\s*$")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)['’]?\s*$")
_WORD_AFTER = re.compile(r"\s*([^\W\d_]+)")
_CAPITAL = re.compile(r"\b[A-Z][a-z]+")
_ARTICLES = re.compile(
    "an?|the|my|your|his|her|our|their|this|that|these|every|some|any|no|each|el|las?|los|una?|les?|une|der|die|das|"
    "eine?|il|lo|os|as|uma?|de|ang|yung"
)
_PLACES = re.compile("from|at|on|by|via|with|of|vs|than")

FEATURES = ("proper", "start", "lower", "lower_alone", "tag", "inside", "article", "place")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the name stands."""

    written: str
    before: str
    after: str


def places(text: str, names: Sequence[str]) -> list[Place]:
    """Where any of the names stands in the text, its tags taken apart when it stands nowhere else."""
    lines = (clean(line) for line in text[: 2 * LONGEST].split("\n"))  # a title ends where its line does
    plain = unicodedata.normalize("NFC", "\n".join(line for line in lines if line)[:LONGEST])
    for form in (plain, taken_apart(plain)):
        found = places_of(names, form)[:_MOST_PLACES]
        if found:
            return [Place(form[start:end], form[:start], form[end:]) for start, end in found]
    return []


def window(found: Sequence[Place]) -> str:
    """The first name with the words around it; "" without one."""
    if not found:
        return ""
    first, parts = found[0], _WINDOW + 1  # what touches the name is a part too, mostly an empty one
    before, after = (side.replace("\n", " ").split(" ") for side in (first.before, first.after))
    return " ".join(before[-parts:]) + first.written + " ".join(after[:parts])


def features(found: Sequence[Place]) -> list[float]:
    """FEATURES: the share of the places, 0..1, that are written so."""
    if not found:
        return [0.0] * len(FEATURES)
    rows = [_of(place) for place in found]
    return [sum(name in row for row in rows) / len(rows) for name in FEATURES]


def _of(place: Place) -> set[str]:
    starts = not place.before.strip() or bool(_SENTENCE_END.search(place.before))
    tag = place.before[-1:] in ("@", "#")
    said = {"tag"} if tag else {_case(place, starts)}
    before = _WORD_BEFORE.search(place.before[-_AROUND:])
    if not tag and place.written[:1].isupper() and _in_longer_name(place, starts):
        said.add("inside")
    if before and not starts:
        word = before[1].lower()
        said |= {kind for kind, words in (("article", _ARTICLES), ("place", _PLACES)) if words.fullmatch(word)}
    return said


def _case(place: Place, starts: bool) -> str:
    if place.written.islower():  # says little in a text without any capitals
        return "lower" if _CAPITAL.search(place.before + " " + place.after) else "lower_alone"
    if place.written.isupper() and len(place.written) > 1:
        return "capitals"
    return "start" if starts else "proper"


def _in_longer_name(place: Place, starts: bool) -> bool:
    """A capitalised word stands right before or after it, as in Boston Globe."""
    before, after = _WORD_BEFORE.search(place.before[-_AROUND:]), _WORD_AFTER.match(place.after[:_AROUND])
    joined_before = bool(before and not starts and place.before[-1:] == " " and before[1][0].isupper())
    return joined_before or bool(after and place.after[:1] == " " and after[1][0].isupper())
