"""Says how surely a text is about a brand, from the brand's names alone."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from monitor.analysis.text import clean, folded

_SURE, _PASSING, _GLUED = 1.0, 0.7, 0.5
_LONG_TEXT = 80  # words; one name in a longer text may be mentioned in passing
_SHORTEST_GLUED = 5  # letters of a name that is looked for inside a #onewordtag

_TAG = re.compile(r"[#@]\w+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|_")
# Ways to write one Arabic-script letter, and marks that are left out at will.
_ARABIC = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ہ": "ه", "ة": "ه", "ـ": None})
_VOWEL_MARKS = re.compile("[\u064b-\u0652\u0670]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)  # Thai, Lao, Burmese, Khmer, kana, Han: no spaces between words
_SUFFIXING = re.compile(
    "[\u0b80-\u0d7f\uac00-\ud7af]"
)  # Tamil, Telugu, Kannada, Malayalam, Hangul: case endings are written on the name


def relevance(text: str, title: str, aliases: Sequence[str], exclude: Sequence[str] = ()) -> float:
    """0 when no alias stands in title or text outside an excluded phrase, else up to 1.

    1.0: in the title, in a short text, as a tag or handle, or more than once; 0.7: once in a long text; 0.5: only
    inside a tag without word limits (#boycottbrand). Names are compared without case, accents and Arabic variants.
    """
    names = tuple(key for alias in aliases if (key := _key(alias)))
    barred = tuple(key for phrase in exclude if (key := _key(phrase)))
    if not names:
        return 0.0
    in_title, in_text = _count(title, names, barred), _count(text, names, barred)
    if in_title or in_text > 1 or (in_text and len(text.split()) <= _LONG_TEXT):
        return _SURE
    if _count(_tags_only(text), names, barred):
        return _SURE
    if in_text:
        return _PASSING
    return _GLUED if _glued(f"{title} {text}", names, barred) else 0.0


def _count(text: str, names: tuple[str, ...], barred: tuple[str, ...]) -> int:
    """Places of a name outside excluded phrases, in the text as written or with its tags taken apart."""
    return max(len(set(_outside(form, names, barred))) for form in forms(text))


def forms(text: str) -> tuple[str, ...]:
    """The text in the form in which names are looked for: as written, and with its tags taken apart."""
    written = clean(text)
    return tuple(_text_key(form) for form in dict.fromkeys((written, taken_apart(written))))


def stretches(name: str, form: str) -> list[tuple[int, int]]:
    """Where a name begins and ends in one of the `forms` of a text."""
    key = _key(name)
    return [found.span() for found in _pattern(key).finditer(form)] if key else []


def taken_apart(text: str) -> str:
    """The text with spaces inside its tags and handles, where their words begin."""
    return _TAG.sub(lambda tag: _CAMEL.sub(" ", tag[0]), text)


def places_of(names: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where the names begin and end in a text as written, in composed form (NFC); compared as `relevance` does."""
    signs = [sign if sign.isspace() else _key(sign) for sign in text]  # one by one, to know where each stands
    at = [place for place, sign in enumerate(signs) for _ in sign]
    plain = "".join(signs)
    found = [one for name in names if (key := _key(name)) for one in _pattern(key).finditer(plain)]
    return [(at[one.start()], at[one.end() - 1] + 1) for one in found]


def _outside(key: str, names: tuple[str, ...], barred: tuple[str, ...]) -> Iterator[int]:
    shut = [found.span() for phrase in barred for found in _pattern(phrase).finditer(key)]
    for name in names:
        for found in _pattern(name).finditer(key):
            if not any(start <= found.start() and found.end() <= end for start, end in shut):
                yield found.start()


def _tags_only(text: str) -> str:
    return " ".join(_TAG.findall(clean(text)))


def _glued(text: str, names: tuple[str, ...], barred: tuple[str, ...]) -> bool:
    """A longer name inside a tag, unless an excluded phrase stands in the same tag."""
    for tag in _TAG.findall(clean(text)):
        key = _key(tag)
        if any(_joined(phrase) in key for phrase in barred):
            continue
        if any(len(_joined(name)) >= _SHORTEST_GLUED and _joined(name) in key for name in names):
            return True
    return False


def _joined(key: str) -> str:
    return re.sub(r"[\s@#_.-]", "", key)


@lru_cache(maxsize=4096)
def _pattern(key: str) -> re.Pattern[str]:
    """The name as a word of its own; its parts may be joined, spaced or hyphenated."""
    body = r"[\s_.\-]{0,2}".join(re.escape(part) for part in re.split(r"[\s_\-]+", key) if part)
    before = "" if _UNSPACED.match(key[0]) else rf"(?<![{_WORD_CLASS}])"
    after = "" if _UNSPACED.match(key[-1]) or _SUFFIXING.match(key[-1]) else rf"(?![{_WORD_CLASS}])"
    return re.compile(before + body + after)


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    """The form in which names, tags and single signs are compared."""
    return _compared(text)


@lru_cache(maxsize=64)  # the text is compared with each brand; thousands of long ones would take 100 MB
def _text_key(text: str) -> str:
    return _compared(text)


def _compared(text: str) -> str:
    plain = _VOWEL_MARKS.sub("", folded(text).translate(_ARABIC))
    return _without_latin_accents(plain).replace("’", "'").strip()


def _without_latin_accents(text: str) -> str:
    if text.isascii():
        return text
    out: list[str] = []
    for character in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(character) and out and out[-1].isascii():
            continue
        out.append(character)
    return unicodedata.normalize("NFC", "".join(out))


def _marks() -> str:
    """Vowel signs and other combining marks up to Burmese: `\\w` leaves them out, but a word goes on after them."""
    found = [code for code in range(0x300, 0x10A0) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return "".join(chr(code) for code in found)


_WORD_CLASS = r"\w" + re.escape(_marks())
