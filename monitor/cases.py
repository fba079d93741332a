"""The rules of a case: which actions its state allows, what they change, and when it is due."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor.clock import Duration
from monitor.errors import AnswerRefused
from monitor.models.case import CaseState

LONGEST_NAME = 120  # of a person, as wide as the columns
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category that show nothing: the fillers of Hangul."""
LONGEST_NOTE = 4000


class CaseRules(BaseModel):
    """Which complaints get a case by themselves, so that somebody must own them; each that is set is enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stars_at_most: float | None = Field(None, ge=1, le=5, description="a review of so many of five stars, or fewer")
    followers_at_least: int | None = Field(None, ge=1, description="a complaint that so many hear of at once")
    themes: tuple[str, ...] = Field(("safety",), description="a complaint about one of these")
    most_an_hour: int = Field(60, ge=0, description="of a brand; a storm is an incident, which has a case of its own")

    def why(self, complaint: "ComplaintFacts") -> str:
        """The rule that a text meets, in plain words; "" when it meets none."""
        stars = complaint.stars
        if self.stars_at_most is not None and stars is not None and stars <= self.stars_at_most:
            return f"{stars:.1f}".removesuffix(".0") + " of 5 stars"
        if not complaint.negative:
            return ""
        if self.followers_at_least is not None and complaint.followers >= self.followers_at_least:
            return f"{complaint.followers:,} followers"
        theme = next((theme for theme in complaint.themes if theme in self.themes), "")
        return f"about {theme}" if theme else ""


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A text as the rules see it; `rating` is value, worst and best as its place has them."""

    negative: bool
    followers: int = 0
    themes: tuple[str, ...] = ()
    rating: tuple[float, float, float] | None = None

    @property
    def stars(self) -> float | None:
        """The rating on a scale from one to five stars."""
        if self.rating is None:
            return None
        value, worst, best = self.rating
        return 1 + 4 * (value - worst) / (best - worst) if best > worst else None


class ServicePolicy(BaseModel):
    """How soon a complaint is answered and solved, counted from when its case is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_within: Duration = Field(timedelta(hours=1), description="first answer")
    solve_within: Duration = Field(timedelta(hours=24), description="solution")
    answer_within_critical: Duration = Field(timedelta(minutes=15), description="the same, critical")
    solve_within_critical: Duration = Field(timedelta(hours=8), description="the same, critical")
    open_for: CaseRules = CaseRules()
    follow_up_after: Duration = Field(
        timedelta(days=3), description="after the solution: did it stay solved; 0s: never"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for answer, solve in (
            (self.answer_within, self.solve_within),
            (self.answer_within_critical, self.solve_within_critical),
        ):
            if not timedelta() < answer <= solve:
                raise ValueError("the time to answer must be above 0 and not longer than the time to solve")
        return self

    def due(self, opened_at: datetime, *, critical: bool = False) -> tuple[datetime, datetime]:
        """When the first answer and when the solution is due."""
        if critical:
            return opened_at + self.answer_within_critical, opened_at + self.solve_within_critical
        return opened_at + self.answer_within, opened_at + self.solve_within


class Action(StrEnum):
    """What a person may do to a case."""

    TAKE = "take"
    RELEASE = "release"
    NOTE = "note"
    ANSWER = "answer"
    WAIT = "wait"
    SOLVE = "solve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"

    @property
    def past(self) -> str:
        """The word in a case's history."""
        return _PAST[self]


class DismissReason(StrEnum):
    """Why a complaint needs no solution."""

    FALSE_ALARM = "false alarm"
    DUPLICATE = "duplicate"
    NOT_OURS = "not ours"
    NO_ACTION = "no action needed"


class Due(StrEnum):
    """What a case owes next."""

    ANSWER = "answer"
    SOLUTION = "solution"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the rules need to see it; `owner` is "" while nobody has taken it."""

    state: CaseState
    owner: str
    opened_at: datetime
    answer_due_at: datetime | None = None
    solve_due_at: datetime | None = None
    answered_at: datetime | None = None
    solved_at: datetime | None = None
    follow_up_at: datetime | None = None
    outcome: str = ""
    reopened: int = 0


CLOSED = frozenset({CaseState.SOLVED, CaseState.DISMISSED})

_NEW, _OWNED, _ANSWERED, _WAITING = CaseState.NEW, CaseState.OWNED, CaseState.ANSWERED, CaseState.WAITING
_SOLVED, _DISMISSED = CaseState.SOLVED, CaseState.DISMISSED

GRAPH: dict[CaseState, dict[Action, CaseState]] = {
    _NEW: {Action.TAKE: _OWNED, Action.NOTE: _NEW, Action.DISMISS: _DISMISSED},
    _OWNED: {
        Action.ANSWER: _ANSWERED,
        Action.SOLVE: _SOLVED,
        Action.NOTE: _OWNED,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
    },
    _ANSWERED: {
        Action.SOLVE: _SOLVED,
        Action.WAIT: _WAITING,
        Action.ANSWER: _ANSWERED,
        Action.NOTE: _ANSWERED,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
    },
    _WAITING: {
        Action.SOLVE: _SOLVED,
        Action.ANSWER: _ANSWERED,
        Action.NOTE: _WAITING,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
    },
    _SOLVED: {Action.FOLLOW_UP: _SOLVED, Action.REOPEN: _OWNED, Action.NOTE: _SOLVED},
    _DISMISSED: {Action.REOPEN: _OWNED, Action.NOTE: _DISMISSED},
}
"""All of a case's life: state, action, next state. The first action of a state is the one to offer first."""

_PAST = {
    Action.TAKE: "took",
    Action.RELEASE: "released",
    Action.NOTE: "noted",
    Action.ANSWER: "answered",
    Action.WAIT: "waits",
    Action.SOLVE: "solved",
    Action.DISMISS: "dismissed",
    Action.REOPEN: "reopened",
    Action.FOLLOW_UP: "followed up",
}
_OWNERS_ONLY = frozenset({Action.ANSWER, Action.WAIT, Action.SOLVE, Action.DISMISS})
MISSING = {
    Action.NOTE: "write the note first",
    Action.ANSWER: "write what was answered first",
    Action.SOLVE: "write what was done for the customer first",
    Action.DISMISS: "say why it is dismissed first",
    Action.FOLLOW_UP: "write what you asked, or what the customer said, first",
}


def allowed(case: CaseFacts) -> tuple[Action, ...]:
    """The actions that a case allows, the one to offer first in front."""
    return tuple(action for action in GRAPH[case.state] if action is not Action.FOLLOW_UP or case.follow_up_at)


def apply(
    case: CaseFacts,
    action: Action,
    actor: str,
    now: datetime,
    note: str = "",
    *,
    policy: ServicePolicy | None = None,
) -> CaseFacts:
    """The case after the action; raises AnswerRefused with the reason when it is not allowed.

    `note` is the text of the action: the note, the answer, the outcome or the reason. Reopening counts the
    time to solve anew by `policy`.
    """
    check_name(actor)
    _check_words(action, note)
    if action not in allowed(case):
        raise AnswerRefused(_why_not(case, action, actor))
    if action in _OWNERS_ONLY and case.owner not in ("", actor):
        raise AnswerRefused(f"{case.owner} owns this case; only they can change it, or release it")
    after = replace(case, state=GRAPH[case.state][action])
    return _changes(after, action, actor, now, note.strip(), policy or ServicePolicy())


def check_name(actor: str) -> None:
    """Raise AnswerRefused unless this can be the name of who acts."""
    if not any(char.isalnum() and char not in _UNSEEN for char in actor):
        raise AnswerRefused("say who you are first")
    if len(actor) > LONGEST_NAME:
        raise AnswerRefused(f"your name is longer than {LONGEST_NAME} letters")


def _check_words(action: Action, note: str) -> None:
    if action in MISSING and not note.strip():
        raise AnswerRefused(MISSING[action])
    if len(note) > LONGEST_NOTE:
        raise AnswerRefused(f"the text is longer than {LONGEST_NOTE} letters")


def _why_not(case: CaseFacts, action: Action, actor: str) -> str:
    if action is Action.FOLLOW_UP:
        return "nobody needs to follow up this case, or somebody has"
    if case.state in CLOSED:
        return f"this case is already {case.state.value}; reopen it first"
    if action is Action.TAKE:
        who = "you have" if case.owner == actor else f"{case.owner} has"
        return f"{who} taken this case already"
    if case.state is CaseState.NEW:
        return f"nobody owns this case; take it before you {action.value} it"
    return f"a case that is {case.state.value} cannot be changed by “{action.value}”"


def _changes(case: CaseFacts, action: Action, actor: str, now: datetime, note: str, policy: ServicePolicy) -> CaseFacts:
    """The case with what the action changes beside its state."""
    match action:
        case Action.TAKE:
            return replace(case, owner=actor)
        case Action.RELEASE:
            return replace(case, owner="")
        case Action.ANSWER:
            return replace(case, answered_at=case.answered_at or now)
        case Action.SOLVE:
            after = policy.follow_up_after
            return replace(case, solved_at=now, outcome=note, follow_up_at=now + after if after else None)
        case Action.DISMISS:
            return replace(case, outcome=note)
        case Action.REOPEN:
            again = replace(case, owner=actor, solved_at=None, outcome="", reopened=case.reopened + 1)
            return replace(again, solve_due_at=now + policy.solve_within, follow_up_at=None)
        case Action.FOLLOW_UP:
            return replace(case, follow_up_at=None)
        case Action.NOTE | Action.WAIT:
            return case


def next_due(case: CaseFacts) -> tuple[Due, datetime] | None:
    """What the case owes next and when; None when nothing is due."""
    if case.state in CLOSED:
        return (Due.FOLLOW_UP, case.follow_up_at) if case.follow_up_at is not None else None
    if case.answered_at is None and case.answer_due_at is not None:
        return Due.ANSWER, case.answer_due_at
    return (Due.SOLUTION, case.solve_due_at) if case.solve_due_at is not None else None


def overdue(case: CaseFacts, now: datetime) -> timedelta | None:
    """By how much the next duty is late; None while it is in time or nothing is due."""
    due = next_due(case)
    return now - due[1] if due is not None and due[1] < now else None
