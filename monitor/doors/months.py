"""The names of the months in the languages that our customers' customers write, and the rare forms of dates."""

from datetime import datetime
from functools import lru_cache
from importlib import import_module

LANGUAGES = (
    "en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ru", "uk", "ar", "ur", "fa", "hi", "bn", "te", "ta", "fil",
    "id", "ms", "vi", "th", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "bg", "el", "he", "sr", "hr", "ca",
)  # fmt: skip
_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_OTHERWISE = [language for language in LANGUAGES if language != "ms"] + ["zh", "ja", "ko"]


def _months() -> dict[str, int]:
    """Earlier languages win: `mar` is March and not what it is elsewhere."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        told = import_module(f"dateparser.data.date_translation_data.{language}").info
        for number, month in enumerate(_NAMES, start=1):
            for name in told.get(month, ()):
                found.setdefault(name.rstrip(".").casefold(), number)
    return found


LEVANTINE = {
    "شباط": 2, "آذار": 3, "اذار": 3, "نيسان": 4, "أيار": 5, "ايار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "اب": 8,
    "أيلول": 9, "ايلول": 9,
}  # fmt: skip
"""Arabic months of Syria, Lebanon, Jordan and Iraq, which dateparser does not have; those of two words are left out."""
MONTHS = LEVANTINE | _months()


@lru_cache(maxsize=4096)
def by_dateparser(value: str, day_first: bool) -> datetime | None:
    """An absolute date with day, month and year in any of the languages; None when it is none."""
    from dateparser import parse

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "DMY" if day_first else "MDY",
    }
    found: datetime | None = parse(value, languages=_OTHERWISE, settings=settings)
    return found
