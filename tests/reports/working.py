"""Cases with their history, for tests of what a report says of the work."""

from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.models import Case, CaseEvent, CaseState, Mention
from monitor.reports.figures import Figure, Figures, Group
from tests.factories import make_case
from tests.reports.conftest import Watched

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def did(session: Session, case: Case, actor: str, action: str, at: datetime, note: str = "") -> None:
    session.add(CaseEvent(case_id=case.id or 0, at=at, actor=actor, action=action, note=note))
    session.flush()


def a_case(heard: Watched, at: datetime, mention: Mention | None = None, **values: object) -> Case:
    return make_case(heard.session, mention or heard.say(at), at=at, **values)


def solved(heard: Watched, at: datetime, after: timedelta = DAY, **values: object) -> Case:
    """A case that was answered after half an hour and solved, with its history."""
    given = {"owner": "Sana", "state": CaseState.SOLVED, "answered_at": at + 30 * MINUTE, "solved_at": at + after}
    case = a_case(heard, at, **(given | values))
    did(heard.session, case, "Sana", "answered", at + 30 * MINUTE)
    did(heard.session, case, "Sana", "solved", at + after)
    return case


def value(figures: Figures, name: str) -> float | None:
    return figures.figure(name).value


def group(groups: tuple[Group, ...], key: str) -> dict[str, Figure]:
    return {figure.name: figure for one in groups if one.key == key for figure in one.figures}
