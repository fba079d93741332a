"""Finds the words of themes in texts: whole words and phrases in any script, `*` at the end for any ending."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.text import letters

_KEY = 3  # letters by which the patterns are shelved: few of them share a shelf


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Folded words that must follow each other; the last one may go on when `open_ended`."""

    words: tuple[str, ...]
    open_ended: bool
    theme: int  # column of the theme it tells of


def folded_word(word: str) -> str:
    """A word or phrase as it is compared, without its `*`; "" when nothing of it can be compared."""
    return letters(word.rstrip("*＊ "))


class WordIndex:
    """The words of all themes; a text is looked through once for all of them."""

    def __init__(self, words: Sequence[Iterable[str]]) -> None:
        """`words` has the words of each theme, in the order of the columns of `hits`."""
        self._themes = len(words)
        self._shelves: dict[str, list[_Pattern]] = {}
        for theme, chosen in enumerate(words):
            for word in chosen:
                self._put(word, theme)

    def hits(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """(n, themes): whether a word of the theme stands in the text."""
        found = np.zeros((len(texts), self._themes), np.bool_)
        if self._shelves:
            for row, text in enumerate(texts):
                found[row, list(self._themes_of(letters(text).split()))] = True
        return found

    def _put(self, word: str, theme: int) -> None:
        parts = tuple(folded_word(word).split())
        if parts:
            pattern = _Pattern(parts, word.rstrip().endswith(("*", "＊")), theme)
            self._shelves.setdefault(parts[0][:_KEY], []).append(pattern)

    def _themes_of(self, tokens: list[str]) -> set[int]:
        found: set[int] = set()
        for place, token in enumerate(tokens):
            for size in range(1, min(_KEY, len(token)) + 1):
                shelf = self._shelves.get(token[:size], ())
                found.update(pattern.theme for pattern in shelf if _stands(pattern, tokens, place))
        return found


def _stands(pattern: _Pattern, tokens: list[str], place: int) -> bool:
    *before, last = pattern.words
    here = tokens[place : place + len(pattern.words)]
    if len(here) < len(pattern.words) or here[:-1] != before:
        return False
    return here[-1].startswith(last) if pattern.open_ended else here[-1] == last


def split_words(listed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Words written between commas and line ends, by theme, each once."""
    return {
        theme: tuple(dict.fromkeys(word for part in re.split("[,\n]", text) if (word := part.strip())))
        for theme, text in listed.items()
    }
