"""The words that a place is searched for, and whether they really stand in what it answers."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.facts import Collected
from monitor.folding import spans, terms


def _no_quotes(values: tuple[str, ...]) -> tuple[str, ...]:
    plain = tuple(dict.fromkeys(" ".join(value.replace('"', " ").split()) for value in values))
    if not all(plain):
        raise ValueError("an empty term would stand for everything")
    return plain


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Term = Annotated[str, Field(max_length=100)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(_as_list), AfterValidator(_no_quotes), Field(max_length=20)]
"""Names and phrases to look for, one or many."""
SomeTerms = Annotated[Terms, Field(min_length=1)]


def stands_in(text: Collected, wanted: Sequence[str]) -> bool:
    """Whether one of the terms stands in the title or the text, as whole words, however they are cased or accented.

    Searches answer more than that: words that look alike, texts below a page that has the term.
    """
    words = f"{text.title}\n{text.text}"
    return any(spans(words, terms(f'"{term}"')) for term in wanted)
