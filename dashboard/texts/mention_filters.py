"""What the mentions are narrowed to: choices with how many there are of each; the address holds them all."""

from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import streamlit as st

from dashboard import frame, parts
from dashboard.data import asked as asking
from dashboard.data.asked import Asked, Check, WithCase, WithMedia
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.mentions import Results
from dashboard.words import N_, _
from monitor.facts import MentionKind, Sentiment

_FACETS = {
    "sentiment": N_("Sentiment"), "check": N_("Reading"), "theme": N_("Theme"), "language": N_("Language"),
    "source": N_("Source"), "kind": N_("Kind"),
}  # fmt: skip
_SHOWN = 12
"""At most so many choices of a kind are offered, the most frequent."""
_MEDIA = {WithMedia.ANY: N_("With pictures or films"), WithMedia.VIDEO: N_("With a film")}
_CASES = {WithCase.YES: N_("With a case"), WithCase.NO: N_("Without a case")}
_CHECKS = {Check.NEEDED: N_("To check"), Check.DONE: N_("Corrected")}
_SENTIMENTS = {
    Sentiment.NEGATIVE: N_("Negative"),
    Sentiment.NEUTRAL: N_("Neutral"),
    Sentiment.POSITIVE: N_("Positive"),
}
_KINDS = {
    MentionKind.REVIEW: N_("Review"),
    MentionKind.POST: N_("Post"),
    MentionKind.COMMENT: N_("Comment"),
    MentionKind.ARTICLE: N_("Article"),
    MentionKind.SURVEY: N_("Survey"),
}


def go(brand: BrandRow, asked: Asked, **more: int) -> NoReturn:
    """Show what is asked for."""
    frame.go("mentions", brand=brand.slug, **asking.query(asked), **more)


def key(asked: Asked, name: str) -> str:
    """A widget's name, new with each address, so that it shows what the address asks for."""
    return f"{name}-{hash(asked)}"


def facets(brand: BrandRow, asked: Asked, found: Results) -> None:
    """The choices of each kind that the results have, the most frequent first."""
    for name, title in _FACETS.items():
        current = str(getattr(asked, name) or "")
        numbers = {choice.value: choice.number for choice in found.facets[name][:_SHOWN]}
        options = [*numbers, *([current] if current and current not in numbers else [])]
        if not options:
            continue
        labels = {value: _label(name, value, numbers.get(value, 0), more=found.more) for value in options}
        picked = st.pills(
            _(title), options, default=current or None, format_func=labels.__getitem__, key=key(asked, name)
        )
        if (picked or "") != current:
            go(brand, asking.read(asking.query(asked) | {name: picked or ""}))


def _label(name: str, value: str, number: int, *, more: bool) -> str:
    words = value
    if name == "theme":
        words = theme_names().get(value, value)
    elif name == "language":
        words = parts.language(value)
    elif name != "source":
        words = _(_NAMES[name][value])
    return f"{parts.plain(words)} **{parts.number(number)}{'+' if more else ''}**"


_NAMES: dict[str, dict[Any, str]] = {"sentiment": _SENTIMENTS, "check": _CHECKS, "kind": _KINDS}


def more_filters(brand: BrandRow, asked: Asked) -> None:
    """The filters that have no counts."""
    since = st.date_input(_("From"), asked.since, key=key(asked, "from"), max_value=date(2099, 12, 31))
    until = st.date_input(_("To, with that day"), asked.until, key=key(asked, "to"), max_value=date(2099, 12, 31))
    ratings = {number: _("At most %(n)s of 5 ★", n=number) for number in range(1, 5)}
    values: dict[str, Any] = {
        "since": since if isinstance(since, date) else None,
        "until": until if isinstance(until, date) else None,
        "rating": _select(asked, "rating", _("Any rating"), ratings),
        "media": _select(asked, "media", _("With or without pictures"), told_names(_MEDIA)),
        "case": _select(asked, "case", _("With or without a case"), told_names(_CASES)),
    }
    if any(value != getattr(asked, name) for name, value in values.items()):
        go(brand, replace(asked, **values))


def told_names(names: dict[Any, str]) -> dict[Any, str]:
    """The same, said in the viewer's language."""
    return {value: _(words) for value, words in names.items()}


def _select(asked: Asked, name: str, nothing: str, names: dict[Any, str]) -> Any:
    options = [None, *names]
    return st.selectbox(
        nothing,
        options,
        options.index(getattr(asked, name)),
        format_func=lambda value: names.get(value, nothing),
        key=key(asked, name),
        label_visibility="collapsed",
    )
