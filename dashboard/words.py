"""Screen texts in the viewer's language, through gettext: `_("Owner")`, `_n("%(n)s case", "%(n)s cases", n)`.

All fill `%(name)s` from keyword values; `_h` and `_hn` give HTML and take HTML for the values. They are called when
something is shown, never at import: there `N_` marks what is to be translated later.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboard import viewer
from monitor.languages import N_

__all__ = ["DOMAIN", "LOCALE", "N_", "_", "_h", "_hn", "_n", "_p", "catalogue"]

LOCALE = Path(__file__).with_name("locale")
DOMAIN = "emberwatch"


def _(words: str, /, **values: Any) -> str:
    """The words in the viewer's language, with `%(name)s` filled in from the values."""
    return _filled(_translated(words), words, values)


def _n(one: str, many: str, number: int, /, **values: Any) -> str:
    """The words for so many; `%(n)s` is the number as the viewer writes it, unless `n` is given."""
    found, plain = _plural(one, many, number)
    return _filled(found, plain, {"n": _number(number), **values})


def _p(context: str, words: str, /, **values: Any) -> str:
    """Words that mean different things in different places; `context` tells the translator which."""
    return _filled(_spoken().pgettext(context, words), words, values)


def _h(words: str, /, **values: str) -> str:
    """The words as HTML; the values are HTML already."""
    return _filled(escape(_translated(words), quote=False), escape(words, quote=False), values)


def _hn(one: str, many: str, number: int, /, **values: str) -> str:
    """The words for so many as HTML; the values are HTML already."""
    found, plain = (escape(words, quote=False) for words in _plural(one, many, number))
    return _filled(found, plain, {"n": _number(number), **values})


def _translated(words: str) -> str:
    """As gettext has it, which has its own notes under no words at all."""
    return _spoken().gettext(words) if words else ""


def _plural(one: str, many: str, number: int) -> tuple[str, str]:
    return _spoken().ngettext(one, many, number), one if number == 1 else many


def _filled(found: str, plain: str, values: dict[str, Any]) -> str:
    """With the values filled in; in English when the translation asks for what there is not."""
    if not values:
        return found
    try:
        return found % values
    except (KeyError, TypeError, ValueError):
        return plain % values


def _number(number: int) -> str:
    """With marks between the thousands, as the viewer's language sets them."""
    pattern = viewer.locale().decimal_formats[None]
    return str(pattern.apply(number, viewer.locale()))


def _spoken() -> NullTranslations:
    return catalogue(viewer.language())


@lru_cache(maxsize=len(viewer.LANGUAGES))
def catalogue(language: str) -> NullTranslations:
    """What is said in a language; English is what stands in the code."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language == viewer.ENGLISH or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, domain=DOMAIN))
    compiled.seek(0)
    return GNUTranslations(compiled)
