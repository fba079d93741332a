"""Gathers from the store what a week teaches: reach, stages, praise by name, ideas, marks of alerts, corrections."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from monitor.config import Settings
from monitor.models import Incident
from monitor.reports.learned import Learned, read_again
from monitor.reports.praised import most_praised
from monitor.reports.themes import CANDIDATES_EACH
from monitor.reports.weeks import Window
from monitor.store import report_said, reports
from monitor.store import report_said_people as people
from monitor.store.reports import Sums


def learned(
    session: Session,
    settings: Settings,
    brand_id: int,
    windows: Sequence[Window],
    *,
    whole: Sequence[Sums],
    incidents: Sequence[Incident],
    now: datetime,
) -> Learned:
    """`whole` are the sums of each window: they say how many weeks can be read mention by mention."""
    again = windows[: read_again([sums.mentions for sums in whole])]
    two = windows[:2]
    praised = people.praised(session, brand_id, windows)
    judged = [incident.id for incident in incidents if incident.id and incident.opened_at >= windows[1][0]]
    return Learned(
        themes=report_said.theme_rows(session),
        policies={theme.id: theme.policy for theme in settings.themes if theme.policy},
        staged=[report_said.staged(session, brand_id, window) for window in again],
        reached=[report_said.reached(session, brand_id, window) for window in again],
        praise=[reports.theme_praise(session, brand_id, window) for window in again[2:]],
        readings=[reports.reading(session, brand_id, window) for window in again[2:]],
        certain=[report_said.certain(session, brand_id, window) for window in two],
        branches=[report_said.branch_sums(session, brand_id, window) for window in two],
        praised=praised,
        praise_quotes=people.praise_candidates(
            session, brand_id, windows[0], most_praised(praised), each=CANDIDATES_EACH
        ),
        ideas=people.ideas(session, brand_id, now),
        detectors=people.first_detectors(session, judged),
        marked=[people.marked_alerts(session, brand_id, window) for window in two],
        held=[people.held_findings(session, brand_id, window) for window in two],
        checked=[people.checked(session, brand_id, window) for window in two],
    )
