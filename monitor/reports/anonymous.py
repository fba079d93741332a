"""Takes out of a text what could tell who wrote it or whom it is about, or says that it cannot be sure to have done so.

Taken out are links, mail addresses, handles, hashtags, longer numbers in the digits of any script, the names that are
known (of the customer and of the team), and names that are told by the words around them or are on a list. Where
something may be left (an address, a number in words, a large letter where no name is known, a doer that is no known
word) the text is refused: to leave a good example out costs nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from monitor.folding import Term, spans, words
from monitor.reports.names import BEFORE_NE, BEFORE_TITLES, CAPITALS, GIVEN, MAY_BE_GREETED, OPENERS, SHARED, STARTS

LONGEST = 4_000
"""Letters; a longer text is refused."""


class Neutral(NamedTuple):
    """What stands in the place of what was taken out."""

    name: str
    number: str
    link: str
    mail: str


NEUTRAL = {
    "en": Neutral("[name]", "[number]", "[link]", "[e-mail]"),
    "ur": Neutral("[نام]", "[نمبر]", "[لنک]", "[ای میل]"),
    "ur-Latn": Neutral("[naam]", "[number]", "[link]", "[e-mail]"),
    "te": Neutral("[పేరు]", "[నంబర్]", "[లింక్]", "[ఈమెయిల్]"),
    "tl": Neutral("[pangalan]", "[numero]", "[link]", "[e-mail]"),
}
"""The languages in which a text can be made anonymous."""
_SAME = {"fil": "tl", "hi-Latn": "ur-Latn"}
_HIDDEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HANDLE = re.compile(r"(?<![\w.])@[\w.\-]+(?:@[\w.\-]+)?|(?<![\w/])/?[ur]/[\w\-]+|(?<!\w)[^\W_]+_\w+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>()\[\]]+@[^\s@<>()\[\]]+\.\w+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b(?:[a-z0-9\-]+\.)+(?:com|net|org|pk|in|ph|co|io|me|ly|info|shop|app|store|biz|uk|us|example)\b(?:/\S*)?",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"[#＃]\w*[^\W\d]\w*\s?")
_LONG_NUMBER = re.compile(r"[+(#№]*\d(?:[\s\-–./,:()]{0,2}\d){4,}")
_IN_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?![\d,])")
_CODE = re.compile(r"[#№]?[\w\-/]*\d[\w\-/]*")
_NUMBERED = re.compile(
    r"\b(order|invoice|tracking|pin|code|otp|account|ticket|table|room|case|ref|reference|bill|receipt|awb|no|number|"
    r"id|numero|blg|آرڈر|نمبر|رسید|بل|ఆర్డర్|నంబర్|నెంబర్|నంబరు|బిల్లు)(?!\w)([\s:.#\-]*)(\d+)",
    re.IGNORECASE,
)
_DIGIT_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|sifar|aik|ek|do|teen|tin|char|chaar|panch|"
    "paanch|che|chay|cheh|saat|sat|aath|ath|nau|no|sero|isa|dalawa|tatlo|apat|lima|anim|pito|walo|siyam|صفر|ایک|دو|تین|"
    "چار|پانچ|چھ|سات|آٹھ|نو|సున్నా|ఒకటి|రెండు|మూడు|నాలుగు|ఐదు|ఆరు|ఏడు|ఎనిమిది|తొమ్మిది"
)
_REFUSED = re.compile(
    rf"\b(?:(?:{_DIGIT_WORDS})[\s,\-]+){{4,}}"
    r"|\b(?:gmail|yahoo|hotmail|outlook|icloud)\b|[\[(]\s?(?:at|dot)\s?[\])]|\bdot com\b"
    r"|\b(?:insta|instagram|ig|fb|facebook|snap|snapchat|telegram|tiktok|twitter)\s*(?:id|handle|is|:|par|pe)\b"
    r"|\b(?:house|flat|apartment|apt|street|road|avenue|lane|block|sector|phase|plot|colony|mohalla|muhalla|gali|"
    r"brgy|barangay|purok|subdivision|villa|zip|pincode|postal|door)\s*(?:no\b|number\b|#|[\w\-]*\d|[A-Z]\b)"
    r"|\b\w+\s+(?:street|road|avenue|colony|mohalla|muhalla|subdivision|nagar)\b|\b(?:brgy|barangay|purok)\b"
    r"|گلی|مکان نمبر|محلہ|محلے|بلاک|سیکٹر|کالونی|روڈ|فلیٹ|వీధి|ఇంటి నం|కాలనీ|రోడ్డు|ఫ్లాట్|నగర్",
    re.IGNORECASE,
)
_LATIN_NAME = r"[A-Z][\w'’\-]+(?:\s+[A-Z][\w'’\-]+){0,2}"
_AFTER = re.compile(
    r"\b(?i:my name is|i am|i'm|i’m|this is|named|called|dear|hi|hello|hey|regards|sincerely|mr|mrs|ms|miss|mister|dr|"
    r"ate|kuya|sir|madam|ma'am|ma’am|bhai|agent|salam|alaikum|alaykum)\b[.,]?\s+(" + _LATIN_NAME + ")"
)
_SI = re.compile(r"\b(?i:si|ni|kay|sina|nina|kina)\s+((?:[A-Z][\w'’\-]+)(?:\s+[A-Z][\w'’\-]+)*|\w+)")
_NAAM = re.compile(
    r"(?<!\w)(?:mera naam|mera name|naam|ako po si|ako si|نام|నా పేరు)\s+([^\W\d_][\w\u0c00-\u0c7f]*)", re.I
)
_TITLED = re.compile(
    r"([^\W\d_][\w\u0c00-\u0c7f\u200c]*)\s+"
    r"(?:bhai|bhaiya|sahib|sahab|saheb|saab|sab|baji|apa|ji|jee|begum|garu|gaaru|صاحب|صاحبہ|بھائی|باجی|آپا|"
    r"గారు|గారి|గారికి|గారిని)(?![\w\u0c00-\u0c7f])",
    re.IGNORECASE,
)
_NE = re.compile(r"([^\W\d_]\w*)\s+(?:ne|nay|نے)(?!\w)", re.IGNORECASE)
_DOES = (
    "was|is|has|had|said|says|told|called|came|gave|promised|from|never|did|didn't|didnt|refused|helped|shouted|kept|"
    "took|made|answered|replied|hung|lied|sent|just|and|also|ne"
)
_STARTER = re.compile(rf"(?:^|[.!?\n…:;\"“(]\s*)([A-Z][\w'’\-]*)\s+(?:{_DOES})\b")
_CALLED = re.compile(r"(?:^|[.!?\n…]\s*)([A-Z][\w'’\-]*)\s*[,:](?!\d)|[,\n]\s*([A-Z][\w'’\-]*)[\s.!…]*$")
"""Who is spoken to at the start of a sentence, and who signed."""
_CAPITAL = re.compile(r"(?<![\w\[])[A-Z][\w'’\-]*")
_SENTENCE_END = re.compile(r"(?:^|[.!?\n…:;\"“”(,*•]|[^\w\s'’\-\]&/])\s*$")
_SHOUTED = 0.4
"""A text of which more letters than this share are large tells no name by them."""


def language_of(code: str) -> str:
    """The language whose words stand in the place of what is taken out; "" when there are none."""
    known = _SAME.get(code, code)
    return known if known in NEUTRAL else ""


def anonymous(text: str, language: str, names: Iterable[str], known: Iterable[str] = ()) -> str | None:
    """The text without what could tell who is meant; None when that is not sure.

    `names` are those of the customer and of the team, `known` what may be written large and is no person: the brand,
    its products, its themes.
    """
    neutral = NEUTRAL.get(language_of(language))
    shown = _HIDDEN.sub("", unicodedata.normalize("NFC", text)).strip()
    if neutral is None or len(shown) > LONGEST:
        return None
    shown = _HASHTAG.sub("", shown)
    shown = _HANDLE.sub(neutral.name, shown)
    shown = _LINK.sub(neutral.link, _MAIL.sub(neutral.mail, shown))
    if _REFUSED.search(shown):
        return None
    shown = _without_names(_without_numbers(shown, neutral), neutral, _parts(names))
    return None if _may_name(shown, _folded(known), neutral) else _tidy(shown, neutral)


def _without_numbers(text: str, neutral: Neutral) -> str:
    """Two digits stay, as in "3 weeks"; more of them, and any after "order" and the like, do not."""

    def code(match: re.Match[str]) -> str:
        digits = sum(char.isdecimal() for char in match[0])
        return neutral.number if digits > 2 or match[0][0] in "#№" else match[0]

    def mixed(match: re.Match[str]) -> str:
        return code(match) if any(char.isalpha() for char in match[0]) else match[0]

    shown = _LONG_NUMBER.sub(neutral.number, _CODE.sub(mixed, text))
    shown = _IN_THOUSANDS.sub(neutral.number, shown)
    shown = _NUMBERED.sub(lambda match: f"{match[1]}{match[2]}{neutral.number}", shown)
    return _CODE.sub(code, shown)


def _parts(names: Iterable[str]) -> frozenset[str]:
    """The folded words of names, without what many are called instead of one."""
    return frozenset(part for name in names for part in words(name) if len(part) > 1 and part not in SHARED)


def _folded(known: Iterable[str]) -> frozenset[str]:
    return frozenset(part for one in known for part in words(one))


def _without_names(text: str, neutral: Neutral, parts: frozenset[str]) -> str:
    present = set(words(text))
    telugu = {part for part in parts | GIVEN if "\u0c00" <= part[0] <= "\u0c7f"}
    whole = (parts | GIVEN) & present
    found = [Term((part,)) for part in whole]
    found += [Term((part,), prefix=True) for part in telugu if any(word.startswith(part) for word in present)]
    shown = _cut(text, spans(text, found) if found else (), neutral)
    for pattern, stays in ((_AFTER, MAY_BE_GREETED | CAPITALS), (_SI, frozenset()), (_NAAM, frozenset())):
        shown = pattern.sub(_replaced(neutral, stays), shown)
    return _TITLED.sub(_replaced(neutral, BEFORE_TITLES), shown)


def _cut(text: str, places: Iterable[tuple[int, int]], neutral: Neutral) -> str:
    out, reached = "", 0
    for start, end in sorted(places):
        if start >= reached:
            out, reached = out + text[reached:start] + neutral.name, end
    return out + text[reached:]


def _replaced(neutral: Neutral, stays: Collection[str]) -> Callable[[re.Match[str]], str]:
    """What stands in the place of the match's name, unless it is a word that stays."""

    def put(match: re.Match[str]) -> str:
        if set(words(match[1])) <= set(stays):
            return match[0]
        start, end = match.start(1) - match.start(), match.end(1) - match.start()
        return match[0][:start] + neutral.name + match[0][end:]

    return put


def _may_name(text: str, known: frozenset[str], neutral: Neutral) -> bool:
    """Whether a word that is left may be somebody's name."""
    plain = _without_marks(text, neutral)
    letters = [char for char in plain if char.isalpha() and char.lower() != char.upper()]
    if len(letters) > 20 and sum(char.isupper() for char in letters) > _SHOUTED * len(letters):
        return True
    if any(_one(match[1]) not in BEFORE_NE | known for match in _NE.finditer(plain)):
        return True
    starts = () if _is_roman_urdu(neutral) else _STARTER.finditer(plain)
    if any(_one(match[1]) not in STARTS | CAPITALS | known for match in starts):
        return True
    if any(_one(match[1] or match[2]) not in STARTS | CAPITALS | OPENERS | known for match in _CALLED.finditer(plain)):
        return True
    return any(
        _one(match[0]) not in CAPITALS | known and not _SENTENCE_END.search(plain[: match.start()])
        for match in _CAPITAL.finditer(plain)
    )


def _is_roman_urdu(neutral: Neutral) -> bool:
    """There `is` is no verb, and doers have their `ne`."""
    return neutral is NEUTRAL["ur-Latn"]


def _without_marks(text: str, neutral: Neutral) -> str:
    """The same with what was put in left empty: its words are ours."""
    for mark in neutral:
        text = text.replace(mark, "[]")
    return text


def _one(word: str) -> str:
    """The folded form of one word, without what hangs on its end in English."""
    found = words(re.sub(r"['’].*$", "", word))
    return found[0] if found else ""


def _tidy(text: str, neutral: Neutral) -> str:
    """What was put in several times in a row stands there once."""
    for mark in neutral:
        text = re.sub(rf"(?:{re.escape(mark)}[\s.,]*)+(?={re.escape(mark)})", "", text)
    return text
