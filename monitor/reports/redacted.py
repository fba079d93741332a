"""Takes out of a report by what a customer can be reached: of quotes, complaints, ideas and cases to practise with."""

from collections.abc import Callable
from typing import Any, TypeVar

from monitor.reports.figures import CaseLine, Figures, IdeaFigures, PracticeCase, Quotation, Values

T = TypeVar("T", bound=Values)
_WORDS: dict[type[Values], tuple[str, ...]] = {
    CaseLine: ("text",),
    IdeaFigures: ("text",),
    PracticeCase: ("complaint", "answer", "outcome"),
    Quotation: ("text",),
}


def redacted(figures: Figures, redact: Callable[[str], str]) -> Figures:
    """The figures with the words of people redacted, before they are kept, written or sent."""
    return _redacted(figures, redact)


def _redacted(part: T, redact: Callable[[str], str]) -> T:
    words = _WORDS.get(type(part), ())
    now: dict[str, Any] = {name: redact(getattr(part, name)) for name in words}
    for name in type(part).model_fields:
        if name not in words:
            value = getattr(part, name)
            changed = _value(value, redact)
            if changed is not value:
                now[name] = changed
    return part.model_copy(update=now) if now else part


def _value(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, Values):
        return _redacted(value, redact)
    if isinstance(value, tuple) and any(isinstance(one, Values) for one in value):
        return tuple(_value(one, redact) for one in value)
    return value
