"""How the cases of a brand were worked on, as columns: the cases that a week touched, and what people did to them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from monitor.facts import RELEVANT, Sentiment
from monitor.models import (
    Assessment,
    Case,
    CaseEvent,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    Relation,
    Source,
)

Window = tuple[datetime, datetime]
Times = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Words = NDArray[np.object_]

ANSWERED, FOUND, TOOK, ASSIGNED, SOLVED, REOPENED, FOLLOWED_UP = _ACTIONS = (
    "answered", "found the answer", "took", "assigned", "solved", "reopened", "followed up"
)  # fmt: skip
"""The words of a case's history that the report counts."""


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Cases as columns of shape (n,), in the order of their numbers. Times are UTC, NaT for what has not happened."""

    number: Numbers
    mention: Numbers  # what it is about
    published: Times  # when the customer wrote that; NaT where it is not kept
    opened: Times
    answer_due: Times
    answered: Times
    solve_due: Times
    solved: Times
    escalated: Times
    follow_up: Times
    dismissed: Flags
    hostile: Flags
    reopened: Numbers  # how often
    answers: Numbers  # that were recorded
    owner: Words
    place: Words  # the type of the source: google_business, bluesky ...
    kind: Words  # of the text: review, post ...
    source: Words  # its id in the config

    def __len__(self) -> int:
        return len(self.number)

    def only(self, wanted: NDArray[Any]) -> "CaseRows":
        """The cases for which `wanted` says so, or that it lists by their place."""
        return CaseRows(*(getattr(self, field.name)[wanted] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Events:
    """What was done to cases, as columns of shape (m,), in the order in which it was noted."""

    case: Numbers
    at: Times
    actor: Words  # "": the rules
    action: Words
    about: Words  # to whom a case was assigned; "" otherwise

    def __len__(self) -> int:
        return len(self.case)

    def only(self, wanted: NDArray[Any]) -> "Events":
        return Events(*(getattr(self, field.name)[wanted] for field in fields(self)))

    def of(self, action: str) -> "Events":
        return self.only(self.action == action)


_TIMES = ("opened_at", "answer_due_at", "answered_at", "solve_due_at", "solved_at", "escalated_at", "follow_up_at")


def case_rows(session: Session, brand_id: int, since: datetime, until: datetime) -> CaseRows:
    """The cases opened before `until` that something was done to since then, or that were open at any time of it.

    Those that wait for their follow-up belong to them. One range of the index over a brand's cases.
    """
    touched = sa.or_(
        *(col(getattr(Case, name)) >= since for name in ("opened_at", "answered_at", "solved_at", "escalated_at")),
        col(Case.follow_up_at).is_not(None),
        col(Case.state).not_in((CaseState.SOLVED, CaseState.DISMISSED)),
    )
    answers = sa.select(sa.func.count()).where(
        col(CaseEvent.case_id) == col(Case.id), col(CaseEvent.action) == ANSWERED
    )
    query = (
        sa.select(
            col(Case.id), col(Case.mention_id), raw(Mention.published_at),
            *(raw(getattr(Case, name)) for name in _TIMES),
            raw(col(Case.state) == CaseState.DISMISSED), raw(Case.hostile), col(Case.reopened),
            answers.correlate(Case).scalar_subquery(),
            col(Case.owner), col(Source.kind), raw(Mention.kind), col(Source.slug),
        )
        .join(Mention, col(Mention.id) == col(Case.mention_id))
        .join(Source, col(Source.id) == col(Mention.source_id))
        .where(col(Case.brand_id) == brand_id, col(Case.opened_at) < until, touched)
        .order_by(col(Case.id))
    )  # fmt: skip
    return CaseRows(*as_columns(session.connection().execute(query).all(), KINDS))


def events(session: Session, brand_id: int, since: datetime, until: datetime) -> Events:
    """What was done to the brand's cases in [since, until), of what the report counts."""
    about = sa.case((col(CaseEvent.action) == ASSIGNED, col(CaseEvent.note)), else_="")
    query = (
        sa.select(col(CaseEvent.case_id), raw(CaseEvent.at), col(CaseEvent.actor), col(CaseEvent.action), about)
        .join(Case, col(Case.id) == col(CaseEvent.case_id))
        .where(
            col(CaseEvent.at) >= since,
            col(CaseEvent.at) < until,
            col(CaseEvent.action).in_(_ACTIONS),
            col(Case.brand_id) == brand_id,
        )
        .order_by(col(CaseEvent.id))
    )
    return Events(*as_columns(session.connection().execute(query).all(), EVENT_KINDS))


def solved_at(session: Session, numbers: Sequence[int]) -> dict[int, datetime]:
    """When each of these cases was solved; those that are not solved any more are left out."""
    found: dict[int, datetime] = {}
    for some in chunks(numbers):
        query = sa.select(col(Case.id), col(Case.solved_at)).where(col(Case.id).in_(some))
        found.update((number, at) for number, at in session.execute(query) if at is not None)
    return found


def linked(session: Session, brand_id: int, since: datetime) -> list[tuple[int, int]]:
    """Texts that were linked since then to a case that their customer had already: (mention, case)."""
    query = (
        sa.select(col(CaseMention.mention_id), col(CaseMention.case_id))
        .join(Case, col(Case.id) == col(CaseMention.case_id))
        .where(
            col(Case.brand_id) == brand_id,
            col(CaseMention.linked_at) >= since,
            col(CaseMention.relation).in_((Relation.LATER, Relation.SURVEY)),
        )
    )
    return [(mention, case) for mention, case in session.execute(query)]


def answered_in_public(
    session: Session, brand_id: int, authors: Sequence[int], window: Window
) -> list[tuple[int, datetime]]:
    """Texts about the brand that these authors, who are us, answered directly in the window, with the first time."""
    found: list[tuple[int, datetime]] = []
    for some in chunks(authors):
        query = (
            sa.select(col(Mention.parent_id), sa.func.min(col(Mention.published_at)))
            .join(
                MentionBrand,
                (col(MentionBrand.mention_id) == col(Mention.parent_id))
                & (col(MentionBrand.brand_id) == brand_id)
                & (col(MentionBrand.relevance) >= RELEVANT),
            )
            .where(
                col(Mention.author_id).in_(some),
                col(Mention.parent_id).is_not(None),
                col(Mention.deleted_at).is_(None),
                col(Mention.published_at) >= window[0],
                col(Mention.published_at) < window[1],
            )
            .group_by(col(Mention.parent_id))
        )
        found += [(parent, at) for parent, at in session.execute(query)]
    return found


def later_positive(session: Session, brand_id: int, since: datetime) -> set[int]:
    """The cases, solved since then, whose customer was content when they wrote again or were asked."""
    query = (
        sa.select(col(CaseMention.case_id))
        .join(Case, col(Case.id) == col(CaseMention.case_id))
        .join(
            Assessment,
            (col(Assessment.mention_id) == col(CaseMention.mention_id)) & col(Assessment.is_current),
        )
        .where(
            col(Case.brand_id) == brand_id,
            col(Case.solved_at) >= since,
            col(CaseMention.relation).in_((Relation.LATER, Relation.SURVEY)),
            col(Assessment.label) == Sentiment.POSITIVE,
        )
    )
    return set(session.scalars(query))


AT_ONCE = 10_000
"""Numbers in one question: databases take some tens of thousands."""


def chunks(numbers: Sequence[int]) -> list[list[int]]:
    """The numbers in parts that fit into one question each."""
    every = [int(number) for number in numbers]
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


def raw(column: Any) -> sa.ColumnElement[Any]:
    """As the driver gives it: to turn hundreds of thousands into datetimes takes longer than to read them."""
    return sa.type_coerce(column, sa.types.NullType())


KINDS = ("n", "n", "t", *"t" * len(_TIMES), "f", "f", "n", "n", "w", "w", "w", "w")
EVENT_KINDS = ("n", "t", "w", "w", "w")
_TYPES: dict[str, Any] = {"n": np.int64, "t": "datetime64[us]", "f": np.bool_, "w": np.object_}


def as_columns(rows: Sequence[Any], kinds: Sequence[str]) -> list[NDArray[Any]]:
    """Rows as columns: "n" numbers, "t" times, "f" flags, "w" words."""
    told = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return [np.array(values, dtype=_TYPES[kind]) for values, kind in zip(told, kinds, strict=True)]
