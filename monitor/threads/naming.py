"""Names groups of texts by the words and word pairs that they use more than others of their language do."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.folding import words as folded_words
from monitor.threads.common_words import COMMON

MOST_WORDS = 4
NAMED_BY = 3
"""Words of a name; the fourth is listed."""
LEAST_TEXTS, LEAST_SHARE = 3, 0.08
"""A word names a group when so many of its texts, by different people, use it: no single customer's word does."""
LONGEST_WORD = 30
_READ = 1_200  # signs of a text: a thread is told early, and no long text rules the name
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\S+|\S+\.(?:com|net|org|pk|in|ph|io|co)\b\S*", re.IGNORECASE)
_SPLIT = re.compile(r"\S+")
_PRIOR = 1.0  # texts that are thought to use any word, so that one that is new everywhere does not win by that


@dataclass(frozen=True, slots=True)
class Told:
    """One text, its language, and who wrote it (a number of their own when they are not named)."""

    text: str
    language: str
    author: int


@dataclass(frozen=True, slots=True)
class _Term:
    """A word or a pair as it is compared, and how it was written."""

    key: str
    written: str


@dataclass(slots=True)
class _Used:
    """How often terms are used, by language: texts of the language, and of each term."""

    texts: Counter[str] = field(default_factory=Counter)
    of_term: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, language: str, keys: Iterable[str]) -> None:
        self.texts[language] += 1
        self.of_term[language].update(keys)

    def share(self, language: str, key: str) -> float:
        """Of the texts of the language, smoothed."""
        return (self.of_term[language][key] + _PRIOR) / (self.texts[language] + 20 * _PRIOR)


def name_all(
    groups: Sequence[Sequence[Told]], others: Sequence[Told], left_out: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """Up to four telling words per group, the most telling first, in the script people wrote; () when none is.

    Class TF-IDF against the other groups and the `others`, each word beside the texts of the same language, so that a
    group of one language is not named by its small words. `left_out` are names such as those of the brand. No word
    tells of two groups: the one of which it tells more keeps it.
    """
    shut = {word for name in left_out for word in folded_words(name)} | COMMON
    used = _Used()
    parsed = [[(told, _terms(told.text, shut)) for told in group] for group in groups]
    for group in parsed:
        for told, terms in group:
            used.add(told.language, terms.keys())
    for told in others:
        used.add(told.language, _terms(told.text, shut).keys())
    scored = [_scores(group, used) for group in parsed]
    best: dict[str, float] = {}
    for scores in scored:
        for key, (score, _) in scores.items():
            best[key] = max(score, best.get(key, 0.0))
    return [_chosen({key: said for key, said in scores.items() if said[0] >= best[key]}) for scores in scored]


def name_of(words: Sequence[str]) -> str:
    """What a group is called until somebody calls it otherwise."""
    return " · ".join(words[:NAMED_BY])


def _scores(group: Sequence[tuple[Told, dict[str, str]]], used: _Used) -> dict[str, tuple[float, str]]:
    """Per term of a group how telling it is (bits over all texts), and its most frequent spelling."""
    number: Counter[str] = Counter()
    authors: dict[str, set[int]] = defaultdict(set)
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    languages = Counter(told.language for told, _ in group)
    for told, terms in group:
        number.update(terms.keys())
        for key, written in terms.items():
            authors[key].add(told.author)
            spelled[key][written] += 1
    least = max(LEAST_TEXTS, LEAST_SHARE * len(group))
    found = {}
    for key, seen in number.items():
        if seen < least or len(authors[key]) < LEAST_TEXTS:
            continue
        expected = sum(texts * used.share(language, key) for language, texts in languages.items())
        score = seen * math.log(seen / expected)
        if score > 0:
            found[key] = (score, max(spelled[key].items(), key=lambda item: (item[1], item[0]))[0])
    return found


def _chosen(scores: dict[str, tuple[float, str]]) -> tuple[str, ...]:
    """The best, where a pair takes the place of its words when it tells nearly as much."""
    order = sorted(scores, key=lambda key: (-scores[key][0] * (1.25 if " " in key else 1.0), key))
    taken: list[str] = []
    for key in order:
        if not any(_overlap(key, other) for other in taken):
            taken.append(key)
        if len(taken) == MOST_WORDS:
            break
    return tuple(scores[key][1] for key in taken)


def _overlap(one: str, other: str) -> bool:
    return not set(one.split()).isdisjoint(other.split())


def _terms(text: str, shut: Collection[str]) -> dict[str, str]:
    """The words and the pairs of neighbours of a text, each by its folded form, as written there first."""
    found: dict[str, str] = {}
    before: _Term | None = None
    for term in _words(text, shut):
        if term is not None:
            found.setdefault(term.key, term.written)
            if before is not None and before.key != term.key:
                found.setdefault(f"{before.key} {term.key}", f"{before.written} {term.written}")
        before = term
    return found


def _words(text: str, shut: Collection[str]) -> Iterator[_Term | None]:
    """Words in order; None where one is left out, so that a pair is of neighbours."""
    for found in _SPLIT.finditer(_LINK.sub(" · ", text[:_READ])):
        written = _bare(found[0])
        parts = folded_words(written)
        if len(parts) == 1:
            yield _term(parts[0], written.lower(), shut)
        else:
            for part in parts or [""]:
                yield _term(part, part, shut)


def _bare(written: str) -> str:
    """Without the signs around it; vowel signs of Indic scripts are marks, which are part of the word."""
    place = [number for number, sign in enumerate(written) if unicodedata.category(sign)[0] in "LMN"]
    return written[place[0] : place[-1] + 1] if place else ""


def _term(key: str, written: str, shut: Collection[str]) -> _Term | None:
    usable = 1 < len(key) <= LONGEST_WORD and key not in shut and not any(sign.isdigit() for sign in key)
    return _Term(key, written) if usable and len(written) <= LONGEST_WORD else None
