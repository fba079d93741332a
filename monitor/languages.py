"""Names of languages as people say them, and the mark of words that are said in the viewer's language."""

_NAMES = {
    "ar": "Arabic", "as": "Assamese", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish",
    "fa": "Persian", "fil": "Filipino", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "kn": "Kannada", "ko": "Korean", "ml": "Malayalam",
    "mr": "Marathi", "ms": "Malay", "ne": "Nepali", "nl": "Dutch", "or": "Odia", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ru": "Russian", "sd": "Sindhi", "si": "Sinhala", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_LATIN = "-Latn"


def language_name(code: str) -> str:
    """`ur` is Urdu, `ur-Latn` Roman Urdu, `und` not sure; a code that is not known here is its own name."""
    if code in {"", "und"}:
        return "not sure"
    name = _NAMES.get(code.removesuffix(_LATIN), code.removesuffix(_LATIN))
    return f"Roman {name}" if code.endswith(_LATIN) else name


def N_(words: str) -> str:  # noqa: N802 (gettext's usual name, which the extraction knows)
    """Marks words that are shown in the viewer's language; they stay as they are here."""
    return words
