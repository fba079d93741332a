"""What a customer says later: which case it belongs to, what the history says of it, and if it asks for a follow-up."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.cases.states import CLOSED
from monitor.facts import Sentiment
from monitor.models.case import CaseState

LISTENS = timedelta(days=90)
"""So long after it was closed a case takes what its customer writes; later it is another complaint."""


@dataclass(frozen=True, slots=True)
class LaterText:
    """A text as the rules see it; `label` is None when nobody read it, since it names no brand."""

    mention_id: int
    published_at: datetime
    label: Sentiment | None = None
    parent_id: int | None = None
    root_id: int | None = None
    rating: float | None = None
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """A case of the same author; `published_at`, `root_id` are those of its own text."""

    case_id: int
    mention_id: int
    brand_id: int
    state: CaseState
    published_at: datetime
    opened_at: datetime
    solved_at: datetime | None = None
    root_id: int | None = None

    def listens(self, now: datetime) -> bool:
        """Whether it is open, or was solved not long ago. What was dismissed does not stand for a new complaint."""
        solved_lately = self.state is CaseState.SOLVED and (self.solved_at or self.opened_at) >= now - LISTENS
        return self.state not in CLOSED or solved_lately

    def has_in_thread(self, text: LaterText) -> bool:
        """Whether the text stands in the thread of the case's own text."""
        roots = {self.mention_id, self.root_id} - {None}
        return text.parent_id == self.mention_id or text.root_id in roots


def belongs_to(
    text: LaterText, cases: Iterable[Listening], brands: Collection[int], now: datetime
) -> Listening | None:  # fmt: skip
    """Of all cases of its author the one that a text belongs to; None when it is about something else.

    It came after the case's own text, and is about the same brand or stands in the same thread. Where several fit:
    the one of the thread, then an open one, then the newest.
    """
    fitting = [
        case
        for case in cases
        if (case.published_at, case.mention_id) < (text.published_at, text.mention_id)
        and case.mention_id != text.mention_id
        and case.listens(now)
        and (case.brand_id in brands or case.has_in_thread(text))
    ]
    order = ((case.has_in_thread(text), case.state not in CLOSED, case.published_at, case.case_id) for case in fitting)
    best = max(zip(order, fitting, strict=True), key=lambda pair: pair[0], default=None)
    return best[1] if best else None


def complains_after(solved_at: datetime | None, said_at: datetime, label: Sentiment | None) -> bool:
    """Whether it did not stay solved: a complaint that was made after the solution."""
    return solved_at is not None and label is Sentiment.NEGATIVE and said_at > solved_at


def wrote_again(text: LaterText) -> str:
    """The history's words on a later text; none of the customer's own, which may be taken away one day."""
    return f"wrote again: {_reading(text)}"


def answered_survey(text: LaterText) -> str:
    return f"answered the survey: {_reading(text)}"


def changed_text(text: LaterText, rating_before: float | None) -> str:
    """Of the case's own text, edited by the customer."""
    before = f" instead of {rating_before:g}" if rating_before not in (None, text.rating) else ""
    return f"changed their text: {_reading(text)}{before}"


def _reading(text: LaterText) -> str:
    """Such as `2 of 5, negative`."""
    best = f" of {text.best:g}" if text.best else ""
    stars = f"{text.rating:g}{best}" if text.rating is not None else ""
    label = text.label.value if text.label else "not read, it names no brand"
    return ", ".join(part for part in (label, stars) if part)
