"""Telephone numbers: whether some digits are one that exists, as people write them in a few countries or abroad."""

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_WITHOUT_TRUNK = frozenset({"IN"})
"""Where mobile numbers are written with ten digits and nothing before them."""
_TENS = ((10,), (5, 5), (4, 6), (4, 3, 3), (3, 3, 4), (3, 4, 3), (2, 4, 4), (3, 7))
FEWEST, MOST = 7, 15
_AT_ONCE = 4096


@lru_cache(maxsize=_AT_ONCE)
def _type(digits: str, region: str | None) -> int | None:
    """What kind of number it is; None for none that is in use."""
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return int(phonenumbers.number_type(number))


@lru_cache(maxsize=_AT_ONCE)
def _code(region: str) -> str:
    return str(phonenumbers.country_code_for_region(region))


def is_phone(digits: str, groups: Sequence[str], regions: Sequence[str], *, plus: bool, told: bool) -> bool:
    """Whether somebody can be called by it. `plus`: a plus stands before it; `told`: words say that it is a number."""
    if not FEWEST <= len(digits) <= MOST + 2:
        return False
    if plus:
        return _is_abroad(digits, groups)
    if digits.startswith("00"):
        return _type(f"+{digits[2:]}", None) is not None
    if digits.startswith("0"):
        known = len(digits) >= 9 and any(_type(digits, region) is not None for region in regions)
        return known or (told and 9 <= len(digits) <= 12)
    lengths = tuple(len(group) for group in groups)
    if any(_is_with_code(digits, region) for region in regions):
        return True
    if told:
        known = any(_type(digits, region) is not None for region in regions) or _is_local(digits)
        return known or (len(groups) > 1 and 9 <= len(digits) <= 13)  # of a country that we were not told of
    plain = [region for region in regions if region in _WITHOUT_TRUNK]
    if len(digits) == 10 and lengths in _TENS and any(_type(digits, region) in _MOBILE for region in plain):
        return len(set(digits)) > 2
    grouped = len(groups) > 1 and lengths in _TENS[3:]
    return grouped and any(_type(digits, region) in _MOBILE for region in regions)


def _is_abroad(digits: str, groups: Sequence[str]) -> bool:
    """With a country code; what does not exist yet, but could, is one as well."""
    if _type(f"+{digits}", None) is not None:
        return True
    if len(groups) > 1 and "0" in groups[1][:1] and _type(f"+{digits.replace('0', '', 1)}", None) is not None:
        return True
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except NumberParseException:
        return False
    trunk = len(groups) > 1 and groups[1] == "0" and _type(f"+{groups[0]}{''.join(groups[2:])}", None) is not None
    return trunk or (len(digits) >= 10 and phonenumbers.is_possible_number(number))


def _is_with_code(digits: str, region: str) -> bool:
    """With the country's code and no plus, as in the addresses of WhatsApp: a mobile number."""
    code = _code(region)
    return len(digits) > len(code) + 8 and digits.startswith(code) and _type(f"+{digits}", None) in _MOBILE


def _is_local(digits: str) -> bool:
    """Without the code of the town; known for a telephone number only by the words before it."""
    return FEWEST <= len(digits) <= 8 and len(set(digits)) > 1
