"""Numbers that tell by themselves what they are: cards, identity cards, bank accounts; by their form and their sums."""

import re
from collections.abc import Iterator, Sequence

from stdnum import iban, luhn
from stdnum.in_ import aadhaar
from stdnum.pk import cnic

_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?=[ \-]?[A-Z0-9])", re.IGNORECASE)
_REST = re.compile(r"(?:[ \-]?[A-Z0-9])*", re.IGNORECASE)
_LONGEST_IBAN, _SHORTEST_IBAN = 34, 15
_ISSUERS: tuple[tuple[range, tuple[int, ...]], ...] = (  # first six digits, and lengths
    (range(340000, 350000), (15,)),
    (range(370000, 380000), (15,)),
    (range(300000, 306000), (14,)),
    (range(360000, 370000), (14,)),
    (range(380000, 400000), (14,)),
    (range(352800, 359000), (16, 19)),
    (range(400000, 500000), (16, 19)),
    (range(508000, 510000), (16,)),
    (range(510000, 560000), (16,)),
    (range(222100, 272100), (16,)),
    (range(601100, 601200), (16, 19)),
    (range(606000, 609000), (16,)),
    (range(620000, 630000), (16, 17, 18, 19)),
    (range(644000, 660000), (16, 19)),
    (range(817000, 820000), (16,)),
    (range(500000, 508000), (16, 18, 19)),
    (range(560000, 590000), (16, 18, 19)),
    (range(675900, 676900), (16, 18, 19)),
)
_MILLISECONDS = range(1_000_000_000_000, 2_100_000_000_000)  # of the years 2001 to 2036, since 1970
_YEARS = range(1900, 2100)
_THIRTEEN, _TWELVE = 13, 12


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Where account numbers stand in a plain text: the longest that adds up, from each place that may begin one."""
    reached = 0
    for match in _IBAN.finditer(text):
        if match.start() >= reached and (end := _iban_end(text, match.start())):
            reached = end
            yield match.start(), end


def _iban_end(text: str, start: int) -> int | None:
    rest = _REST.match(text, start, start + 2 * _LONGEST_IBAN)
    stretch = rest[0] if rest else ""
    places = [place for place, letter in enumerate(stretch) if letter not in " -"][:_LONGEST_IBAN]
    letters = "".join(stretch[place] for place in places).upper()
    for length in range(len(letters), _SHORTEST_IBAN - 1, -1):
        end = start + places[length - 1] + 1
        if (end == len(text) or not text[end].isalnum()) and _adds_up(letters[:length]):
            return end
    return None


def _adds_up(letters: str) -> bool:
    turned = "".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])
    return int(turned) % 97 == 1 and bool(iban.is_valid(letters, check_country=False))


def is_card(groups: Sequence[str], digits: str) -> bool:
    """Whether the digits are those of a payment card, grouped as people group them."""
    if not 14 <= len(digits) <= 19 or not _is_card_form([len(group) for group in groups]):
        return False
    first = int(digits[:6])
    issued = any(first in some and len(digits) in lengths for some, lengths in _ISSUERS)
    return issued and bool(luhn.is_valid(digits)) and len(set(digits)) > 1


def _is_card_form(lengths: Sequence[int]) -> bool:
    return (
        len(lengths) == 1
        or (set(lengths[:-1]) == {4} and lengths[-1] <= 4)
        or tuple(lengths) in ((4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (8, 8), (6, 10), (6, 13))
        or set(lengths) == {1}
    )


def is_cnic(groups: Sequence[str], digits: str, *, told: bool) -> bool:
    """Whether the digits are those of a CNIC; in one piece only if they are nothing else as well, or words tell it."""
    if len(digits) != _THIRTEEN or not cnic.is_valid(digits) or len(set(digits)) < 3:
        return False
    lengths = tuple(len(group) for group in groups)
    if lengths == (5, 7, 1) or told:
        return True
    return lengths == (13,) and int(digits) not in _MILLISECONDS and not _is_article(digits)


def _is_article(digits: str) -> bool:
    """Whether it adds up as the number on a product (EAN-13)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])


def is_aadhaar(groups: Sequence[str], digits: str) -> bool:
    """Whether the digits are those of an Aadhaar number, in one piece or in fours."""
    lengths = tuple(len(group) for group in groups)
    if len(digits) != _TWELVE or lengths not in ((12,), (4, 4, 4)) or _is_moment(digits):
        return False
    if len(groups) > 1 and all(int(group) in _YEARS for group in groups):
        return False
    return bool(aadhaar.is_valid(digits))


def _is_moment(digits: str) -> bool:
    """Whether it is a time such as 202611231045."""
    year, month, day, hour, minute = (
        int(digits[:4]),
        int(digits[4:6]),
        int(digits[6:8]),
        int(digits[8:10]),
        int(digits[10:]),
    )
    return 2000 <= year <= 2040 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60
