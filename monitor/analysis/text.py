"""Makes texts from outside safe to read: bounded, valid Unicode, without invisible control characters."""

import re
import unicodedata

from monitor.analysis.markup import without_markup

LONGEST = 4000  # characters of a text for names, stories and language; its sentiment is read from more, see `readable`
READ = 20_000
"""Characters that the sentiment is read from: of a longer text its first and its last half of them."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACE = re.compile(r"\s+")
_HEAPS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}")
"""More accents on one letter than any language writes; Vietnamese has two."""


def clean(text: str) -> str:
    """At most LONGEST characters on one line; `""` when nothing readable is left.

    Zero-width joiner and non-joiner stay: Persian, Urdu, Indic scripts and emoji need them.
    """
    text = _SURROGATES.sub(" ", text[: 2 * LONGEST])
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()[:LONGEST]


def readable(text: str) -> str:
    """What the model reads: at most READ characters on one line, no marks of HTML; `""` when nothing says anything.

    The middle of a longer text is left out, not its end, where the verdict often stands. Heaps of accents go.
    """
    text = without_markup(_SURROGATES.sub(" ", _ends(text, 2 * READ)))
    text = _ends(_SPACE.sub(" ", _INVISIBLE.sub("", _HEAPS.sub("", text))).strip(), READ)
    return text if any(unicodedata.category(character)[0] in "LNPS" for character in text) else ""


def _ends(text: str, most: int) -> str:
    """The whole text, or of a longer one the first and the last half of `most` characters with a space between."""
    return text if len(text) <= most else f"{text[: most // 2]} {text[len(text) - most // 2 + 1 :]}"


def folded(text: str) -> str:
    """The form in which names are compared: compatible characters made equal, case removed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(text)).casefold())


def letters(text: str) -> str:
    """Folded words with single spaces between them: letters, marks and the digits 0-9, nothing else.

    Accents, vowel points, joiners and apostrophes go; Arabic and Urdu letters that look alike become one; what is
    repeated stands once. Each sign of an unspaced script (Thai, Chinese, Japanese) is a word of its own.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", clean(text)).casefold())
    return _REPEATED.sub(r"\1", _one_alphabet(plain).translate(_FOLDS)).strip()


_REPEATED = re.compile(r"([^0-9])\1+")
_SILENT = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c"
    "\u200c\u200d\ufe00-\ufe0f'\u2018\u2019\u02bc`\u00b4]"
)
"""Accents, Hebrew and Arabic points, kashida, the Devanagari dot, joiners, variation selectors, apostrophes."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Khmer, kana and Han."""
_ALIKE = {ord(seen): one for one, others in (("ی", "يىېے"), ("ک", "كڪ"), ("ہ", "هھةۃە")) for seen in others}
_LOOK_LATIN = str.maketrans("аеорсухіјѕԁһԛԝ", "aeopcyxijsdhqw")
_MIXED = re.compile("[a-z][\u0430-\u0527]|[\u0430-\u0527][a-z]")


def _one_alphabet(text: str) -> str:
    """Cyrillic letters that pass for Latin ones in a word with both become those."""
    if not _MIXED.search(text):
        return text
    return " ".join(word.translate(_LOOK_LATIN) if _MIXED.search(word) else word for word in text.split(" "))


class _Folds(dict[int, str]):
    """What becomes of each character; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code))
        return found


def _fold(character: str) -> str:
    if _SILENT.match(character):
        return ""
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind[0] not in "LM":
        return " "
    plain = _ALIKE.get(ord(character), character)
    return f" {plain} " if _UNSPACED.match(plain) else plain


_FOLDS = _Folds()
