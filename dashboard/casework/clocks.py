"""The clocks of a case: until when it is to be answered and solved, if that was met, and by which rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard import parts
from dashboard.data import opening
from dashboard.words import _, _h
from monitor.cases import CLOSED, CaseFacts, Term
from monitor.models import CaseState


def clocks(case: CaseFacts | None, term: Term | None, now: datetime, zone: ZoneInfo) -> str:
    """Both clocks and the policy behind them, as HTML; empty without a case."""
    if case is None:
        return ""
    closed = case.state in CLOSED
    gone = _h("not answered") if case.state is CaseState.SOLVED else _h("not needed any more")
    answered = _clock(_("First answer"), case.answer_due_at, case.answered_at, gone if closed else "", now, zone)
    solved = _clock(
        _("Solution"), case.solve_due_at, case.solved_at, _h("not needed any more") if closed else "", now, zone
    )
    return f'<div class="ew-clocks">{answered}{solved}</div>{_policy(term)}{_escalated(case, now, zone)}'


def _clock(label: str, due: datetime | None, done: datetime | None, gone: str, now: datetime, zone: ZoneInfo) -> str:
    """`gone` is what to say of a closed case for which it was never done."""
    if due is None and done is None:
        return ""
    tone, words = _told(due, done, gone, now, zone)
    return f'<div class="ew-clock {tone}"><b>{parts.said(label)}</b> {words}</div>'


def _told(due: datetime | None, done: datetime | None, gone: str, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    if done is not None:
        at = parts.when(done, now, zone)
        if due is None or done <= due:
            return "ew-met", "✓ " + _h("in time: %(when)s", when=at)
        return "ew-missed", "▲ " + _h("%(time)s late: %(when)s", time=parts.lasting(done - due), when=at)
    if gone or due is None:
        return "", gone
    at = parts.when(due, now, zone)
    if due < now:
        return "ew-missed", "▲ " + _h("%(time)s late, was due %(when)s", time=parts.lasting(now - due), when=at)
    return "", _h("due %(when)s", when=at)


def _policy(term: Term | None) -> str:
    """Which times of the config count for it now; what the clocks say was fixed when they were set."""
    if term is None:
        return ""
    times = {"answer": parts.lasting(term.answer_within), "solve": parts.lasting(term.solve_within)}
    rule = (
        _h("Service policy: answer within %(answer)s, solve within %(solve)s", **times)
        if not term.rule
        else _h(
            "Rule %(n)s of the service policy: answer within %(answer)s, solve within %(solve)s",
            n=str(term.rule),
            **times,
        )
    )
    hours = opening.settings().service.hours
    when = _h("counted in business hours") if hours and not term.round_the_clock else _h("counted round the clock")
    return parts.line(rule, when)


def _escalated(case: CaseFacts, now: datetime, zone: ZoneInfo) -> str:
    if case.escalated_at is None:
        return ""
    return parts.line(
        parts.tag(_("escalated"), "high"),
        _h("a manager was told %(when)s", when=parts.when(case.escalated_at, now, zone)),
    )
