"""Writes words by their consonants alone: then Urdu, Hindi or Telugu and its spelling in Latin letters look alike."""

import re
from functools import lru_cache

_ARABIC = str.maketrans("بپتٹثجچحخدڈذرڑزژسشصضطظغگفقکلمنں", "bpttsjçhkddjrrjjsssjtjggpkklmnn")
_INDIC = dict(enumerate("kkggnççjjnttddnttddnnppbbmyrrlllvsssh", start=0x15)) | {0x02: "n"}
"""By the place in its block: the blocks from Devanagari to Malayalam have the same letter at the same place."""
_LATIN = str.maketrans("cqzf", "kkjp")
_SILENT = re.compile("[aeiouyhwvعاوہی\u0621-\u0626]")
"""Vowels, and consonants that are written in one spelling and left out in the other."""
_DOUBLED = re.compile(r"([^0-9])\1+")


@lru_cache(maxsize=1 << 15)
def consonants(word: str) -> str:
    """The consonants of a word of `monitor.analysis.text.letters`: `nahin`, `nahi` and نہیں are all "n".

    "" when it has none; words of other scripts stay as they are.
    """
    first = word[0]
    if "\u0600" <= first < "\u0700":
        plain = word.translate(_ARABIC)
    elif "\u0900" <= first < "\u0d80":
        plain = "".join(_INDIC.get((ord(sign) - 0x900) % 0x80, "") for sign in word)
    elif word.isascii():
        plain = word.replace("ch", "ç").replace("x", "ks").translate(_LATIN)
    else:
        return word
    bones = _DOUBLED.sub(r"\1", _SILENT.sub("", plain))
    return bones.rstrip("n") or bones
