"""What people, and the rules, do with cases that are open."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from monitor import cases
from monitor.access import Deed
from monitor.cases import Action, CaseFacts, DismissReason, Scope, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import RULES, Person
from monitor.jobs.answer.opening import scope_of
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, CaseState, Reply, ReplyState
from monitor.store import cases as store
from monitor.store import complaints

log = get_logger(__name__)


def take(session: Session, case_id: int, actor: Person, now: datetime, *, seen: CaseState) -> Case:
    """Own a case that nobody owns."""
    return act(session, case_id, Action.TAKE, actor, now, seen=seen)


def assign(session: Session, case_id: int, actor: Person, now: datetime, *, to: str, seen: CaseState) -> Case:
    """Give a case to somebody; whoever gives it to themselves takes it."""
    return act(session, case_id, Action.ASSIGN, actor, now, to, seen=seen, to=to)


def release(session: Session, case_id: int, actor: Person, now: datetime, *, seen: CaseState) -> Case:
    """Give a case back, or free one whose owner is away; the history says who did."""
    return act(session, case_id, Action.RELEASE, actor, now, seen=seen)


def note(session: Session, case_id: int, actor: Person, now: datetime, text: str) -> Case:
    """Add an internal note; allowed to everybody in every state."""
    return act(session, case_id, Action.NOTE, actor, now, text)


def answer(
    session: Session,
    case_id: int,
    actor: Person,
    now: datetime,
    text: str,
    *,
    seen: CaseState,
    language: str = "",
) -> Case:
    """Record what was answered in public; the first answer stops the first clock."""
    reply = Reply(
        case_id=case_id,
        state=ReplyState.POSTED,
        actor=actor.name,
        language=language,
        text=text.strip(),
        written_at=now,
        posted_at=now,
    )
    return act(session, case_id, Action.ANSWER, actor, now, text, seen=seen, reply=reply)


def wait(session: Session, case_id: int, actor: Person, now: datetime, *, seen: CaseState) -> Case:
    """Wait for the customer."""
    return act(session, case_id, Action.WAIT, actor, now, seen=seen)


def solve(
    session: Session,
    case_id: int,
    actor: Person,
    now: datetime,
    outcome: str,
    *,
    seen: CaseState,
    policy: ServicePolicy | None = None,
) -> Case:
    """Close a case with what was done for the customer; the policy says when to ask if it stayed solved."""
    return act(session, case_id, Action.SOLVE, actor, now, outcome, seen=seen, policy=policy)


def follow_up(session: Session, case_id: int, actor: Person, now: datetime, text: str, *, seen: CaseState) -> Case:
    """Note what the customer was asked, or said, some days after it was solved; once."""
    return act(session, case_id, Action.FOLLOW_UP, actor, now, text, seen=seen)


def dismiss(
    session: Session,
    case_id: int,
    actor: Person,
    now: datetime,
    reason: DismissReason,
    *,
    seen: CaseState,
    text: str = "",
) -> Case:
    """Close a case that needs no solution, with the reason."""
    words = f"{reason.value}: {text.strip()}" if text.strip() else reason.value
    return act(session, case_id, Action.DISMISS, actor, now, words, seen=seen)


def reopen(
    session: Session,
    case_id: int,
    actor: Person,
    now: datetime,
    policy: ServicePolicy,
    *,
    seen: CaseState,
    text: str = "",
) -> Case:
    """Take a closed case up again; the time to solve counts anew."""
    return act(session, case_id, Action.REOPEN, actor, now, text, seen=seen, policy=policy)


def act(
    session: Session,
    case_id: int,
    action: Action,
    actor: Person,
    now: datetime,
    text: str = "",
    *,
    seen: CaseState | None = None,
    policy: ServicePolicy | None = None,
    reply: Reply | None = None,
    to: str = "",
    at: datetime | None = None,
) -> Case:
    """Do one action and commit; AnswerRefused when the rules or somebody faster forbid it.

    `seen` is the state on the person's screen: what they decided on must still be so.
    """
    case = _find(session, case_id)
    before = facts_of(case)
    deed = _deed(action, before, actor)
    if actor is not RULES:
        permit(session, actor, deed, now, f"case {case_id}")
    scope = _scope(session, case) if action is Action.REOPEN else None
    after = cases.apply(before, action, actor.name, now, text, policy=policy, scope=scope, to=to, at=at)
    if seen is not None and seen is not before.state:
        raise AnswerRefused(_overtaken(before))
    seen_now = (before.state, before.owner, before.follow_up_at)
    if not store.change_if_same(session, case_id, seen_now, _changed(before, after)):
        session.rollback()
        raise AnswerRefused(_overtaken(facts_of(_find(session, case_id))))
    session.add(CaseEvent(case_id=case_id, at=now, actor=actor.name, action=action.past, note=text.strip()))
    if reply is not None:
        session.add(reply)
    if actor is not RULES:
        record(session, actor, deed, now, f"case {case_id}")
    session.commit()
    log.info("case changed", case=case_id, action=action.value, state=after.state.value)
    return _find(session, case_id)


def _changed(before: CaseFacts, after: CaseFacts) -> dict[str, Any]:
    """What the action changes, and no more: due times and the escalation are written by others at the same time."""
    old = asdict(before)
    return {name: value for name, value in asdict(after).items() if value != old[name] or name == "state"}


def _scope(session: Session, case: Case) -> Scope | None:
    about = complaints.about(session, case.mention_id, case.brand_id)
    return scope_of(about, case.severity) if about is not None else None


def _deed(action: Action, case: CaseFacts, actor: Person) -> Deed:
    """What an action on a case is to the rules of who may do it."""
    if action is Action.NOTE:
        return Deed.NOTE
    if action is Action.ASSIGN:
        return Deed.ASSIGN
    is_anothers = case.owner not in ("", actor.name)
    return Deed.RELEASE_OTHERS if action is Action.RELEASE and is_anothers else Deed.WORK


def _find(session: Session, case_id: int) -> Case:
    case = store.case_of(session, case_id)
    if case is None:
        raise AnswerRefused(f"there is no case {case_id}")
    return case


def facts_of(case: Case) -> CaseFacts:
    """The case as the rules see it."""
    return CaseFacts(
        state=case.state,
        owner=case.owner,
        opened_at=case.opened_at,
        answer_due_at=case.answer_due_at,
        solve_due_at=case.solve_due_at,
        answered_at=case.answered_at,
        solved_at=case.solved_at,
        follow_up_at=case.follow_up_at,
        outcome=case.outcome,
        reopened=case.reopened,
        severity=case.severity,
        hostile=case.hostile,
        escalated_at=case.escalated_at,
    )


def _overtaken(facts: CaseFacts) -> str:
    whose = f" and belongs to {facts.owner}" if facts.owner else ""
    return f"this case has changed meanwhile: it is {facts.state.value}{whose} now"
