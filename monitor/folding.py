"""Words of a text in one form, and what people ask for, so that searching finds words however they were typed.

Folded are case, accents, full-width letters, Arabic and Urdu letters that look alike, vowel marks, stretched lines,
joiners and digits. What is written without spaces (Thai, Chinese, Japanese and their kin) becomes pairs of letters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 40
"""Letters; what is longer is hardly a word, and is cut on both sides alike."""
LONGEST_QUERY, MOST_TERMS = 300, 12

_DROPPED = (
    (0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
    (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06DC), (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08FF),
    (0x093C, 0x093C), (0x09BC, 0x09BC), (0x0A3C, 0x0A3C), (0x0ABC, 0x0ABC), (0x0B3C, 0x0B3C),
    (0x00AD, 0x00AD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF), (0xE0100, 0xE01EF),
)  # fmt: skip
"""Accents; vowel marks and stretching of Hebrew and Arabic; nukta of Indic scripts; invisible signs."""
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_ALIKE = {
    "ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ه": "ہ", "ة": "ہ", "ۃ": "ہ", "ھ": "ہ", "ە": "ہ", "ٱ": "ا",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe",
}  # fmt: skip
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\uaa60-\uaadf"  # Thai, Lao, Burmese, Khmer, Tai
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana, Han
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_HIGHEST_LETTER = 0x1F000
"""From here on there are emoji, and Han letters, which are neither marks nor digits."""


def _category(prefix: str) -> Iterator[str]:
    letters = (chr(code) for code in range(0x0300, _HIGHEST_LETTER))
    return (letter for letter in letters if unicodedata.category(letter).startswith(prefix))


_DROP = dict.fromkeys(code for first, last in _DROPPED for code in range(first, last + 1))
_SAME = str.maketrans(_ALIKE | {digit: str(unicodedata.digit(digit)) for digit in _category("Nd")})
_WORD = re.compile(rf"[\w{_INVISIBLE}\U000e0100-\U000e01ef{''.join(_category('M'))}]+")
_PART = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}](?:(?![_{_UNSPACED}])[\w{''.join(_category('M'))}])*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SCRIPT = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: words that follow each other, of which the last may go on when `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False
    without: bool = False  # texts that have it are not wanted


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word of a text and where it stands."""

    start: int
    end: int
    word: str


def words(text: str) -> list[str]:
    """The words of a text as they are searched, in order. Letters of unspaced scripts come in overlapping pairs."""
    return [word for _, stretch in _stretches(text) for part in _parts(stretch) for word in _indexed(part)]


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """Where each stretch of letters, marks and digits begins, and how it is written; each is spaced or unspaced."""
    for found in _WORD.finditer(text):
        if found[0].isascii():
            yield found.start(), found[0]
        else:
            yield from ((found.start() + part.start(), part[0]) for part in _SCRIPT.finditer(found[0]))


@lru_cache(maxsize=1 << 16)
def _parts(written: str) -> tuple[str, ...]:
    """What one stretch comes to: mostly one word, but several for `foo_bar` or `ﷺ`."""
    if written.isascii() and "_" not in written:
        return (written.lower()[:LONGEST_WORD],)
    found = unicodedata.normalize("NFKC", written).casefold()
    bare = unicodedata.normalize("NFD", found).translate(_DROP)
    plain = unicodedata.normalize("NFC", bare).translate(_SAME)
    return tuple(part[: len(part) if _is_unspaced(part) else LONGEST_WORD] for part in _PART.findall(plain))


def _is_unspaced(part: str) -> bool:
    return _IS_UNSPACED.match(part) is not None


def _indexed(part: str) -> Sequence[str]:
    return [part[i : i + 2] for i in range(len(part))] if _is_unspaced(part) else (part,)


_QUOTES = '"“”„«»＂'
_ASKED = re.compile(
    r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"'  # within plain quotes, others are part of what is quoted
    rf"|[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?"
    rf"|(?P<plain>[^\s{_QUOTES}]+))(?P<star>\*)?"
)


def terms(query: str) -> tuple[Term, ...]:
    """What a person asks for: words that must all occur, "a phrase", -without, begin* ; anything else is ignored."""
    found = []
    for asked in _ASKED.finditer(query[:LONGEST_QUERY]):
        plain = asked["plain"] or ""
        term = _term(asked["phrase"] or asked["quoted"] or plain)
        if term.words:
            star = bool(asked["star"]) or plain.endswith(("*", "＊"))
            found.append(Term(term.words, term.prefix or star, without=bool(asked["minus"])))
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def _term(written: str) -> Term:
    """The words of a phrase; a single letter at the end of an unspaced script stands for all pairs it begins."""
    parts = [part for _, stretch in _stretches(written) for part in _parts(stretch)]
    if not parts:
        return Term(())
    *before, last = parts
    lone = _is_unspaced(last) and len(last) == 1
    ending = _indexed(last) if lone or not _is_unspaced(last) else _indexed(last)[:-1]
    return Term((*(word for part in before for word in _indexed(part)), *ending), prefix=lone)


def spans(text: str, wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Where a text has what was searched: [start, end) of each place, in order, not touching each other."""
    placed = [place for start, stretch in _stretches(text) for place in _placed(start, stretch)]
    shown = [term for term in wanted if not term.without]
    found = sorted(span for term in shown for span in _spans(placed, term))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _placed(start: int, stretch: str) -> Iterator[_Placed]:
    parts = _parts(stretch)
    origins = _origins(stretch, parts)
    for part in parts:
        for at, word in enumerate(_indexed(part)):
            here = origins[at : at + len(word)] or (0, len(stretch) - 1)
            yield _Placed(start + here[0], start + here[-1] + 1, word)


def _origins(stretch: str, parts: Sequence[str]) -> Sequence[int]:
    """Which sign of an unspaced stretch each sign of its folded form comes from; empty where that is not told."""
    if len(parts) != 1 or not _is_unspaced(parts[0]):
        return ()
    if len(parts[0]) == len(stretch):
        return range(len(stretch))
    folded = ["".join(_parts(sign)) for sign in stretch]  # Thai AM is two signs, an invisible one is none
    fits = "".join(folded) == parts[0]
    return [at for at, signs in enumerate(folded) for _ in signs] if fits else ()


def _spans(placed: Sequence[_Placed], term: Term) -> Iterator[tuple[int, int]]:
    *before, last = term.words
    size = len(term.words)
    for at in range(len(placed) - size + 1):
        here = placed[at : at + size]
        ending = here[-1].word
        fits = ending.startswith(last) if term.prefix else ending == last
        if fits and all(place.word == word for place, word in zip(here, before, strict=False)):
            yield here[0].start, here[0].start + 1 if _is_lone(term) else here[-1].end


def _is_lone(term: Term) -> bool:
    """One letter of an unspaced script: only it is meant, not the pair it begins."""
    return term.prefix and len(term.words) == 1 and len(term.words[0]) == 1 and _is_unspaced(term.words[0])
