"""Finds who of the team a customer praises by name: whole words in any script, and care with names that are words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.folding import Term, spans, words
from monitor.praise.words import (
    AFTER_NAMES,
    BEFORE_NAMES,
    BLAMES,
    CLAUSE_WORDS,
    CLOSINGS,
    NOT_THEM,
    RELATIVES,
    SUFFIXES,
    TITLES,
    WORDS_TOO,
    Phrase,
)

LONGEST_TEXT = 8_000
"""Letters that are looked through."""
_CLAUSE_END = re.compile(r"[.!?;:\n،؛۔।,]+")
_SHORT_TITLE = re.compile(r"\b(mr|mrs|ms|dr)\.", re.IGNORECASE)
_MADAM = re.compile(r"\bma['’]am\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\n۔।:—–-]\s*$")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name stands: [start, end) in the text, and the words around it in their folded form."""

    text: str
    start: int
    end: int
    before: Phrase
    after: Phrase

    @property
    def written(self) -> str:
        return self.text[self.start : self.end]


def praised(text: str, people: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """The people, of (name, names by which customers call them), that a positive text names with praise; in order.

    A longer name goes before a shorter one within it, and what two people are called by names neither. Left out is
    who is blamed in the same clause, whom the customer tells of their own family, and how a text is signed.
    """
    shown = _MADAM.sub("madam", _SHORT_TITLE.sub(r"\1 ", text[:LONGEST_TEXT]))  # each as long as before
    present = frozenset(words(shown))
    taken: list[tuple[int, int]] = []
    found: dict[str, int] = {}
    for term, name in _terms(tuple((name, tuple(known_as)) for name, known_as in people)):
        for start, end in _places(shown, term, present):
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            if name and _is_praise(_place(shown, start, end), term):
                found.setdefault(name, start)
    return tuple(sorted(found, key=found.__getitem__))


@lru_cache(maxsize=8)
def _terms(people: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[Phrase, str], ...]:
    """The folded words of each name with whose it is, the longest first; "" for whose it is when it is two people's."""
    named = {(tuple(words(known)), name) for name, known_as in people for known in known_as if words(known)}
    owners = Counter(term for term, _ in named)
    ordered = sorted(named, key=lambda pair: (-len(pair[0]), -sum(map(len, pair[0])), pair))
    return tuple((term, name if owners[term] == 1 else "") for term, name in ordered)


def _places(text: str, term: Phrase, present: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the name stands as whole words; a Telugu one also with what grammar hangs on its end."""
    *first, last = term
    if not present.issuperset(first):
        return
    endings = ("", *SUFFIXES) if "\u0c00" <= last[0] <= "\u0c7f" else ("",)
    for ending in endings:
        if last + ending in present:
            yield from spans(text, [Term((*first, last + ending))])


def _place(text: str, start: int, end: int) -> _Place:
    """With the words of its own clause on both sides, and one more before it."""
    begin = max((mark.end() for mark in _CLAUSE_END.finditer(text, 0, start)), default=0)
    stop = _CLAUSE_END.search(text, end)
    after = words(text[end : stop.start() if stop else len(text)])
    return _Place(text, start, end, tuple(words(text[begin:start])), tuple(after))


def _is_praise(place: _Place, term: Phrase) -> bool:
    if _is_signed(place) or _is_blamed(place):
        return False
    if _ends(place.before, NOT_THEM) or (place.before and place.before[-1] in RELATIVES):
        return False
    return len(term) > 1 or term[0] not in WORDS_TOO or _is_a_name_here(place)


def _is_signed(place: _Place) -> bool:
    """At the very end, after the end of a sentence or a closing: the customer's own name."""
    if words(place.text[place.end :]) or not place.text[: place.start].strip():
        return False
    earlier = place.text[: place.start]
    last = words(earlier)[-1:]
    return bool(_SENTENCE_END.search(earlier)) or bool(last and last[0] in CLOSINGS)


def _is_blamed(place: _Place) -> bool:
    """Whether the clause that names them complains; what follows "but" is another clause."""
    clause = _until(reversed(place.before)), _until(place.after)
    return any(word in BLAMES for part in clause for word in part)


def _until(some: Iterable[str]) -> Iterator[str]:
    for word in some:
        if word in CLAUSE_WORDS:
            return
        yield word


def _is_a_name_here(place: _Place) -> bool:
    """Whether a name that is a word too (Grace, sana, نور) is a name in this place.

    It has a title or what stands before names, or is said to have done something, or is written large in the middle
    of a sentence that is not all large.
    """
    beside = place.before[-1:] + place.after[:1]
    if any(word in TITLES for word in beside) or _ends(place.before, BEFORE_NAMES) or _begins(place.after, AFTER_NAMES):
        return True
    return bool(place.before) and place.written.istitle() and not _shouts(place.text)


def _ends(said: Phrase, phrases: frozenset[Phrase]) -> bool:
    return any(said[-size:] in phrases for size in (1, 2, 3))


def _begins(said: Phrase, phrases: frozenset[Phrase]) -> bool:
    return any(said[:size] in phrases for size in (1, 2, 3))


def _shouts(text: str) -> bool:
    """Whether more letters are large than small, or every word begins large: then it says nothing."""
    cased = [char for char in text if char.isupper() or char.islower()]
    large = sum(char.isupper() for char in cased)
    longer = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word[0].isupper() or word[0].islower()]
    return 2 * large > len(cased) or (len(longer) > 2 and all(word[0].isupper() for word in longer))
