"""Where a time zone is, which languages names are written in, and which editions that asks for."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DEFAULT = "US"
MOST_EDITIONS = 3

# Languages of the editions of Google News per country, the usual one first.
_LANGUAGES = {
    "AE": "ar", "AR": "es", "AT": "de", "AU": "en", "BD": "bn", "BE": "fr nl", "BR": "pt", "CA": "en fr", "CH": "de fr",
    "CL": "es", "CO": "es", "DE": "de", "EG": "ar", "ES": "es", "FR": "fr", "GB": "en", "GR": "el", "HK": "zh",
    "ID": "id en", "IE": "en", "IL": "he en", "IN": "en hi te ta bn ml mr", "IT": "it", "JP": "ja", "KE": "en",
    "KR": "ko", "MX": "es", "MY": "en", "NG": "en", "NL": "nl", "NZ": "en", "PE": "es", "PH": "en", "PK": "en",
    "PL": "pl", "PT": "pt", "RU": "ru", "SA": "ar", "SG": "en", "TH": "th", "TR": "tr", "TW": "zh", "UA": "uk ru",
    "US": "en es", "VN": "vi", "ZA": "en",
}  # fmt: skip

# The first word of a letter's Unicode name, and the languages written so.
_SCRIPTS = {
    "ARABIC": "ar ur fa", "BENGALI": "bn", "CJK": "zh ja", "CYRILLIC": "ru uk", "DEVANAGARI": "hi mr", "GREEK": "el",
    "HANGUL": "ko", "HEBREW": "he", "HIRAGANA": "ja", "KATAKANA": "ja", "MALAYALAM": "ml", "TAMIL": "ta",
    "TELUGU": "te", "THAI": "th",
}  # fmt: skip
_FULL_TAGS = {"en", "pt", "zh"}  # are told apart by country
_AMERICAN_SPANISH = "es-419"


@dataclass(frozen=True, slots=True)
class Edition:
    """A country and a language, as news sites split their editions."""

    country: str
    language: str

    @property
    def tag(self) -> str:
        """The language as editions of news are named: `en-PK`, `te`, `es-419`."""
        language = _AMERICAN_SPANISH if self.language == "es" and self.country != "ES" else self.language
        return f"{language}-{self.country}" if language in _FULL_TAGS else language


def country_of(zone: str) -> str:
    """The two letters of the country that a time zone belongs to; "US" for zones of none, such as UTC."""
    return _countries().get(_links().get(zone, zone), DEFAULT)


@cache
def _countries() -> dict[str, str]:
    rows = (line.split("\t") for line in _table("zone.tab") if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@cache
def _links() -> dict[str, str]:
    """Older names of zones: `Asia/Calcutta` is `Asia/Kolkata`."""
    rows = (line.split() for line in _table("tzdata.zi") if line.startswith("L "))
    return {alias: zone for _, zone, alias in rows if alias not in _countries()}


def _table(name: str) -> list[str]:
    return (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()


def languages_of(names: Iterable[str]) -> set[str]:
    """The languages that names may be written in, by their scripts; Latin letters tell none."""
    words = {unicodedata.name(sign, "").partition(" ")[0] for name in names for sign in name}
    return {language for word in words if word in _SCRIPTS for language in _SCRIPTS[word].split()}


def editions(zone: str, names: Iterable[str]) -> list[Edition]:
    """The country's usual edition, then those in the languages of the names."""
    country = country_of(zone)
    if country not in _LANGUAGES:
        country = DEFAULT
    usual, *others = _LANGUAGES[country].split()
    spoken = languages_of(names)
    chosen = [usual, *(language for language in others if language in spoken)]
    return [Edition(country, language) for language in chosen[:MOST_EDITIONS]]
