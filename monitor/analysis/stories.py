"""Recognises texts that tell the same story: copies, cross-posts, templates, cut and quoted ones."""

import hashlib
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from itertools import chain

from monitor.analysis.consonants import consonants
from monitor.analysis.text import clean, letters
from monitor.facts import Sketch

EXACT_WORDS, EXACT_LETTERS = 6, 24
"""Below this a text is nobody's story: two people who write "worst service ever" did not copy each other."""
NEAR_WORDS = 10
"""Words that two texts must have in common, in this order; below it only the very same words are a story."""
NEAR = 0.74
"""And so much of the longer text they must be. Chosen, like all numbers here, on tests/analysis/story_pairs.yaml."""
SWAP_WORDS = 5
"""Where so many words on end are others, it is another text in the same form: greeting, complaint, farewell."""
PART_WORDS, PART, SMALLEST_PART = 11, 0.8, 0.33
"""Or the shorter one stands in the longer one: words without a gap, their part of the shorter, its of the longer."""
LONGEST = 128
"""Words that are compared; two texts that begin alike for so long are copies."""
SHINGLE_WORDS = 3
BANDS = 6
"""Rows per story. Near copies share most of them, a third of a text shares at least one in 91 of 100 cases."""
CROWDED = 64
"""A band of so many stories is a figure of speech and finds nothing more, so that nobody compares with thousands."""
SHORTLIST = 16
"""Stories that a text is compared with, those first that share most bands."""
SIGNS_PER_WORD = {"\u0e00": 4, "\u3040": 2}
"""From which letter on signs stand alone, and how many of them say as much as a word: Thai and its kin, Chinese."""

_ADDRESSES = re.compile(
    r"https?://\S+|www\.\S+|\S{1,64}@\S+|@[\w.]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/\S*|&\w{1,9};|<[^>]{0,200}>"
)
"""Links, with or without http, mail addresses, @names and marks of HTML; bounded, so that no text makes them slow."""
_REPOST = re.compile(r"^\W*(?:rt|via|fwd?|repost)\b[\s:]*", re.IGNORECASE)
_FIGURES = re.compile(r"[0-9]+(?: [0-9]+)*")
_NOT, _NOT_CODE = "!", 0
_NEGATIONS = (
    "no not never none cannot cant dont doesnt didnt isnt wasnt wont wouldnt hasnt havent couldnt nobody nothing "
    "nahi nahin nhi naheen na mat hindi wala huwag nunca jamas nadie nicht nie kein keine yok degil tidak jangan bukan "
    "ledu leru kaadu kadu vaddu లేదు లేరు కాదు వద్దు نہیں نہ مت لا لم لن ليس नहीं न मत 不 没 無 无"
)
"""Words that turn a sentence round, in the languages that are read most."""


def sketch(text: str) -> Sketch | None:
    """What is kept of a text to find its copies; None when it is too short to be somebody's story."""
    words = letters(_REPOST.sub("", _ADDRESSES.sub(" ", clean(text)))).split()
    unit = _signs_per_word(words)
    if len(words) < EXACT_WORDS * unit or (unit == 1 and sum(map(len, words)) < EXACT_LETTERS):
        return None
    plain = _FIGURES.sub("0", " ".join(words)).split()
    spoken = [sound for word in plain if (sound := _NOT if word in _negations() else consonants(word))][:LONGEST]
    if len(spoken) < NEAR_WORDS * unit:
        return Sketch(_digest(words))  # with its figures: people do write "order 17 has not come yet" by themselves
    return Sketch(_digest(plain), array("H", [unit, *map(_code, spoken)]).tobytes(), _bands(spoken, unit))


def _signs_per_word(words: Sequence[str]) -> int:
    """1, or more when at least half of the words are signs of an unspaced script."""
    for first, unit in reversed(SIGNS_PER_WORD.items()):
        if 2 * sum(len(word) == 1 and word >= first for word in words) > len(words):
            return unit
    return 1


def _digest(words: Sequence[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()


def _bands(words: Sequence[str], unit: int) -> tuple[int, ...]:
    """The least hashes of its runs of three words: a sample that another text with the same runs shares."""
    width = SHINGLE_WORDS * unit
    runs = {" ".join(words[start : start + width]) for start in range(max(1, len(words) - width + 1))}
    hashes = (hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs)
    return tuple(sorted(int.from_bytes(digest, "big", signed=True) for digest in hashes)[:BANDS])


def _code(word: str) -> int:
    return _NOT_CODE if word == _NOT else 1 + zlib.crc32(word.encode()) % 0xFFFF


@cache
def _negations() -> frozenset[str]:
    return frozenset(word for negation in _NEGATIONS.split() for word in letters(negation).split())


def same(one: bytes, other: bytes) -> bool:
    """Whether texts with these signatures tell the same story."""
    return likeness(one, other) > 0


def likeness(one: bytes, other: bytes) -> float:
    """How alike two signatures are, 0..1; 0 when they are not the same story.

    The same story has the same words in the same order but for a few here and there, and as many negations in the same
    places; or the shorter text stands in the longer one without a gap.
    """
    if not one or not other:
        return 0.0
    a, b = array("H", one), array("H", other)
    unit = max(a.pop(0), b.pop(0))
    shorter, longer = sorted((a, b), key=len)
    common = _in_order(shorter, longer)
    alike = common / len(longer)
    if alike >= NEAR and common >= NEAR_WORDS * unit and _denies_alike(a, b) and _widest_swap(a, b) < SWAP_WORDS * unit:
        return alike
    if common < max(PART_WORDS * unit, PART * len(shorter)) or len(shorter) < SMALLEST_PART * len(longer):
        return 0.0
    run = _longest_run(shorter, longer)
    return alike if run >= max(PART_WORDS * unit, PART * len(shorter)) else 0.0


def _in_order(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common subsequence (Hyyrö's bit-parallel way: one step per word)."""
    places: dict[int, int] = {}
    for place, code in enumerate(one):
        places[code] = places.get(code, 0) | 1 << place
    everywhere = (1 << len(one)) - 1
    free = everywhere
    for code in other:
        met = free & places.get(code, 0)
        free = ((free + met) | (free - met)) & everywhere
    return len(one) - free.bit_count()


def _longest_run(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common run of words without a gap."""
    places: dict[int, list[int]] = {}
    for place, code in enumerate(one):
        places.setdefault(code, []).append(place)
    longest, runs = 0, dict[int, int]()
    for code in other:
        runs = {place: runs.get(place - 1, 0) + 1 for place in places.get(code, ())}
        longest = max(longest, *runs.values()) if runs else longest
    return longest


def _widest_swap(one: Sequence[int], other: Sequence[int]) -> int:
    """The most words on end that each text has in the place of the other's, one word in common left aside."""
    widest, gone, come = 0, 0, 0
    for kind, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal" and end - start > 1:
            gone, come = 0, 0
        else:
            gone, come = gone + end - start, come + last - first
        widest = max(widest, min(gone, come))
    return widest


def _denies_alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """As many negations, each beside a word that the other's has too: "works" is not "does not work"."""
    some, others = _denied(one), _denied(other)
    return len(some) == len(others) and all(
        before == after or beside == next_to for (before, beside), (after, next_to) in zip(some, others, strict=True)
    )


def _denied(codes: Sequence[int]) -> list[tuple[int, int]]:
    """The words before and after each negation."""
    padded = [-1, *codes, -1]
    return [(padded[place - 1], padded[place + 1]) for place, code in enumerate(padded) if code == _NOT_CODE]


def shortlist(text: Sketch, by_band: Mapping[int, Sequence[int]]) -> list[int]:
    """The stories that are worth comparing with: those that share most bands, then the oldest."""
    shared = Counter(chain.from_iterable(by_band.get(band, ()) for band in text.bands))
    return [story for _, story in sorted((-bands, story) for story, bands in shared.items())[:SHORTLIST]]


class Shelf:
    """The known stories that a batch may belong to, and the new ones of the batch.

    `exact` gives the story of a fingerprint, `by_band` the stories of a band, `signatures` those of the shortlisted
    ones. A text is compared with the first text of a story only, so that small steps do not lead anywhere; and one
    after another, so that it hardly matters how texts are cut into batches.
    """

    def __init__(
        self, exact: Mapping[str, int], by_band: Mapping[int, Sequence[int]], signatures: Mapping[int, bytes]
    ) -> None:
        self._exact = dict(exact)
        self._known = by_band
        self._made: dict[int, list[int]] = {}
        self._signatures = dict(signatures)
        self.new: dict[int, Sketch] = {}
        """Stories that begin in this batch, numbered -1, -2 …; with the bands that they should be found by."""

    def place(self, text: Sketch) -> int:
        """The story of a text: the same words, else the most alike, else a new one."""
        if text.fingerprint not in self._exact:
            self._exact[text.fingerprint] = self._nearest(text) or self._begin(text)
        return self._exact[text.fingerprint]

    def _nearest(self, text: Sketch) -> int | None:
        near = [*shortlist(text, self._known), *shortlist(text, self._made)]
        kept = {story: self._signatures[story] for story in near if story in self._signatures}
        alike = {story: likeness(signature, text.signature) for story, signature in kept.items()}
        # Of equally alike ones the oldest; stories of this batch are younger than all others, -2 younger than -1.
        best = max(alike, key=lambda story: (alike[story], story > 0, -abs(story)), default=0)
        return best if best and alike[best] > 0 else None

    def _begin(self, text: Sketch) -> int:
        story = -1 - len(self.new)
        bands = tuple(band for band in text.bands if self._tellers(band) < CROWDED)
        self.new[story] = replace(text, bands=bands)
        self._signatures[story] = text.signature
        for band in bands:
            self._made.setdefault(band, []).append(story)
        return story

    def _tellers(self, band: int) -> int:
        return len(self._known.get(band, ())) + len(self._made.get(band, ()))
