"""What customers answered in surveys, week by week: how many are satisfied, or would recommend the brand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from dashboard.data.opening import cached, database
from monitor.facts import MentionKind
from monitor.models import Mention, Source

WEEK = timedelta(days=7)
RECOMMENDS, WARNS = 9, 6
"""Of 0 to 10: who gives at least 9 recommends, who gives at most 6 warns others; the score is the difference."""
SATISFIED = 4
"""Of 1 to 5: who gives at least 4 is satisfied."""


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of a week: how many, and the score in percent (-100..100 for recommendations), None without any."""

    answers: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """What a survey says of this week and the one before it."""

    recommends: bool  # 0 to 10, in the place of 1 to 5
    now: Week
    before: Week


def week_of(counted: Mapping[float, int], *, recommends: bool) -> Week:
    """The score of so many answers of each value."""
    answers = sum(counted.values())
    if not answers:
        return Week(0, None)
    good = sum(number for value, number in counted.items() if value >= (RECOMMENDS if recommends else SATISFIED))
    bad = sum(number for value, number in counted.items() if value <= WARNS) if recommends else 0
    return Week(answers, 100 * (good - bad) / answers)


@cached
def scores(now: datetime) -> dict[str, Score]:
    """The score of each survey that was answered in the last two weeks, by the slug of its source."""
    this_week = (col(Mention.published_at) > now - WEEK).label("this_week")
    query = (
        sa.select(col(Source.slug), col(Mention.rating_best), this_week, col(Mention.rating_value), sa.func.count())
        .join(Source, col(Source.id) == col(Mention.source_id))
        .where(
            col(Mention.source_id).in_(sa.select(Source.id).where(col(Source.kind) == "survey")),
            col(Mention.kind) == MentionKind.SURVEY,
            col(Mention.published_at) > now - 2 * WEEK,
            col(Mention.rating_value).is_not(None),
        )
        .group_by(col(Source.slug), col(Mention.rating_best), "this_week", col(Mention.rating_value))
    )
    with database() as session:
        rows = [
            (slug, best, bool(recent), value, number) for slug, best, recent, value, number in session.execute(query)
        ]
    return {slug: _score([row[1:] for row in rows if row[0] == slug]) for slug in {row[0] for row in rows}}


def _score(rows: Iterable[tuple[float, bool, float, int]]) -> Score:
    """The scale of most answers counts: a survey that asked another question before is not mixed with it."""
    told = list(rows)
    best = max({row[0] for row in told}, key=lambda scale: sum(row[3] for row in told if row[0] == scale))
    recommends = best > 5
    weeks = [
        week_of({row[2]: row[3] for row in told if row[0] == best and row[1] == recent}, recommends=recommends)
        for recent in (True, False)
    ]
    return Score(recommends, weeks[0], weeks[1])
