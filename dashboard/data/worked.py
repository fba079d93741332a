"""The cases of a brand as columns, read by one range of an index: those that were opened in some months only."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from monitor.cases import Action
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Case,
    CaseEvent,
    CaseState,
    Mention,
    MentionBrand,
    Source,
    Theme,
)
from monitor.reports.answering import Flags, Handled, Times

Window = tuple[datetime, datetime]


class By(StrEnum):
    """What cases are told apart by."""

    PERSON = "person"
    SOURCE = "source"
    KIND = "kind"
    LANGUAGE = "language"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Work:
    """Cases as columns of shape (n,), in the order in which they were opened."""

    number: NDArray[np.int64]  # their ids
    times: Handled
    answers: NDArray[np.int64]  # that were recorded
    escalated: Flags
    hostile: Flags

    def __len__(self) -> int:
        return len(self.number)

    def only(self, wanted: NDArray[Any]) -> "Work":
        """The cases for which `wanted` says so, or that it lists by their place."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        times = self.times.only(wanted)
        return Work(**{name: times if name == "times" else column[wanted] for name, column in told.items()})


def work(session: Session, brand_id: int, window: Window) -> Work:
    """The cases that were opened in the window."""
    found: Sequence[Any] = session.connection().execute(_columns(brand_id, window)).all()
    columns: list[Any] = list(zip(*found, strict=True)) or [()] * len(_NAMES)
    named = dict(zip(_NAMES, columns, strict=True))
    return Work(
        number=_numbers(named["id"]),
        times=Handled(
            *(_times(named[name]) for name in _TIMES),
            dismissed=_flags(named["dismissed"]),
            reopened=_numbers(named["reopened"]),
        ),
        answers=_numbers(named["answers"]),
        escalated=_flags(named["escalated"]),
        hostile=_flags(named["hostile"]),
    )


_TIMES = ("opened_at", "answer_due_at", "answered_at", "solve_due_at", "solved_at")
_NAMES = ("id", *_TIMES, "dismissed", "escalated", "hostile", "reopened", "answers")


def _columns(brand_id: int, window: Window) -> sa.Select[Any]:
    answers = sa.select(sa.func.count()).where(
        col(CaseEvent.case_id) == col(Case.id), col(CaseEvent.action) == Action.ANSWER.past
    )
    yes_or_no = (col(Case.state) == CaseState.DISMISSED, col(Case.escalated_at).is_not(None), col(Case.hostile))
    return (
        sa.select(
            col(Case.id),
            *(_raw(getattr(Case, name)) for name in _TIMES),
            *(_raw(said) for said in yes_or_no),
            col(Case.reopened),
            answers.correlate(Case).scalar_subquery(),
        )
        .where(*_opened(brand_id, window))
        .order_by(col(Case.opened_at), col(Case.id))
    )


def _raw(column: Any) -> sa.ColumnElement[Any]:
    """As the driver gives it: to turn tens of thousands into datetimes takes longer than to read them."""
    return sa.type_coerce(column, sa.types.NullType())


def _opened(brand_id: int, window: Window) -> tuple[sa.ColumnElement[bool], ...]:
    """One range of the index on (brand, opened)."""
    return (
        col(Case.brand_id) == brand_id,
        col(Case.opened_at) >= window[0],
        col(Case.opened_at) < window[1],
    )


def _times(values: Sequence[Any]) -> Times:
    return np.array(values, dtype="datetime64[us]")


def _flags(values: Sequence[Any]) -> Flags:
    return np.array(values, dtype=np.bool_)


def _numbers(values: Sequence[Any]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def written(session: Session, brand_id: int, window: Window, cases: Work) -> Times:
    """When the customers published what these cases, opened in the window, are about; NaT where it is not kept."""
    about = (col(MentionBrand.mention_id) == col(Case.mention_id)) & (col(MentionBrand.brand_id) == col(Case.brand_id))
    query = sa.select(col(Case.id), _raw(MentionBrand.published_at)).join(MentionBrand, about)
    told = {row[0]: row[1] for row in session.execute(query.where(*_opened(brand_id, window)))}
    return _times([told.get(number) for number in cases.number.tolist()])


def keys(session: Session, brand_id: int, window: Window, by: By) -> list[tuple[int, str]]:
    """Ids of the cases that were opened in the window with their owner, source, kind, language, or each theme."""
    rows = session.execute(_keys(by).where(*_opened(brand_id, window)))
    return [(number, key) for number, key in rows]


def _keys(by: By) -> sa.Select[Any]:
    case = col(Case.id)
    if by is By.PERSON:
        return sa.select(case, col(Case.owner))
    if by is By.THEME:
        read = _with_reading(sa.select(case, col(Theme.slug)))
        return read.join(AssessmentTheme, col(AssessmentTheme.assessment_id) == col(Assessment.id)).join(Theme)
    if by is By.LANGUAGE:
        return _with_reading(sa.select(case, col(Assessment.language)))
    if by is By.KIND:
        return sa.select(case, _raw(Mention.kind)).join(Mention, _ABOUT)
    return sa.select(case, col(Source.slug)).join(Mention, _ABOUT).join(Source, col(Source.id) == Mention.source_id)


_ABOUT = col(Mention.id) == col(Case.mention_id)


def _with_reading(query: sa.Select[Any]) -> sa.Select[Any]:
    current = (col(Assessment.mention_id) == col(Case.mention_id)) & col(Assessment.is_current)
    return query.join(Assessment, current)


def dismissals(session: Session, brand_id: int, window: Window) -> list[str]:
    """Why the dismissed ones of the cases opened in the window were dismissed, as it was written then."""
    outcomes = sa.select(col(Case.outcome)).where(*_opened(brand_id, window), col(Case.state) == CaseState.DISMISSED)
    return list(session.scalars(outcomes))
