"""Makes texts from outside safe to read: bounded, valid Unicode, without invisible control characters."""

import re
import unicodedata

LONGEST = 4000  # characters; the model reads 128 tokens, about 600 characters of most languages

_SURROGATES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """At most LONGEST characters on one line; `""` when nothing readable is left.

    Zero-width joiner and non-joiner stay: Persian, Urdu, Indic scripts and emoji need them.
    """
    text = _SURROGATES.sub(" ", text[: 2 * LONGEST])
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()[:LONGEST]


def folded(text: str) -> str:
    """The form in which names are compared: compatible characters made equal, case removed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(text)).casefold())
