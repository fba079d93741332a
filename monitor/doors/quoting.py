"""Leaves of a mail's text what its sender wrote: no quotes, copied heads, signatures and disclaimers."""

import re
from collections.abc import Sequence

LONGEST_LINE = 2_000
"""Longer lines are no attribution, header or signature: they are not compared with any of them."""
MOST_LINES = 10_000
MOST_POINTS = 20
"""An answer point by point with more quotes than these keeps all that follows."""
_ATTRIBUTION_LINES = 3
_SIGN_OFF_LINES = 7
_SIGN_OFF_LENGTH = 70

_QUOTED = re.compile(r"^\s{0,3}(?:>|&gt;|\|\s?>)")
_DELIMITER = re.compile(r"^(?:-- ?|__|—|–{2})$")
_RULE = re.compile(r"^[_=*-]{10,}$")
_WROTE = re.compile(
    r"(?:\bwrote|\bwrites|\bschrieb.{0,200}|a écrit|\bescribió|\bescreveu|\bha scritto|\bnapisał\(?a?\)?|\bschreef|"
    r"\bskrev|\bпишет|\bнаписал\(?а?\)?|\bsumulat|\bisinulat ni.{0,200}|\bmenulis|\byazdı|كتب.{0,200}|"
    r"نے لکھا|نے تحریر کیا|ने लिखा|ఇలా రాశారు|ఇలా వ్రాశారు|రాశారు|వ్రాసారు)\s*[:：]\s*$",
    re.IGNORECASE,
)
"""How mail programs end the line over what they quote, in the languages of those who are likely to write."""
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"mensagem original|messaggio originale|oorspronkelijk bericht)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\s*(?:-{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)\s*-{2,}|"
    r"begin forwarded message:)\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|cc|subject|date|reply-to|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado|para|"
    r"asunto|assunto|da|inviato|oggetto|van|verzonden|aan|onderwerp|mula kay|petsa|paksa|منجانب|بنام|مضمون|تاریخ)"
    r"\s*:\*?\s*\S",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"^\s*(?:sent from (?:my|yahoo|outlook|mail for|proton|samsung|gmail)|get outlook for|gesendet von|"
    r"von meinem .{1,40} gesendet|envoyé (?:de|depuis) mon|enviado desde (?:mi|el)|enviado do meu|inviato da|"
    r"ipinadala mula sa|verzonden vanaf)\b.{0,80}$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^\s*(?:(?:kind|best|warm|with|many)\s+)?(?:regards|wishes|cheers|sincerely|yours (?:sincerely|faithfully|truly)|"
    r"mit freundlichen grüßen|viele grüße|cordialement|saludos|atentamente|lubos na gumagalang|والسلام|خیر اندیش)"
    r"\s*[,.!]?$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^\s*(?:\*+\s*)?(?:confidentiality notice|disclaimer\s*:|legal notice\s*:|this (?:e-?mail|message)(?: and any\b| "
    r"(?:is|may|contains?)\b.{0,60}(?:confidential|intended|privileged))|please consider the environment before)",
    re.IGNORECASE,
)


def written(text: str) -> str:
    """What the sender wrote; of a mail that only forwards another one, that other one. "" when nothing is left."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]
    end, forwarded = _end_of_own(lines)
    own = _trimmed([line for line in lines[:end] if not _QUOTED.match(line[:20])])
    if own or not forwarded:
        return own
    return written("\n".join(_after_headers(lines[end + 1 :])))


def _end_of_own(lines: Sequence[str]) -> tuple[int, bool]:
    """The number of the line where another's mail begins and only that follows, and whether it is forwarded."""
    points = 0
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            continue
        if _FORWARDED.match(line):
            return number, True
        if _ORIGINAL.match(line) or _begins_headers(lines, number):
            return number, False
        begin = _attribution(lines, number) if points < MOST_POINTS else None
        if begin is not None and not _answers_between(lines, number + 1):
            return begin, False
        points += begin is not None
    return len(lines), False


def _begins_headers(lines: Sequence[str], number: int) -> bool:
    """Whether a copied head (From, Sent, To …) begins here; one such line alone is a sentence like any other."""
    if _RULE.match(lines[number].strip()):
        following = [line for line in lines[number + 1 : number + 4] if line.strip()]
        return len(following) > 1 and all(_HEADER.match(line[:200]) for line in following[:2])
    head = lines[number : number + 4]
    return len(head) > 2 and all(_HEADER.match(line[:200]) for line in head[:3])


def _attribution(lines: Sequence[str], number: int) -> int | None:
    """Where the words `On … X wrote:` begin that end in this line; None when it ends none."""
    line = lines[number].rstrip()
    if not line.endswith((":", "：")):
        return None
    said = bool(_WROTE.search(line[-300:]))
    if not said and not (_quote_follows(lines, number + 1) and re.search(r"\d|@", line)):
        return None
    begin = number
    while begin > 0 and number - begin < _ATTRIBUTION_LINES - 1 and _goes_on(lines[begin - 1], lines[begin]):
        begin -= 1
    return begin


def _goes_on(above: str, below: str) -> bool:
    """Whether an attribution that a mail program broke into lines began one line earlier."""
    begins = re.match(r"\s*(?:On|Am|Le|El|Em|Il|Op|Noong|Pada|Den|W dniu)\s", below)
    return bool(above.strip()) and not begins and len(above) > 40 and bool(re.search(r"\d|@|<", above))


def _quote_follows(lines: Sequence[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 3] if line.strip()), "")
    return bool(_QUOTED.match(following[:20]))


def _answers_between(lines: Sequence[str], number: int) -> bool:
    """Whether own words stand below and between quoted lines, as of those who answer point by point."""
    rest = [line for line in lines[number:] if line.strip()]
    quoted = [bool(_QUOTED.match(line[:20])) for line in rest]
    if not any(quoted):
        return False
    last = len(quoted) - 1 - quoted[::-1].index(True)
    own = [line for line, is_quoted in zip(rest, quoted, strict=True) if not is_quoted]
    first_own = quoted.index(False) if own else len(quoted)
    return bool(_trimmed(own)) and first_own <= last + 1


def _after_headers(lines: Sequence[str]) -> Sequence[str]:
    """What follows the copied head of a forwarded mail."""
    number = 0
    while number < len(lines) and (not lines[number].strip() or _HEADER.match(lines[number][:200])):
        number += 1
    return lines[number:]


def _trimmed(lines: Sequence[str]) -> str:
    """Without attributions, signature, disclaimer and empty ends."""
    kept = [line for number, line in enumerate(lines) if not _is_wrote(lines, number)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept[: _end_of_words(kept)])).strip()


def _is_wrote(lines: Sequence[str], number: int) -> bool:
    line = lines[number].rstrip()
    return len(line) <= LONGEST_LINE and line.endswith((":", "：")) and bool(_WROTE.search(line[-300:]))


def _end_of_words(lines: Sequence[str]) -> int:
    """The number of the line where the signature or the disclaimer begins."""
    for number, line in enumerate(lines):
        words = line[:200]
        if _DELIMITER.match(line.rstrip() if line.strip() != "--" else "--") and number > 0:
            return number
        if number > 0 and (_DISCLAIMER.match(words) or _is_sign_off(lines, number)):
            return number
        if _SENT_FROM.match(words):
            return number
    return len(lines)


def _is_sign_off(lines: Sequence[str], number: int) -> bool:
    """`Kind regards,` with a few short lines below it: name, title, telephone."""
    if len(lines) - number > 5 * _SIGN_OFF_LINES or not _SIGN_OFF.match(lines[number][:80]):
        return False
    below = [line for line in lines[number + 1 :] if line.strip()]
    return len(below) <= _SIGN_OFF_LINES and all(len(line) <= _SIGN_OFF_LENGTH for line in below)
