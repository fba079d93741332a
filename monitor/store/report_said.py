"""What the mentions of one week tell beyond the stored counts: stages of the journey, reach, certainty, branches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import LARGEST_NUMBER, RELEVANT, Sentiment, Stage
from monitor.models import Assessment, AssessmentTheme, Location, Mention, MentionBrand, Snapshot, Theme
from monitor.store.reports import Sums

Window = tuple[datetime, datetime]
_STAGES = tuple(Stage)


class ThemeRow(NamedTuple):
    """What the report needs to know of a theme."""

    name: str
    stage: Stage | None


class Feelings(NamedTuple):
    """Sums over some mentions: how many, P(negative), P(positive), and P(1-P) of each."""

    mentions: float = 0.0
    negative: float = 0.0
    negative_doubt: float = 0.0
    positive: float = 0.0
    positive_doubt: float = 0.0

    def plus(self, other: "Feelings") -> "Feelings":
        return Feelings(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Staged:
    """The mentions of one window by stage of the journey.

    One with themes of two stages stands in both; `placed` holds each mention that has a stage once.
    """

    stages: dict[Stage, Feelings]
    placed: Feelings


class Reached(NamedTuple):
    """People that mentions could have reached, and those held to be negative; `known` of the authors tell it."""

    all: int
    negative: int
    known: int


class Certain(NamedTuple):
    """How certain a model was: the mentions it read, the sum of P(likeliest) over them, and those it was unsure of."""

    mentions: int
    certainty: float
    unsure: int


def theme_rows(session: Session) -> dict[str, ThemeRow]:
    """All themes by slug, also those that are not looked for any more."""
    rows = session.execute(sa.select(col(Theme.slug), col(Theme.name), col(Theme.stage)))
    return {slug: ThemeRow(name, stage) for slug, name, stage in rows}


def _stream(brand_id: int, window: Window) -> sa.CTE:
    """Ids of the brand's mentions of the window, in their order: what lies together is looked up together."""
    found = sa.select(col(MentionBrand.mention_id)).where(
        col(MentionBrand.brand_id) == brand_id,
        col(MentionBrand.published_at) >= window[0],
        col(MentionBrand.published_at) < window[1],
        col(MentionBrand.relevance) >= RELEVANT,
    )
    return found.order_by(col(MentionBrand.mention_id)).cte("stream").prefix_with("MATERIALIZED")


def _read(stream: sa.CTE, *columns: Any) -> sa.Select[Any]:
    assessed = (col(Assessment.mention_id) == stream.c.mention_id) & col(Assessment.is_current)
    return sa.select(*columns).select_from(stream).join(Assessment, assessed)


def _feelings(negative: Any, positive: Any) -> tuple[Any, ...]:
    sums = (negative, negative * (1 - negative), positive, positive * (1 - positive))
    return func.count(), *(func.coalesce(func.sum(one), 0.0) for one in sums)


def staged(session: Session, brand_id: int, window: Window) -> Staged:
    """The mentions of the window by the stages of their themes, each counted once per stage."""
    bits = sa.case(
        {stage.value: 1 << i for i, stage in enumerate(_STAGES)}, value=sa.type_coerce(Theme.stage, sa.String)
    )
    mask = func.sum(sa.distinct(bits)).label("mask")  # of powers of two: the stages that occur
    columns = (mask, col(Assessment.negative), col(Assessment.positive))
    one = (
        _read(_stream(brand_id, window), *columns)
        .join(AssessmentTheme, col(AssessmentTheme.assessment_id) == col(Assessment.id))
        .join(Theme, col(Theme.id) == col(AssessmentTheme.theme_id))
        .where(col(Theme.stage).is_not(None))
        .group_by(col(Assessment.id), col(Assessment.negative), col(Assessment.positive))
        .subquery()
    )
    sums = sa.select(one.c.mask, *_feelings(one.c.negative, one.c.positive)).group_by(one.c.mask)
    masks = {int(found): Feelings(*rest) for found, *rest in session.execute(sums)}
    return Staged(
        stages={
            stage: _total([part for found, part in masks.items() if found & (1 << i)])
            for i, stage in enumerate(_STAGES)
        },
        placed=_total(list(masks.values())),
    )


def _total(parts: list[Feelings]) -> Feelings:
    whole = Feelings()
    for part in parts:
        whole = whole.plus(part)
    return whole


def reached(session: Session, brand_id: int, window: Window) -> Reached:
    """How many people the mentions of the window could have reached.

    Of each author the largest counts: the views of a mention where its place tells them, else the author's followers at
    the time. Who wrote without a name is nobody twice.
    """
    stream = _stream(brand_id, window)
    seen = (
        sa.select(col(Snapshot.mention_id), func.max(Snapshot.views).label("views"))
        .join(stream, stream.c.mention_id == col(Snapshot.mention_id))
        .where(col(Snapshot.views).is_not(None))
        .group_by(col(Snapshot.mention_id))
        .subquery()
    )
    people = func.coalesce(seen.c.views, col(Mention.author_followers))
    author = func.coalesce(Mention.author_id, -col(Mention.id))
    bad = sa.case((col(Assessment.label) == Sentiment.NEGATIVE, people))
    voices = (
        _read(stream, func.max(people).label("people"), func.max(bad).label("bad"))
        .join(Mention, col(Mention.id) == col(Assessment.mention_id))
        .outerjoin(seen, seen.c.mention_id == col(Mention.id))
        .where(people > 0)
        .group_by(author)
        .subquery()
    )
    sums = (func.coalesce(func.sum(column), 0) for column in (voices.c.people, voices.c.bad))
    all_people, bad_people, known = session.execute(sa.select(*sums, func.count())).one()
    most = LARGEST_NUMBER  # no more than people there could be
    return Reached(min(int(all_people), most), min(int(bad_people), most), known)


def certain(session: Session, brand_id: int, window: Window) -> Certain:
    """How certain the model was of what it read of the window; what a person said is no guess and is left out."""
    negative, neutral, positive = (col(getattr(Assessment, name)) for name in ("negative", "neutral", "positive"))
    likeliest = sa.case(
        ((negative >= neutral) & (negative >= positive), negative), (neutral >= positive, neutral), else_=positive
    )
    unsure = func.coalesce(func.sum(sa.case((col(Assessment.unsure), 1), else_=0)), 0)
    query = _read(_stream(brand_id, window), func.count(), func.coalesce(func.sum(likeliest), 0.0), unsure)
    mentions, total, doubtful = session.execute(query.where(col(Assessment.corrected_by) == "")).one()
    return Certain(mentions, float(total), int(doubtful))


def branch_sums(session: Session, brand_id: int, window: Window) -> dict[str, Sums]:
    """By name, what was said of each of the brand's locations; empty for a brand without any."""
    places = dict(session.exec(select(Location.id, Location.name).where(Location.brand_id == brand_id)).all())
    if not places:
        return {}
    negative = col(Assessment.negative)
    query = (
        sa.select(col(MentionBrand.location_id), func.count(), func.sum(negative), func.sum(negative * (1 - negative)))
        .join(Assessment, (col(Assessment.mention_id) == col(MentionBrand.mention_id)) & col(Assessment.is_current))
        .where(
            col(MentionBrand.location_id).in_(places),
            col(MentionBrand.published_at) >= window[0],
            col(MentionBrand.published_at) < window[1],
            col(MentionBrand.relevance) >= RELEVANT,
        )
        .group_by(col(MentionBrand.location_id))
    )
    return {places[number]: Sums(float(of), *sums) for number, of, *sums in session.execute(query)}
