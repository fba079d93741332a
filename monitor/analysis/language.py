"""Identifies the language of short noisy texts: by script where that decides, else by letter sequences."""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.text import clean
from monitor.errors import ModelUnavailable

UNKNOWN = "und"
WEIGHTS = Path(__file__).parent / "weights" / "language.npz"
BUCKETS = 1 << 15

_READ = 400  # characters: enough for every language, and bounds the time
_FEWEST_LETTERS = 3
_LONGEST_GRAM = 4

_NOISE = re.compile(r"https?://\S*|www\.\S+|[@&]\w+;?|\bRT\b|<[^>]{0,200}>")
_NAMES = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z'’]+(?: [A-Z][a-z'’]+)*")  # capitals within a sentence
_FEWEST_WORDS = 3
_MISLED = {"ur-Latn", "hi-Latn", "te-Latn", "tl", UNKNOWN}
"""What names of people and cities can make of an English text: in training they stand mostly in these languages."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STRETCHED = re.compile(r"(.)\1{2,}")

# First and last code point of each script's letters, and what the script says: a language, or a group to look into.
LATIN, ARABIC, CYRILLIC, HAN = "latin", "arabic", "cyrillic", "han"
_SCRIPTS: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, LATIN),
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, CYRILLIC),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, ARABIC),
    (0x0750, 0x077F, ARABIC),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1E00, 0x1EFF, LATIN),
    (0x3040, 0x30FF, "ja"),
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xAC00, 0xD7AF, "ko"),
    (0xFB50, 0xFEFF, ARABIC),
)
_CYRILLIC_LETTERS = (("kk", "әғқңөұүһ"), ("uk", "їєґ"), ("sr", "ђћџљњ"), ("be", "ў"))
_ARABIC_LETTERS = (("sd", "ٻڄڃڇڏڙڻڪ"), ("ps", "ښځۍټډړ"))


class LanguageIdentifier:
    """A linear model over hashed letter sequences, asked only where several languages share a script."""

    def __init__(
        self, weights: NDArray[np.float32], bias: NDArray[np.float32], languages: Sequence[str], least: float
    ) -> None:
        self._weights = weights  # (BUCKETS, languages)
        self._bias = bias
        self._languages = list(languages)
        self._least = least
        self._groups = {group: self._members(group) for group in (LATIN, ARABIC)}

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """The shipped weights. Raises ModelUnavailable when the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                weights = stored["levels"].astype(np.float32) * stored["scales"][None, :]
                languages = [str(code) for code in stored["languages"]]
                return cls(weights, stored["bias"], languages, float(stored["least"]))
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(f"the language weights {path} cannot be read: reinstall emberwatch") from error

    def identify(self, text: str) -> str:
        """The language code, or `und` when there are fewer than three letters or the model is unsure."""
        letters = normalised(text)
        script = main_script(letters)
        if script is None:
            return UNKNOWN
        if script == LATIN:
            return self._latin(text, letters)
        if script == ARABIC:
            return _by_letter(letters, _ARABIC_LETTERS) or self._among(letters, ARABIC)
        if script == CYRILLIC:
            return _by_letter(letters, _CYRILLIC_LETTERS) or "ru"
        return "zh" if script == HAN else script

    def identify_all(self, texts: Sequence[str]) -> list[str]:
        return [self.identify(text) for text in texts]

    def probabilities(self, text: str) -> dict[str, float]:
        """Of the languages the model knows, whatever the script; for measuring."""
        shares = _softmax(self._logits(normalised(text)))
        return dict(zip(self._languages, map(float, shares), strict=True))

    def _latin(self, text: str, letters: str) -> str:
        """Looks again without the names where they may have misled; measured in docs/sentiment.md."""
        found = self._among(letters, LATIN)
        if found not in _MISLED:
            return found
        nameless = normalised(_NAMES.sub(" ", clean(text)[:_READ]))
        return self._among(nameless, LATIN) if len(nameless.split()) >= _FEWEST_WORDS else found

    def _among(self, letters: str, group: str) -> str:
        members = self._groups[group]
        shares = _softmax(self._logits(letters)[members])
        best = int(shares.argmax())
        return self._languages[members[best]] if shares[best] >= self._least else UNKNOWN

    def _logits(self, letters: str) -> NDArray[np.float32]:
        buckets, values = features(letters)
        logits: NDArray[np.float32] = values @ self._weights[buckets] + self._bias
        return logits

    def _members(self, group: str) -> list[int]:
        arabic = {"ar", "fa", "ur"}
        return [index for index, code in enumerate(self._languages) if (code in arabic) == (group == ARABIC)]


def normalised(text: str) -> str:
    """Lower-case words with single spaces around each; links, names, digits, emoji and stretching removed."""
    words = _CAMEL.sub(" ", _NOISE.sub(" ", clean(text)[:_READ])).casefold()
    return " " + _STRETCHED.sub(r"\1\1", _spaced(words)) + " "


def features(letters: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets and values (length 1 together) of the letter sequences of 1-4 characters and of whole words."""
    counts: Counter[int] = Counter()
    for size in range(1, _LONGEST_GRAM + 1):
        for start in range(len(letters) - size + 1):
            counts[_bucket(letters[start : start + size])] += 1
    for word in letters.split():
        counts[_bucket(f"={word}")] += 2
    values: NDArray[np.float32] = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts)))
    values /= np.float32(max(float(np.linalg.norm(values)), 1e-9))
    return np.fromiter(counts.keys(), np.int64, len(counts)), values


def _spaced(text: str) -> str:
    """Everything but letters and their combining marks becomes a space."""
    return " ".join("".join(c if unicodedata.category(c)[0] in "LM" else " " for c in text).split())


def _bucket(gram: str) -> int:
    return zlib.crc32(gram.encode("utf-8")) & (BUCKETS - 1)


def main_script(letters: str) -> str | None:
    """The script of most letters; kana anywhere means Japanese, and one foreign word in five does not decide."""
    counts = Counter(script for c in letters if c != " " and (script := _script_of(c)))
    if counts.total() < _FEWEST_LETTERS and not counts.keys() & {HAN, "ja", "ko"}:
        return None
    if not counts:
        return None
    if counts["ja"] and counts["ja"] + counts[HAN] > counts.total() / 2:
        return "ja"
    return counts.most_common(1)[0][0]


@cache
def _script_of(character: str) -> str | None:
    code = ord(character)
    return next((script for first, last, script in _SCRIPTS if first <= code <= last), None)


def _by_letter(letters: str, table: tuple[tuple[str, str], ...]) -> str | None:
    return next((code for code, own in table if any(letter in letters for letter in own)), None)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(logits - logits.max())
    shares: NDArray[np.float32] = raised / raised.sum()
    return shares
