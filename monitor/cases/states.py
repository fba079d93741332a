"""The state graph of a case: which actions its state allows, and what they change."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.cases.policy import Scope, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import Severity, check_name
from monitor.models.case import CaseState

LONGEST_NOTE = 4000


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
    ASSIGN = "assign"
    FOUND = "found"  # by the rules: our answer stands in public
    HEARD = "heard"  # by the rules: the customer wrote again

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
    severity: Severity | None = None
    hostile: bool = False
    escalated_at: datetime | None = None


CLOSED = frozenset({CaseState.SOLVED, CaseState.DISMISSED})

_NEW, _OWNED, _ANSWERED, _WAITING = CaseState.NEW, CaseState.OWNED, CaseState.ANSWERED, CaseState.WAITING
_SOLVED, _DISMISSED = CaseState.SOLVED, CaseState.DISMISSED

GRAPH: dict[CaseState, dict[Action, CaseState]] = {
    _NEW: {
        Action.TAKE: _OWNED,
        Action.ASSIGN: _OWNED,
        Action.NOTE: _NEW,
        Action.DISMISS: _DISMISSED,
        Action.FOUND: _ANSWERED,
        Action.HEARD: _NEW,
    },
    _OWNED: {
        Action.ANSWER: _ANSWERED,
        Action.SOLVE: _SOLVED,
        Action.NOTE: _OWNED,
        Action.ASSIGN: _OWNED,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
        Action.FOUND: _ANSWERED,
        Action.HEARD: _OWNED,
    },
    _ANSWERED: {
        Action.TAKE: _ANSWERED,  # one whose answer was found before anybody had it
        Action.SOLVE: _SOLVED,
        Action.WAIT: _WAITING,
        Action.ANSWER: _ANSWERED,
        Action.NOTE: _ANSWERED,
        Action.ASSIGN: _ANSWERED,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
        Action.FOUND: _ANSWERED,
        Action.HEARD: _ANSWERED,
    },
    _WAITING: {
        Action.SOLVE: _SOLVED,
        Action.ANSWER: _ANSWERED,
        Action.NOTE: _WAITING,
        Action.ASSIGN: _WAITING,
        Action.RELEASE: _NEW,
        Action.DISMISS: _DISMISSED,
        Action.FOUND: _WAITING,
        Action.HEARD: _ANSWERED,  # it is ours again
    },
    _SOLVED: {
        Action.FOLLOW_UP: _SOLVED,
        Action.REOPEN: _OWNED,
        Action.NOTE: _SOLVED,
        Action.FOUND: _SOLVED,
        Action.HEARD: _SOLVED,
    },
    _DISMISSED: {
        Action.REOPEN: _OWNED,
        Action.NOTE: _DISMISSED,
        Action.FOUND: _DISMISSED,
        Action.HEARD: _DISMISSED,
    },
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
    Action.ASSIGN: "assigned",
    Action.FOUND: "found the answer",
    Action.HEARD: "heard again",
}
BY_RULES = frozenset({Action.FOUND, Action.HEARD})
"""What no person does to a case."""
_OWNERS_ONLY = frozenset({Action.ANSWER, Action.WAIT, Action.SOLVE, Action.DISMISS})
_OWNED_ONLY = frozenset({Action.ANSWER, Action.WAIT, Action.SOLVE, Action.RELEASE})
"""What nobody does to a case that nobody owns: whose it was is counted."""
MISSING = {
    Action.NOTE: "write the note first",
    Action.ANSWER: "write what was answered first",
    Action.SOLVE: "write what was done for the customer first",
    Action.DISMISS: "say why it is dismissed first",
    Action.FOLLOW_UP: "write what you asked, or what the customer said, first",
}


def allowed(case: CaseFacts) -> tuple[Action, ...]:
    """The actions that a case allows people, the one to offer first in front."""
    pointless = set(BY_RULES)
    if case.follow_up_at is None:
        pointless.add(Action.FOLLOW_UP)
    pointless |= {Action.TAKE} if case.owner else _OWNED_ONLY
    return tuple(action for action in GRAPH[case.state] if action not in pointless)


def apply(
    case: CaseFacts,
    action: Action,
    actor: str,
    now: datetime,
    note: str = "",
    *,
    policy: ServicePolicy | None = None,
    scope: Scope | None = None,
    to: str = "",
    at: datetime | None = None,
) -> CaseFacts:
    """The case after the action; raises AnswerRefused with the reason when it is not allowed.

    `note` is the text of the action: the note, the answer, the outcome or the reason. Reopening counts the
    time to solve anew by `policy`, for what `scope` says of the case (its severity is taken from the case). `to` is
    who is assigned it, `at` when an answer that was found was published, or a customer complained again.
    """
    if action in BY_RULES:
        return _by_rules(case, action, actor, now, at)
    check_name(actor)
    _check_words(action, note)
    if action not in allowed(case):
        raise AnswerRefused(_why_not(case, action, actor))
    if action in _OWNERS_ONLY and case.owner not in ("", actor):
        raise AnswerRefused(f"{case.owner} owns this case; only they can change it, or release it")
    after = replace(case, state=GRAPH[case.state][action])
    if action is Action.ASSIGN:
        check_name(to)
        return replace(after, owner=to.strip())
    if action is Action.REOPEN:
        return _reopened(after, actor, now, policy or ServicePolicy(), scope or Scope())
    return _changes(after, action, actor, now, note.strip(), policy or ServicePolicy())


def _by_rules(case: CaseFacts, action: Action, actor: str, now: datetime, at: datetime | None) -> CaseFacts:
    """The case after what no person does.

    An answer that was found counts from when it was published. A solved case of whom complains again (`at`) is to be
    followed up at once.
    """
    if actor:
        raise AnswerRefused("that is for the rules alone: record the answer, or write a note")
    after = replace(case, state=GRAPH[case.state][action])
    if action is Action.FOUND:
        moment = at or now
        return replace(after, answered_at=min(case.answered_at or moment, moment))
    if after.state is CaseState.SOLVED and at is not None:
        return replace(after, follow_up_at=min(case.follow_up_at or at, at))
    return after


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
    if not case.owner:
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
        case Action.FOLLOW_UP:
            return replace(case, follow_up_at=None)
        case _:
            return case


def _reopened(case: CaseFacts, actor: str, now: datetime, policy: ServicePolicy, scope: Scope) -> CaseFacts:
    _, solve_due_at = policy.due(now, replace(scope, severity=case.severity))
    again = replace(case, owner=actor, solved_at=None, outcome="", reopened=case.reopened + 1)
    return replace(again, solve_due_at=solve_due_at, follow_up_at=None)


def worsened(case: CaseFacts, severity: Severity, now: datetime, policy: ServicePolicy, scope: Scope) -> CaseFacts:
    """The case once its trouble is so severe: what is due comes nearer, counted from now, and never later.

    A case that is as severe already, or closed, stays as it is.
    """
    if case.state in CLOSED or (case.severity is not None and case.severity.rank >= severity.rank):
        return case
    answer, solution = policy.due(now, replace(scope, severity=severity))
    return replace(
        case,
        severity=severity,
        answer_due_at=_nearer(case.answer_due_at, answer) if case.answered_at is None else case.answer_due_at,
        solve_due_at=_nearer(case.solve_due_at, solution),
    )


def _nearer(due: datetime | None, other: datetime) -> datetime:
    return other if due is None else min(due, other)
