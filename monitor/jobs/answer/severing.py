"""Lets open cases follow their incident when it gets severer: what is due comes nearer; part of the answer job."""

from collections import Counter

from monitor import cases
from monitor.facts import RULES, Severity
from monitor.jobs.answer.cases import facts_of
from monitor.jobs.answer.opening import scope_of
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Case, CaseEvent
from monitor.store import complaints, overdue

log = get_logger(__name__)

SEVERER = "severer"
"""The word in a case's history."""


def run(context: Context) -> Counters:
    """Give each open case the severity of its incident, if that is higher, with the due times that go with it."""
    counters: Counters = Counter()
    for case, severity in overdue.milder_than_incident(context.session):
        if context.stopping():
            break
        counters["cases_severer"] += _follow(context, case, severity)
    return +counters


def _follow(context: Context, case: Case, severity: Severity) -> int:
    session, number = context.session, case.id or 0
    about = complaints.about(session, case.mention_id, case.brand_id)
    if about is None:
        return 0
    scope, before = scope_of(about, severity), facts_of(case)
    after = cases.worsened(before, severity, context.now, context.settings.service, scope)
    if after == before:  # another process was faster, or somebody closed it
        return 0
    values = {"severity": after.severity, "answer_due_at": after.answer_due_at, "solve_due_at": after.solve_due_at}
    if not overdue.worsen(session, case, values):
        session.rollback()
        return 0
    note = f"now {severity.value}"
    session.add(CaseEvent(case_id=number, at=context.now, actor=RULES.name, action=SEVERER, note=note))
    session.commit()
    log.info("case severer", case=number, severity=severity.value)
    return 1
