"""Tells what an answer to a complaint did, from its words, in five languages."""

import re
from collections.abc import Mapping

from monitor.folding import words

GREETS = "greets by name"
APOLOGISES = "apologises"
OWNS = "says who looks after it"
STEP = "says what is being done"
BY_WHEN = "says by when"
OFFERS = "offers an alternative"
PRIVATE = "asks for personal data in private only"
LANGUAGE = "answers in the customer's language"

_SAID: Mapping[str, tuple[str, ...]] = {
    APOLOGISES: (
        "sorry", "apologise", "apologize", "apologies", "apology", "maazrat", "mazrat", "maafi", "muafi", "afsos",
        "معذرت", "معافی", "افسوس", "క్షమాపణ", "క్షమించండి", "మన్నించండి", "చింతిస్తున్నాము", "చింతిస్తున్నాను",
        "paumanhin", "pasensya", "ikinalulungkot", "patawad",
    ),
    OWNS: (
        "i will look after", "i will stay with this", "turn to me", "i will personally", "i am taking care",
        "until it is solved", "my responsibility", "i will see to", "meri zimmedari", "aap ke sath hoon",
        "rabta mujh se", "hal hone tak", "میری ذمہ داری", "آپ کے ساتھ ہوں", "رابطہ مجھ سے", "حل ہونے تک",
        "నేనే స్వయంగా", "పరిష్కారమయ్యే వరకు", "నేను చూసుకుంటాను", "tututok", "bibitawan", "sa akin na kayo",
        "hanggang sa maayos", "ako ang bahala", "aasikasuhin ko",
    ),
    OFFERS: (
        "if that cannot be done", "if that is not possible", "alternatively", "instead", "or if you prefer",
        "agar yeh mumkin na", "ya phir", "is ke badle", "us ke badle", "اگر یہ ممکن نہ", "یا پھر", "اس کے بدلے",
        "వీలు కాకపోతే", "బదులుగా", "kung hindi po iyon magawa", "o kaya", "pambawi",
    ),
    PRIVATE: (
        "private message", "direct message", "in a message to us", "by dm", "پرائیویٹ میسج", "ان باکس", "inbox",
        "ప్రైవేట్ మెసేజ్", "ప్రైవేట్ మెసేజ్‌లో",
    ),
}  # fmt: skip
_FOLDED = {lesson: tuple(f" {' '.join(words(one))} " for one in said) for lesson, said in _SAID.items()}
_DOING = re.compile(
    r"\b(?:i am|i'm|i’m|we are|we're|we’re)\s+(?:now\s+|already\s+|just\s+)?(?:look|ask|check|speak|talk|pass|report|"
    r"read|go|send|refund|replac|call|find|arrang|investigat)\w*ing\b"
    r"|\b(?:i|we)(?:'ve|’ve| have)\s+(?:now\s+|already\s+|just\s+)?(?:sent|refunded|replaced|asked|checked|spoken|"
    r"passed|called|arranged|reported|found|fixed|booked)\b"
    r"|\b(?:dekh|kar|bata|parh|pohancha|bhej|bula)\s+(?:rah[aei]|di[ya]*|dia|chuk\w*)\b"
    r"|(?:دیکھ|کر|بتا|پڑھ|پہنچا|بھیج)\s+(?:رہے|رہا|رہی|دیا|دی|دیے|چکے)"
    r"|(?:కనుక్కుంటు|అడుగుతు|చూస్తు|పరిశీలిస్తు|మాట్లాడుతు|పంపుతు|చదువుతు|తెలియజేస్తు|పంపిస్తు)న్నా(?:ను|ము|ం)"
    r"|\b(?:tinatanong|tinitingnan|inaalam|kinakausap|ipinapasa|binabasa|sinusuri|ipinaaabot|inire-report|ipinadala|"
    r"pinapalitan|inaayos)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:by|before|until|within)\s+(?:[\w,]+\s+){0,2}(?:\d|tomorrow|today|tonight|noon|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday)"
    r"|\bbaje\b|\b(?:aaj|kal|parson)\s+(?:hi\s+)?(?:tak|shaam|subah)\b|\d+\s*(?:ghant\w*|din)\b|بجے|(?:آج|کل)\s+(?:ہی\s+)?(?:تک|شام)"
    r"|\d+\s*(?:گھنٹ\w*|دن)|లోపు|లోగా|\bbago mag-|\bsa loob ng\b|\bngayong araw\b|\bbukas\b",
    re.IGNORECASE,
)


def lessons(answer: str, *, name_mark: str, same_language: bool) -> tuple[str, ...]:
    """What the answer did, in the order in which an answer does it; `name_mark` stands in it where names stood."""
    told = f" {' '.join(words(answer))} "
    first_line = answer.strip().split("\n", 1)[0][:80]
    did = {
        GREETS: name_mark in first_line,
        LANGUAGE: same_language,
        STEP: _DOING.search(answer) is not None,
        BY_WHEN: _WHEN.search(answer) is not None,
    }
    did |= {lesson: any(one in told for one in said) for lesson, said in _FOLDED.items()}
    return tuple(
        lesson for lesson in (GREETS, LANGUAGE, APOLOGISES, OWNS, STEP, BY_WHEN, PRIVATE, OFFERS) if did[lesson]
    )
