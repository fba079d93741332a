"""What a page shows as a table to take away: the same filters, made when somebody asks for it, and kept in the log."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlmodel import Session

from dashboard.data import alerts, inbox, mentions
from dashboard.data.asked import Asked
from dashboard.data.brands import BrandRow
from dashboard.data.opening import database, settings
from dashboard.data.queues import NOBODY, Filters, Show
from monitor.clock import utcnow
from monitor.facts import Person
from monitor.folding import terms
from monitor.jobs.answer import exporting
from monitor.jobs.answer.exporting import Shape
from monitor.models import Brand, CaseState
from monitor.store import exports as store
from monitor.store.exports import AlertsWanted, CasesWanted, MentionsWanted, Wish

MOST = 25_000
"""Rows that a page gives, the newest: they are held in memory until they are fetched. `emberwatch export` gives all."""

Wisher: TypeAlias = Callable[[Session], Wish]
"""Tells what is wanted once it is asked for."""


def made(wish_of: Wisher, shape: Shape, actor: Person) -> bytes:
    """The file; AnswerRefused when the person may not have it."""
    out = io.BytesIO()
    with database() as session:
        redacting = replace(shape, redactor=settings().redactor)
        exporting.export(session, wish_of(session), redacting, out, actor, utcnow())
    return out.getvalue()


def of_mentions(brand: BrandRow, asked: Asked) -> Wisher:
    """The results of a search, the newest first whatever their order on the page."""

    def wish(session: Session) -> Wish:
        wanted = mentions.wanted_of(session, brand, asked)
        return MentionsWanted((wanted,) if wanted else ())

    return wish


def of_cases(filters: Filters) -> Wisher:
    """The cases of a list of the Inbox; complaints that nobody took up are no cases."""

    def wish(_session: Session) -> Wish:
        return CasesWanted(
            now=utcnow(),
            brand_ids=(filters.brand_id,),
            states=_states(filters.show),
            owner=_owner(filters),
            source=filters.source,
            kind=filters.kind,
            language=filters.language,
            theme=filters.theme,
            severity=filters.severity,
            hostile=filters.hostile,
            overdue=filters.overdue,
            follow_up=filters.show is Show.FOLLOW_UP,
            terms=terms(filters.words),
        )

    return wish


def _states(show: Show) -> tuple[CaseState, ...]:
    if show is Show.CLOSED:
        return tuple(state for state in CaseState if state not in inbox.OPEN)
    return (CaseState.SOLVED,) if show is Show.FOLLOW_UP else inbox.OPEN


def _owner(filters: Filters) -> str | None:
    if filters.show is Show.MINE:
        return filters.me or NOBODY  # who has not said their name owns nothing
    return {"": None, NOBODY: ""}.get(filters.owner, filters.owner)


def of_alerts(asked: alerts.Asked, now: datetime) -> Wisher:
    """A list of the page of alerts, all of its pages."""

    def wish(session: Session) -> Wish:
        every = tuple(store.numbers(session, Brand).values())
        aged = asked.show is not alerts.Show.WAITING  # what waits is shown however old it is
        return AlertsWanted(
            brand_ids=every if asked.brand_id is None else (asked.brand_id,),
            since=now - timedelta(days=asked.days) if aged else None,
            states=alerts.STATES[asked.show],
            channel=asked.channel,
        )

    return wish
