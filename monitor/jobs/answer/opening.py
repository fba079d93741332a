"""Opens cases: by one click from a text or an incident, and by the rules for what somebody must own."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from monitor.access import Deed
from monitor.cases import ComplaintFacts, Scope, ServicePolicy, is_hostile
from monitor.errors import AnswerRefused
from monitor.facts import RULES, Person, Sentiment, Severity
from monitor.jobs.answer.permitting import permit, record
from monitor.jobs.context import WAITING, Context, Counters
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, Incident
from monitor.store import cases as store
from monitor.store import complaints, numbering
from monitor.store.complaints import About
from monitor.store.reached import Reached

log = get_logger(__name__)

YOUNG = timedelta(hours=24)
"""Older complaints get no case by a rule: a first crawl brings years of them."""
AT_ONCE = 500
MOST_OF_INCIDENT = 50
"""Cases that one click opens: more than that is not answered one by one."""


@dataclass
class Looks:
    """How far the rules have looked, in the memory of one process."""

    reading: Reached | None = None  # ids of assessments


@dataclass(frozen=True, slots=True)
class Opened:
    """What one click on an incident did: ids of the new cases, complaints that had one, and those still without."""

    opened: tuple[int, ...]
    had: int
    left: int


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
    label = Sentiment.NEGATIVE if rules.stars_at_most is None else None  # stars count whatever the words say
    newest = complaints.newest_reading(session)
    reached = looks.reading = looks.reading or Reached(max(0, newest - complaints.LOOK_BACK))
    reached.begin(session, newest)
    while found := complaints.read_since(session, reached, context.now - YOUNG, AT_ONCE, label):
        seen = [(one.id, one.mention_id, rules.why(_complaint(one))) for one in found]
        for reading, mention_id, why in seen:
            if context.stopping():
                return counters
            if why:
                counters[_by_rule(context, mention_id, why)] += 1
            reached.looked(reading)
    reached.end()
    return counters


def _complaint(read: complaints.Reading) -> ComplaintFacts:
    return ComplaintFacts(read.label is Sentiment.NEGATIVE, read.followers, read.themes, read.rating)


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
    first = store.complaints_without_case(session, incident_id, 1)
    if not first:
        return f"{WAITING}incidents without a complaint"
    if store.has_case(session, incident_id):  # somebody, or another process, was faster; looked at after `first`
        return f"{WAITING}incidents that got a case"
    _open(session, first[0], RULES, context.now, context.settings.service, incident)
    return "cases_opened"


def open_case(session: Session, mention_id: int, actor: Person, now: datetime, policy: ServicePolicy) -> Case:
    """The case of a mention, opened now unless there is one. Two people at once get the same case."""
    permit(session, actor, Deed.WORK, now, f"text {mention_id}")
    known = store.case_of_mention(session, mention_id)
    return known or _open(session, mention_id, actor, now, policy, None)


def open_for_incident(
    session: Session,
    incident_id: int,
    actor: Person,
    now: datetime,
    policy: ServicePolicy,
    limit: int = MOST_OF_INCIDENT,
) -> Opened:
    """Open cases for the complaints of an incident's evidence that have none, the earliest first, at most `limit`.

    Committed one by one: what two people open at once is opened once, and cases that were open are linked to it.
    """
    permit(session, actor, Deed.WORK, now, f"incident {incident_id}")
    incident = store.incident_now(session, incident_id)
    if incident is None:
        raise AnswerRefused(f"there is no incident {incident_id}")
    had = store.complaints_with_case(session, incident_id)
    waiting = store.complaints_without_case(session, incident_id, limit)
    if not had and not waiting:
        raise AnswerRefused("none of the texts behind this incident reads as a complaint: there is no case to open")
    store.link_cases(session, incident_id)
    opened = [_open(session, mention_id, actor, now, policy, incident) for mention_id in waiting]
    session.commit()
    left = store.count_without_case(session, incident_id)
    return Opened(tuple(case.id or 0 for case in opened), had, left)


def _open(
    session: Session,
    mention_id: int,
    actor: Person,
    now: datetime,
    policy: ServicePolicy,
    incident: Incident | None,
    *,
    note: str = "",
) -> Case:
    brand_id = incident.brand_id if incident else store.brand_of_mention(session, mention_id)
    about = complaints.about(session, mention_id, brand_id) if brand_id is not None else None
    if brand_id is None or about is None:
        raise AnswerRefused("this text concerns none of the brands; there is no case to open")
    incident = incident or store.incident_of_mention(session, mention_id, brand_id)
    case = _new_case(mention_id, brand_id, about, incident, now, policy)
    case.id = numbering.next_number(session, Case)
    session.add(case)
    try:
        session.flush()
    except sa.exc.IntegrityError:  # somebody opened it between our look and our insert
        session.rollback()
        known = store.case_of_mention(session, mention_id)
        if known is None:
            raise
        return known
    session.add(CaseEvent(case_id=case.id or 0, at=now, actor=actor.name, action="opened", note=note))
    if actor is not RULES:
        record(session, actor, Deed.WORK, now, f"case {case.id}")
    session.commit()
    log.info("case opened", case=case.id, incident=case.incident_id)
    return case


def scope_of(about: About, severity: Severity | None) -> Scope:
    """What the service policy must know of the case of a text."""
    return Scope(
        kind=about.kind,
        sources=(about.source, about.source_kind),
        severity=severity,
        brand=about.brand,
        location=about.location,
        zone=ZoneInfo(about.time_zone),
    )


def _new_case(
    mention_id: int, brand_id: int, about: About, incident: Incident | None, now: datetime, policy: ServicePolicy
) -> Case:
    """The row of a case, with the severity, the due times and whether its text is hard to read."""
    severity = policy.severity_of(about.themes, incident.severity if incident else None)
    answer_due_at, solve_due_at = policy.due(now, scope_of(about, severity))
    return Case(
        brand_id=brand_id,
        mention_id=mention_id,
        incident_id=incident.id if incident else None,
        opened_at=now,
        answer_due_at=answer_due_at,
        solve_due_at=solve_due_at,
        severity=severity,
        hostile=is_hostile(f"{about.title}\n{about.text}"),
    )
