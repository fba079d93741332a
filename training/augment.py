"""Writes texts a little differently, as other people would: case, signs, emoji, elongation, romanised spelling."""

import random
import re

_ROMANISED = frozenset(["ur-Latn", "hi-Latn", "te-Latn", "tl", "ta-en", "ml-en", "es-en"])
_HAPPY = ("😍", "👍", "❤️", "🙏", "😊", "🔥", "👏", "💯", "🥰", "😁")
_ANGRY = ("😡", "👎", "😤", "💔", "🤬", "😠", "🙄", "😞", "🤦", "😒")
_SIGNS = ("!", "!!", "!!!", "...", ".", "..", "?!", " :)")
_SPELLINGS = (
    ("aa", "a"), ("a", "aa"), ("ee", "i"), ("i", "ee"), ("i", "e"), ("oo", "u"), ("u", "oo"), ("o", "u"), ("v", "w"),
    ("w", "v"), ("z", "j"), ("j", "z"), ("ph", "f"), ("f", "ph"), ("kh", "k"), ("gh", "g"), ("bh", "b"), ("dh", "d"),
    ("th", "t"), ("d", "dh"), ("t", "th"), ("ch", "chh"), ("sh", "s"), ("q", "k"), ("k", "q"), ("ai", "e"),
    ("ai", "ay"), ("ei", "e"), ("y", "i"), ("ahi", "ai"), ("h", ""), ("e", "ay"), ("c", "k"),
)  # fmt: skip
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1")
_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile("[aeiouAEIOU]")
_HANDLE = re.compile(r"@\w+")
_LINK = re.compile(r"https?\S*|\bhttp\b")


def augmented(text: str, lang: str, leaning: int, chance: random.Random) -> str:
    """The text as it is in about half of the cases; `leaning` -1, 0 or 1 says which emoji may be added."""
    if lang in _ROMANISED and chance.random() < 0.35:
        text = _respelled(text, chance)
    if chance.random() < 0.06:
        text = _elongated(text, chance)
    if chance.random() < 0.25:
        text = _HANDLE.sub("", _LINK.sub("", text)) or text
    draw = chance.random()
    if draw < 0.12:
        text = text.lower()
    elif draw < 0.15:
        text = text.upper()
    elif draw < 0.25:
        text = text[:1].upper() + text[1:]
    if chance.random() < 0.12:
        text = text.rstrip(".! ") + chance.choice(_SIGNS)
    if leaning and chance.random() < 0.10:
        text = f"{text} {chance.choice(_HAPPY if leaning > 0 else _ANGRY) * chance.choice((1, 1, 1, 2, 3))}"
    return text


def _respelled(text: str, chance: random.Random) -> str:
    share = chance.choice((0.15, 0.3))
    return _WORD.sub(lambda word: _word(word[0], chance) if chance.random() < share else word[0], text)


def _word(word: str, chance: random.Random) -> str:
    """One change of spelling: a sound written otherwise, a doubled letter simple, a vowel left out, a slip."""
    draw = chance.random()
    if draw < 0.15:
        return _DOUBLED.sub(r"\1", word)
    if draw < 0.35 and len(word) > 4:
        inner = [found.start() for found in _VOWEL.finditer(word) if 0 < found.start() < len(word) - 1]
        if inner:
            at = chance.choice(inner)
            return word[:at] + word[at + 1 :]
    if draw < 0.42:
        at = chance.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    fitting = [(old, new) for old, new in _SPELLINGS if old in word]
    if not fitting:
        return word
    old, new = chance.choice(fitting)
    return word.replace(old, new, 1)


def _elongated(text: str, chance: random.Random) -> str:
    places = [found.start() for found in re.finditer(r"[aeiouy]\b", text)]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + text[at] * chance.randrange(2, 6) + text[at:]
