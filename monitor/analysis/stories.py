"""Recognises texts that tell the same thing word for word."""

import hashlib
import re
import unicodedata

from monitor.analysis.text import folded

_FEWEST_WORDS = 6
_FEWEST_LETTERS = 24

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+|&\w+;|<[^>]{0,200}>")
_REPOST = re.compile(r"^\s*(?:rt|via|fwd?|repost)\b[\s:]*")
_STRETCHED = re.compile(r"(.)\1{2,}")


def fingerprint(text: str) -> str | None:
    """The same 32 hex digits for texts that differ only in case, links, names called, emoji, punctuation or stretching.

    None for a text too short to be somebody's story: two people who write "worst service ever" did not copy each other.
    """
    words = _words(text)
    letters = sum(len(word) for word in words)
    if letters < _FEWEST_LETTERS or (len(words) < _FEWEST_WORDS and not _is_unspaced(words)):
        return None
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()


def _words(text: str) -> list[str]:
    plain = _REPOST.sub("", _NOISE.sub(" ", folded(text)))
    kept = "".join(character if _is_word_part(character) else " " for character in plain)
    return _STRETCHED.sub(r"\1", kept).split()


def _is_word_part(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _is_unspaced(words: list[str]) -> bool:
    """Thai, Chinese or Japanese: a sentence is one or two of what we took for words."""
    longest = max(words, key=len)
    return len(longest) >= _FEWEST_LETTERS // 2 and not longest.isascii() and ord(longest[0]) >= 0x0E00
