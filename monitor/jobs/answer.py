"""Every write that people make in the dashboard, and a case for each incident that has none."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from monitor import cases
from monitor.cases import Action, CaseFacts, DismissReason, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import ChangeKind, Mark, Sentiment, Severity
from monitor.jobs.context import WAITING, Context, Counters
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, CaseState, Incident, IncidentChange, Reply, ReplyState
from monitor.store import cases as store
from monitor.store import corrections
from monitor.store import incidents as incident_store
from monitor.store.corrections import Seen

log = get_logger(__name__)

RULES = ""
"""The actor of what no person did."""


def run(context: Context) -> Counters:
    """Give each urgent incident that has no case one, so that somebody can own it: the case of a complaint that
    is part of its evidence, or a new one for the first complaint.
    """
    counters: Counters = Counter()
    for incident in store.incidents_without_case(context.session):
        if context.stopping():
            break
        counters[_give_case(context, incident)] += 1
    return counters


def _give_case(context: Context, incident: Incident) -> str:
    """The counter of what was done."""
    session, incident_id = context.session, incident.id or 0
    if store.link_cases(session, incident_id):
        session.commit()
        return "cases_linked"
    mention_id = store.first_complaint(session, incident_id)
    if mention_id is None:
        return f"{WAITING}incidents without a complaint"
    _open(session, mention_id, RULES, context.now, context.settings.service, incident)
    return "cases_opened"


def open_case(session: Session, mention_id: int, actor: str, now: datetime, policy: ServicePolicy) -> Case:
    """The case of a mention, opened now unless there is one. Two people at once get the same case."""
    cases.check_name(actor)
    known = store.case_of_mention(session, mention_id)
    return known or _open(session, mention_id, actor.strip(), now, policy, None)


def _open(
    session: Session,
    mention_id: int,
    actor: str,
    now: datetime,
    policy: ServicePolicy,
    incident: Incident | None,
) -> Case:
    brand_id = incident.brand_id if incident else store.brand_of_mention(session, mention_id)
    if brand_id is None:
        raise AnswerRefused("this text concerns none of the brands; there is no case to open")
    incident = incident or store.incident_of_mention(session, mention_id, brand_id)
    critical = incident is not None and incident.severity is Severity.CRITICAL
    answer_due_at, solve_due_at = policy.due(now, critical=critical)
    case = Case(
        brand_id=brand_id,
        mention_id=mention_id,
        incident_id=incident.id if incident else None,
        opened_at=now,
        answer_due_at=answer_due_at,
        solve_due_at=solve_due_at,
    )
    session.add(case)
    try:
        session.flush()
    except sa.exc.IntegrityError:  # somebody opened it between our look and our insert
        session.rollback()
        known = store.case_of_mention(session, mention_id)
        if known is None:
            raise
        return known
    session.add(CaseEvent(case_id=case.id or 0, at=now, actor=actor, action="opened"))
    session.commit()
    log.info("case opened", case=case.id, incident=case.incident_id)
    return case


def take(session: Session, case_id: int, actor: str, now: datetime, *, seen: CaseState) -> Case:
    """Own a case that nobody owns."""
    return _act(session, case_id, Action.TAKE, actor, now, seen=seen)


def release(session: Session, case_id: int, actor: str, now: datetime, *, seen: CaseState) -> Case:
    """Give a case back, or free one whose owner is away; the history says who did."""
    return _act(session, case_id, Action.RELEASE, actor, now, seen=seen)


def note(session: Session, case_id: int, actor: str, now: datetime, text: str) -> Case:
    """Add an internal note; allowed to everybody in every state."""
    return _act(session, case_id, Action.NOTE, actor, now, text)


def answer(
    session: Session,
    case_id: int,
    actor: str,
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
        actor=actor.strip(),
        language=language,
        text=text.strip(),
        written_at=now,
        posted_at=now,
    )
    return _act(session, case_id, Action.ANSWER, actor, now, text, seen=seen, reply=reply)


def wait(session: Session, case_id: int, actor: str, now: datetime, *, seen: CaseState) -> Case:
    """Wait for the customer."""
    return _act(session, case_id, Action.WAIT, actor, now, seen=seen)


def solve(session: Session, case_id: int, actor: str, now: datetime, outcome: str, *, seen: CaseState) -> Case:
    """Close a case with what was done for the customer."""
    return _act(session, case_id, Action.SOLVE, actor, now, outcome, seen=seen)


def dismiss(
    session: Session,
    case_id: int,
    actor: str,
    now: datetime,
    reason: DismissReason,
    *,
    seen: CaseState,
    text: str = "",
) -> Case:
    """Close a case that needs no solution, with the reason."""
    words = f"{reason.value}: {text.strip()}" if text.strip() else reason.value
    return _act(session, case_id, Action.DISMISS, actor, now, words, seen=seen)


def reopen(
    session: Session,
    case_id: int,
    actor: str,
    now: datetime,
    policy: ServicePolicy,
    *,
    seen: CaseState,
    text: str = "",
) -> Case:
    """Take a closed case up again; the time to solve counts anew."""
    return _act(session, case_id, Action.REOPEN, actor, now, text, seen=seen, policy=policy)


def _act(
    session: Session,
    case_id: int,
    action: Action,
    actor: str,
    now: datetime,
    text: str = "",
    *,
    seen: CaseState | None = None,
    policy: ServicePolicy | None = None,
    reply: Reply | None = None,
) -> Case:
    """Do one action and commit; AnswerRefused when the rules or somebody faster forbid it.

    `seen` is the state on the person's screen: what they decided on must still be so.
    """
    case = _find(session, case_id)
    before = facts_of(case)
    after = cases.apply(before, action, actor.strip(), now, text, policy=policy)
    if seen is not None and seen is not before.state:
        raise AnswerRefused(_overtaken(before))
    if not store.change_if_same(session, case_id, (before.state, before.owner), asdict(after)):
        session.rollback()
        raise AnswerRefused(_overtaken(facts_of(_find(session, case_id))))
    session.add(CaseEvent(case_id=case_id, at=now, actor=actor.strip(), action=action.past, note=text.strip()))
    if reply is not None:
        session.add(reply)
    session.commit()
    log.info("case changed", case=case_id, action=action.value, state=after.state.value)
    return _find(session, case_id)


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
        outcome=case.outcome,
        reopened=case.reopened,
    )


def _overtaken(facts: CaseFacts) -> str:
    whose = f" and belongs to {facts.owner}" if facts.owner else ""
    return f"this case has changed meanwhile: it is {facts.state.value}{whose} now"


def own_incident(session: Session, incident_id: int, actor: str, *, seen_owner: str) -> Incident:
    """Look after an incident, in the place of the owner (or "") on the person's screen."""
    cases.check_name(actor)
    written = store.own_incident_if_same(session, incident_id, seen_owner, actor.strip())
    incident = _find_incident(session, incident_id)
    if not written:
        session.rollback()
        owner = f"{incident.owner} looks after it" if incident.owner else "nobody looks after it"
        raise AnswerRefused(f"this incident has changed meanwhile: it is {incident.state.value} and {owner} now")
    session.commit()
    return incident


def dismiss_incident(session: Session, incident_id: int, reason: str, actor: str, now: datetime) -> Incident:
    """End an incident that is none; it then counts as usual, and nobody hears of it again."""
    cases.check_name(actor)
    if not reason.strip():
        raise AnswerRefused(cases.MISSING[Action.DISMISS])
    written = store.dismiss_incident_if_active(session, incident_id, reason.strip(), now)
    incident = _find_incident(session, incident_id)
    if not written:
        session.rollback()
        raise AnswerRefused(f"this incident is already {incident.state.value}")
    change = IncidentChange(
        incident_id=incident_id,
        kind=ChangeKind.DISMISSED,
        severity=incident.severity,
        sentence=f"Dismissed by {actor.strip()}: {reason.strip()}",
        actor=actor.strip(),
        at=now,
    )
    session.add(change)
    session.commit()
    log.info("incident dismissed", incident=incident_id)
    return incident


def mark_incident(session: Session, incident_id: int, mark: Mark | None, actor: str, now: datetime) -> Incident:
    """Say whether it was good to hear of an incident, at any time, also once it is over; None takes that back."""
    cases.check_name(actor)
    if not incident_store.mark(session, incident_id, mark, actor.strip(), now):
        session.rollback()
        raise AnswerRefused(f"there is no incident {incident_id}")
    session.commit()
    log.info("incident marked", incident=incident_id, mark=mark.value if mark else "")
    return _find_incident(session, incident_id)


def correct(session: Session, mention_id: int, label: Sentiment, actor: str, now: datetime, *, seen: Seen) -> None:
    """Say what a text is, in the place of the model; figures, search and lists follow at once."""
    cases.check_name(actor)
    if not corrections.correct(session, mention_id, label, actor.strip(), now, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    session.commit()
    log.info("reading corrected", mention=mention_id, label=label.value)


def undo_correction(session: Session, mention_id: int, actor: str, *, seen: Seen) -> None:
    """Let the model's reading count again."""
    cases.check_name(actor)
    if not corrections.undo(session, mention_id, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    session.commit()
    log.info("correction undone", mention=mention_id)


_READ_ANEW = "this text was edited, read anew or corrected meanwhile: look at it again"


def _find_incident(session: Session, incident_id: int) -> Incident:
    incident = store.incident_now(session, incident_id)
    if incident is None:
        raise AnswerRefused(f"there is no incident {incident_id}")
    return incident
