"""What people do with cases, and a case for each urgent incident that has none."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from monitor import cases
from monitor.cases import Action, CaseFacts, ComplaintFacts, DismissReason, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import Sentiment, Severity
from monitor.jobs.context import WAITING, Context, Counters
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, CaseState, Incident, Reply, ReplyState
from monitor.store import cases as store
from monitor.store import complaints

log = get_logger(__name__)

RULES = ""
"""The actor of what no person did."""


YOUNG = timedelta(hours=24)
"""Older complaints get no case by a rule: a first crawl brings years of them."""
AT_ONCE = 500


@dataclass
class Looks:
    """How far the rules have looked, in the memory of one process."""

    reading: int | None = None  # id of the last assessment looked at


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Give each urgent incident that has no case one, so that somebody can own it: the case of a complaint that
    is part of its evidence, or a new one for the first complaint. And one to each complaint that meets a rule.
    """
    counters = _for_incidents(context)
    counters.update(_for_rules(context, looks or Looks()))
    return counters


def _for_rules(context: Context, looks: Looks) -> Counters:
    """Look at what was read since the last look; a storm of complaints is left to its incident."""
    session, rules = context.session, context.settings.service.open_for
    counters: Counters = Counter()
    if looks.reading is None:
        looks.reading = max(0, complaints.newest_reading(session) - complaints.LOOK_BACK)
    while found := complaints.read_after(session, looks.reading, context.now - YOUNG, AT_ONCE):
        seen = [(one.assessment.id or 0, one.mention.id or 0, rules.why(_complaint(one))) for one in found]
        for reading, mention_id, why in seen:
            if context.stopping():
                return counters
            if why:
                counters[_by_rule(context, mention_id, why)] += 1
            looks.reading = reading
    return counters


def _complaint(read: complaints.Reading) -> ComplaintFacts:
    mention = read.mention
    value, worst, best = mention.rating_value, mention.rating_worst, mention.rating_best
    return ComplaintFacts(
        negative=read.assessment.label is Sentiment.NEGATIVE,
        followers=mention.author_followers or 0,
        themes=read.themes,
        rating=(value, 1.0 if worst is None else worst, best) if value is not None and best is not None else None,
    )


def _by_rule(context: Context, mention_id: int, why: str) -> str:
    """The counter of what was done."""
    session, service, now = context.session, context.settings.service, context.now
    brand_id = store.brand_of_mention(session, mention_id)
    if brand_id is None:
        return f"{WAITING}complaints of no brand"
    if complaints.opened_by_rules(session, brand_id, now - timedelta(hours=1)) >= service.open_for.most_an_hour:
        return "cases_not_opened_too_many"
    _open(session, mention_id, RULES, now, service, None, note=why)
    return "cases_opened_by_rule"


def _for_incidents(context: Context) -> Counters:
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
    *,
    note: str = "",
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
    session.add(CaseEvent(case_id=case.id or 0, at=now, actor=actor, action="opened", note=note))
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


def solve(
    session: Session,
    case_id: int,
    actor: str,
    now: datetime,
    outcome: str,
    *,
    seen: CaseState,
    policy: ServicePolicy | None = None,
) -> Case:
    """Close a case with what was done for the customer; the policy says when to ask if it stayed solved."""
    return _act(session, case_id, Action.SOLVE, actor, now, outcome, seen=seen, policy=policy)


def follow_up(session: Session, case_id: int, actor: str, now: datetime, text: str, *, seen: CaseState) -> Case:
    """Note what the customer was asked, or said, some days after it was solved; once."""
    return _act(session, case_id, Action.FOLLOW_UP, actor, now, text, seen=seen)


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
    if not store.change_if_same(session, case_id, (before.state, before.owner, before.follow_up_at), asdict(after)):
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
        follow_up_at=case.follow_up_at,
        outcome=case.outcome,
        reopened=case.reopened,
    )


def _overtaken(facts: CaseFacts) -> str:
    whose = f" and belongs to {facts.owner}" if facts.owner else ""
    return f"this case has changed meanwhile: it is {facts.state.value}{whose} now"
