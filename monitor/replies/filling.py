"""Fills the places of a template; text from outside fills a place and is never a template itself."""

import re
import unicodedata

PLACES = {
    "name": "the customer's name",
    "brand": "the brand's name",
    "agent": "who answers",
    "by": "the day and hour by which it is solved",
    "theme": "what it is about",
    "offer": "what an agent may give",
    "alternative": "what is possible where the wish is not",
}
"""What may stand in braces in a template, and what it stands for."""
_PLACE = re.compile(r"\{([a-z_]*)\}")
_LONGEST_NAME = 40
_NOBODY = re.compile(
    r"(?:an? )?(?:\w+ ){0,2}(?:user|customer|reviewer|shopper|buyer)"
    r"|(?:an? )?(?:anonymous|anonym|anon|guest|visitor|unknown|deleted|removed|admin|account|member|owner|client)"
    r"(?: (?:user|account|guest|member|author))?",
    re.IGNORECASE,
)
"""What places show instead of a name."""
_MARK = "\u200e"
_STRONG = frozenset({"L", "R", "AL"})
_NAME_SIGNS = frozenset(" .'’-ʼ\u200c\u200d")


def refuse_unknown(text: str) -> str:
    """The template as it is; ValueError names a place that nothing fills, or a brace that is none."""
    for place in _PLACE.findall(text):
        if place not in PLACES:
            known = ", ".join(f"{{{name}}}" for name in PLACES)
            raise ValueError(f"{{{place}}} cannot be filled in; there are {known}")
    rest = _PLACE.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError("a brace is neither opened nor closed; places are written like {name}")
    return text


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its places filled, in one pass: braces in what is filled in stay what they are."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def missing(text: str, values: dict[str, str]) -> tuple[str, ...]:
    """The places of a text that have no value, in their order."""
    return tuple(dict.fromkeys(place for place in _PLACE.findall(text) if not values.get(place)))


def keep_apart(value: str) -> str:
    """The value with left-to-right marks where it would come apart between right-to-left words.

    A Latin value that begins or ends in a digit or a sign ("7-Eleven", "Amna K.") takes that end's direction from what
    stands around it: the sign jumps to the other side. One that begins and ends in letters gets no mark.
    A mark and no isolate: text fields on other sites drop or draw isolates more often.
    """
    if not any(unicodedata.bidirectional(char) == "L" for char in value):
        return value
    before, after = (_MARK if unicodedata.bidirectional(char) not in _STRONG else "" for char in (value[0], value[-1]))
    return f"{before}{value}{after}"


def names_nobody(display_name: str) -> bool:
    """Whether it is what places show instead of a name, which many people share."""
    return _NOBODY.fullmatch(" ".join(display_name.split())) is not None


def name_to_greet(display_name: str) -> str:
    """The name if a person could be greeted by it; "" for handles, numbers, "A Google user" and what is no name.

    Scripts need their marks and joiners; anything else that is not a letter makes it a handle.
    """
    name = " ".join(display_name.split())
    if names_nobody(name):
        return ""
    letters = [char for char in name if unicodedata.category(char)[0] in "LM"]
    if not 2 <= len(letters) <= _LONGEST_NAME or len(name) > _LONGEST_NAME:
        return ""
    sound = all(unicodedata.category(char)[0] in "LM" or char in _NAME_SIGNS for char in name)
    shouted = name.isupper() and len(name) > 3
    return (name.title() if shouted else name) if sound and name[0].isalpha() else ""
