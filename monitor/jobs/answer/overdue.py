"""Escalates cases that are overdue to the manager named in the config, once per duty; part of the answer job."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from monitor import cases, hours
from monitor.alerting import overdue as words
from monitor.alerting.channel import find
from monitor.alerting.overdue import LateCase
from monitor.alerting.reasons import Reason
from monitor.alerting.stored import to_dict
from monitor.cases import Escalation
from monitor.facts import RULES, Message, Severity
from monitor.jobs.answer.cases import facts_of
from monitor.jobs.answer.opening import scope_of
from monitor.jobs.context import Context, Counters
from monitor.languages import language_name
from monitor.log import get_logger
from monitor.models import Alert, AlertState, Brand, Case, CaseEvent
from monitor.store import complaints, following, overdue
from monitor.store.complaints import About

log = get_logger(__name__)

AT_ONCE = 500
"""Cases of a brand that one message is about; what is more goes with the next."""
ESCALATED = "escalated"
"""The word in a case's history."""
COUNTER = "cases_escalated"


def run(context: Context) -> Counters:
    """Tell the manager of what became overdue since the last message of each brand; committed brand by brand.

    The note on the case, its history and the messages are one transaction: a case is told of once, or not at all.
    """
    asked, counters = context.settings.service.escalate, Counter[str]()
    if asked is None:
        return counters
    for brand in overdue.brands_with_cases(context.session):
        if context.stopping():
            break
        since = context.now - asked.at_most_every
        if not overdue.told_after(context.session, asked.channels, _prefix(brand), since):
            counters[COUNTER] += _escalate(context, brand, asked)
    return +counters


def _prefix(brand: Brand) -> str:
    """How the keys of the messages about a brand begin."""
    return f"{words.KIND}:{brand.id}:"


def _escalate(context: Context, brand: Brand, asked: Escalation) -> int:
    """How many cases were escalated."""
    session, now = context.session, context.now
    found = _found(context, brand, asked)
    told = [(case, one) for case, one in found if overdue.claim(session, case, now)]
    if told:
        _owe(context, brand, asked, sorted((one for _, one in told), key=_urgency))
        session.add_all(_event(case, one, asked, now) for case, one in told)
        log.info("cases escalated", brand=brand.slug, cases=len(told))
    session.commit()
    return len(told)


def _found(context: Context, brand: Brand, asked: Escalation) -> list[tuple[Case, LateCase]]:
    """What is late by more than the grace, at most AT_ONCE.

    It is looked for among all that is due: of an evening's storm the grace lasts until the morning, and what is due at
    night must not wait behind it.
    """
    session, number = context.session, brand.id or 0
    found: list[tuple[Case, LateCase]] = []
    for skip in count(0, AT_ONCE):
        due = overdue.late(session, number, context.now - asked.after, AT_ONCE, skip)
        about = complaints.abouts(session, [(case.mention_id, case.brand_id) for case in due])
        known = [(case, about[case.mention_id]) for case in due if case.mention_id in about]
        found += [late for case, what in known if (late := _late(context, case, what, asked)) is not None]
        if len(due) < AT_ONCE or len(found) >= AT_ONCE:
            break
    return found[:AT_ONCE]


def _urgency(one: LateCase) -> tuple[bool, timedelta]:
    return one.severity is not Severity.CRITICAL, -one.late_by


def _late(context: Context, case: Case, about: About, asked: Escalation) -> tuple[Case, LateCase] | None:
    """The case in words when it is late by more than the grace, counted in the hours that count for it."""
    service, scope = context.settings.service, scope_of(about, case.severity)
    late = [one for one in cases.untold(facts_of(case)) if service.later(one[1], asked.after, scope) <= context.now]
    if not late:
        return None
    duty, due = late[0]
    names = (about.source, language_name(about.language), ", ".join(about.themes[:3]))
    return case, LateCase(
        number=case.id or 0,
        due=duty.value,
        late_by=context.now - due,
        owner=case.owner,
        severity=case.severity,
        about="; ".join(name for name in names if name),
    )


def _owe(context: Context, brand: Brand, asked: Escalation, late: Sequence[LateCase]) -> None:
    """One message to each channel, in the transaction of the cases."""
    now = context.now
    for name in asked.channels:
        key = f"{_prefix(brand)}{name}:{now:%Y%m%dT%H%M%S}:{late[0].number}"  # another process may tell of others
        message = words.build(
            late,
            key=key,
            brand=brand.name,
            brand_id=brand.slug,
            to=asked.to,
            dashboard=context.settings.dashboard.link,
            now=now.astimezone(ZoneInfo(brand.time_zone)),
        )
        following.owe(context.session, _alert(context, name, message))


def _alert(context: Context, name: str, message: Message) -> Alert:
    """The row of the outbox: it waits for the end of quiet hours unless a case is critical."""
    channel, now = find(context.settings.channels, name), context.now
    is_on = channel is not None and channel.enabled
    quiet = channel is not None and message.severity is not Severity.CRITICAL
    quiet_until = hours.ends_at(channel.quiet, channel.zone, now) if channel is not None and quiet else None
    due_at = (quiet_until or now) if is_on else None
    return Alert(
        key=message.key,
        channel=name,
        state=AlertState.PENDING if is_on else AlertState.WITHHELD,
        reason=Reason.OVERDUE if is_on else Reason.CHANNEL_DISABLED,
        held=Reason.QUIET_HOURS if is_on and quiet_until else "",
        due_at=due_at,
        next_try_at=due_at,
        message=to_dict(message),
        created_at=now,
    )


def _event(case: Case, one: LateCase, asked: Escalation, now: datetime) -> CaseEvent:
    note = f"to {asked.to}: the {one.due} is overdue"
    return CaseEvent(case_id=case.id or 0, at=now, actor=RULES.name, action=ESCALATED, note=note)
