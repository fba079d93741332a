"""Makes the message to a manager about cases that are overdue: which, by how much, whose, and a link to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerting.shown import MAX_FACTS, MAX_LINKS, presentable
from monitor.clock import spoken_duration
from monitor.facts import Link, Message, Severity

KIND = "overdue"
LISTED = MAX_FACTS - 2
"""Cases that are named; the last lines say how many more, and for whom it is."""


@dataclass(frozen=True, slots=True)
class LateCase:
    """One case that is overdue; `due` is the duty (answer or solution), `about` its source, themes and language."""

    number: int
    due: str
    late_by: timedelta
    owner: str
    severity: Severity | None
    about: str = ""

    @property
    def words(self) -> str:
        """The case in one line for people."""
        owner = f"{self.owner} owns it" if self.owner else "nobody owns it"
        severity = f"; {self.severity.value}" if self.severity else ""
        about = f"; {self.about}" if self.about else ""
        return f"{self.due} late by {spoken_duration(self.late_by)}; {owner}{severity}{about}"


def build(
    late: Sequence[LateCase], *, key: str, brand: str, brand_id: str, to: str, dashboard: str, now: datetime
) -> Message:
    """One message about all cases of a brand that became overdue, the longest late first; `now` in the brand's zone.

    `dashboard` is the address that links start with, "" for none.
    """
    alone, number = len(late) == 1, len(late)
    what = f"case {late[0].number} is overdue" if alone else f"{number:,} cases are overdue"
    rows = [(f"Case {one.number}", one.words) for one in late[:LISTED]]
    more = [("And", f"{number - LISTED:,} more")] if number > LISTED else []
    return presentable(
        Message(
            key=key,
            thread=f"{KIND}:{brand_id}",
            subject=f"{brand}: {what}",
            severity=_severity(late),
            kind=KIND,
            brand=brand,
            sentence=f"{_sentence(late)} {to}, please see that somebody does it.",
            facts=(*rows, *more),
            quotes=(),
            link=_page(late, dashboard, brand_id),
            next_step=_next_step(late),
            at=now,
            links=() if alone else tuple(_link(one, dashboard) for one in late[:MAX_LINKS] if dashboard),
        )
    )


def _severity(late: Sequence[LateCase]) -> Severity:
    return Severity.CRITICAL if any(one.severity is Severity.CRITICAL for one in late) else Severity.HIGH


def _sentence(late: Sequence[LateCase]) -> str:
    if len(late) == 1:
        return f"The {late[0].due} to a complaint is late by {spoken_duration(late[0].late_by)}."
    answers = sum(one.due == "answer" for one in late)
    parts = [(answers, "for an answer"), (len(late) - answers, "for a solution")]
    waits = " and ".join(f"{number:,} {what}" for number, what in parts if number)
    longest = max(one.late_by for one in late)
    return f"Complaints wait too long: {waits}; the longest is late by {spoken_duration(longest)}."


def _next_step(late: Sequence[LateCase]) -> str:
    untaken = sum(not one.owner for one in late)
    if untaken:
        return f"Assign what nobody owns ({untaken:,}), then ask the owners of the others."
    return "Ask the owner what is missing, or assign it to somebody who has time."


def _page(late: Sequence[LateCase], dashboard: str, brand_id: str) -> str:
    if not dashboard:
        return ""
    return _link(late[0], dashboard).url if len(late) == 1 else f"{dashboard}/inbox?brand={brand_id}&overdue=yes"


def _link(one: LateCase, dashboard: str) -> Link:
    return Link(f"Case {one.number}", f"{dashboard}/inbox?case={one.number}")
