"""Found themes: the complaints that no theme tells of, the groups they were put into, and how far was looked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, Dimension, Sentiment
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Count,
    FoundState,
    FoundTheme,
    FoundThemeMention,
    Installation,
    Mention,
    MentionBrand,
    Resolution,
    Theme,
)
from monitor.models.assessment import PERSON
from monitor.store import bulk

MOST_READ = 200_000
"""Mentions that one look goes through, of all that were published in its weeks."""
FADED = timedelta(weeks=26)
"""What nobody decided on, and nobody complained about for so long, is forgotten."""
BATCH = 500
HOUR = timedelta(hours=1)

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A text that complains of something that no theme tells of."""

    mention_id: int
    assessment_id: int
    author_id: int | None
    story_id: int | None
    published_at: datetime
    language: str
    model: str  # name and version
    embedding: bytes


@dataclass(frozen=True, slots=True)
class Put:
    """A text in a group."""

    mention_id: int
    found_theme_id: int
    published_at: datetime
    similarity: float


def complaints(session: Session, brand_id: int, window: Window, most: int = MOST_READ) -> list[Complaint]:
    """The brand's negative texts of the window without an active theme, by mention id; what is deleted is left out.

    When more than `most` mentions are counted in the window, only the first ones of each hour are looked at, as many
    in each as there is room for: a busy hour is cut before a quiet one, and the same texts are chosen again.
    """
    per_hour = hourly_limit(session, brand_id, window, most)
    pieces = [window] if per_hour is None else _hours(session, brand_id, window)
    found = [one for piece in pieces for one in _complaints(session, brand_id, piece, per_hour)]
    return sorted(found, key=lambda one: one.mention_id)


def hourly_limit(session: Session, brand_id: int, window: Window, most: int = MOST_READ) -> int | None:
    """How many mentions of each hour are looked at; None: all."""
    numbers = sorted(session.scalars(_counted(brand_id, window, col(Count.mentions))))
    if sum(numbers) <= most:
        return None
    room, left = most, len(numbers)
    for number in numbers:
        if number * left > room:
            break
        room, left = room - number, left - 1
    return max(1, room // max(1, left))


def _hours(session: Session, brand_id: int, window: Window) -> list[Window]:
    starts = session.scalars(_counted(brand_id, window, col(Count.start)))
    return [(max(start, window[0]), min(start + HOUR, window[1])) for start in sorted(starts)]


def _counted(brand_id: int, window: Window, column: Any) -> Any:
    return sa.select(column).where(
        col(Count.brand_id) == brand_id,
        col(Count.resolution) == Resolution.HOUR,
        col(Count.dimension) == Dimension.ALL,
        col(Count.start) > window[0] - HOUR,
        col(Count.start) < window[1],
        col(Count.mentions) > 0,
    )


def _complaints(session: Session, brand_id: int, window: Window, limit: int | None) -> Iterator[Complaint]:
    stream = (
        sa.select(col(MentionBrand.mention_id), col(MentionBrand.published_at))
        .where(
            col(MentionBrand.brand_id) == brand_id,
            col(MentionBrand.published_at) >= window[0],
            col(MentionBrand.published_at) < window[1],
            col(MentionBrand.relevance) >= RELEVANT,
        )
        .order_by(col(MentionBrand.published_at), col(MentionBrand.mention_id))
        .limit(limit)
        .cte("stream")
    )
    rows = session.execute(
        sa.select(
            stream.c.mention_id,
            col(Assessment.id),
            col(Mention.author_id),
            col(Mention.story_id),
            stream.c.published_at,
            col(Assessment.language),
            col(Assessment.model_name) + " " + col(Assessment.model_version),
            col(Assessment.embedding),
        )
        .select_from(stream)
        .join(Assessment, col(Assessment.mention_id) == stream.c.mention_id)
        .join(Mention, col(Mention.id) == stream.c.mention_id)
        .where(*_COMPLAINS)
    )
    for row in rows:
        yield Complaint(*row)


_THEMED = (
    sa.exists()
    .where(
        col(AssessmentTheme.assessment_id) == col(Assessment.id),
        col(Theme.id) == col(AssessmentTheme.theme_id),
        col(Theme.active),
    )
    .correlate(Assessment)
)
_COMPLAINS = (
    col(Assessment.is_current),
    col(Assessment.label) == Sentiment.NEGATIVE,
    col(Assessment.model_name) != PERSON,  # whose embedding it carries is not told
    col(Assessment.embedding) != b"",
    col(Mention.deleted_at).is_(None),
    ~_THEMED,
)


def texts(session: Session, mention_ids: Collection[int]) -> dict[int, str]:
    """Title and text of mentions."""
    found: dict[int, str] = {}
    ids = sorted(mention_ids)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        rows = session.exec(select(Mention.id, Mention.title, Mention.text).where(col(Mention.id).in_(some)))
        found |= {number or 0: f"{title}\n{text}".strip() for number, title, text in rows}
    return found


def themes_of(session: Session, brand_id: int) -> list[FoundTheme]:
    """All that was found at a brand, the oldest first, as it stands in the database now."""
    query = select(FoundTheme).where(FoundTheme.brand_id == brand_id).order_by(col(FoundTheme.id))
    return list(session.exec(query.execution_options(populate_existing=True)))


def roots(themes: Sequence[FoundTheme]) -> dict[int, FoundTheme]:
    """What the texts of each belong to: itself, or in the end what it was merged into."""
    by_id = {one.id or 0: one for one in themes}
    found = {}
    for one in themes:
        root, seen = one, {one.id}
        while root.merged_into_id in by_id and root.merged_into_id not in seen:
            root = by_id[root.merged_into_id]
            seen.add(root.id)
        found[one.id or 0] = root
    return found


def put_of(session: Session, brand_id: int, since: datetime) -> dict[int, int]:
    """The group of each text published since then, by mention."""
    rows = session.exec(
        select(FoundThemeMention.mention_id, FoundThemeMention.found_theme_id).where(
            FoundThemeMention.brand_id == brand_id, FoundThemeMention.published_at >= since
        )
    )
    return dict(rows.all())


def drop_stale(session: Session, brand_id: int, since: datetime) -> int:
    """Let texts leave their groups that complain no more, have a theme now, or are deleted; how many."""
    still = sa.exists().where(
        col(Mention.id) == col(FoundThemeMention.mention_id),
        col(Assessment.mention_id) == col(FoundThemeMention.mention_id),
        col(MentionBrand.mention_id) == col(FoundThemeMention.mention_id),
        col(MentionBrand.brand_id) == col(FoundThemeMention.brand_id),
        col(MentionBrand.relevance) >= RELEVANT,
        *_COMPLAINS,
    )
    mine = (col(FoundThemeMention.brand_id) == brand_id, col(FoundThemeMention.published_at) >= since)
    return _hit(session, sa.delete(FoundThemeMention).where(*mine, ~still))


def put(session: Session, brand_id: int, rows: Sequence[Put]) -> None:
    """Put texts into groups; each leaves the group that it was in."""
    ids = [row.mention_id for row in rows]
    for start in range(0, len(ids), BATCH):
        some = col(FoundThemeMention.mention_id).in_(ids[start : start + BATCH])
        _hit(session, sa.delete(FoundThemeMention).where(col(FoundThemeMention.brand_id) == brand_id, some))
    bulk.insert(
        session,
        FoundThemeMention,
        [
            {
                "mention_id": row.mention_id,
                "brand_id": brand_id,
                "found_theme_id": row.found_theme_id,
                "published_at": row.published_at,
                "similarity": row.similarity,
            }
            for row in rows
        ],
    )


def move(session: Session, from_id: int, to_id: int) -> int:
    """Let the texts of one group belong to another; how many."""
    moved = sa.update(FoundThemeMention).where(col(FoundThemeMention.found_theme_id) == from_id)
    return _hit(session, moved.values(found_theme_id=to_id))


def members(session: Session, theme_id: int) -> list[int]:
    """The mentions of a group, by id."""
    of_it = select(FoundThemeMention.mention_id).where(FoundThemeMention.found_theme_id == theme_id)
    return list(session.exec(of_it.order_by(col(FoundThemeMention.mention_id))))


def empty(session: Session, theme_id: int) -> None:
    """Let no text be in a group."""
    _hit(session, sa.delete(FoundThemeMention).where(col(FoundThemeMention.found_theme_id) == theme_id))


def spans(session: Session, brand_id: int) -> dict[int, Window]:
    """When each group was first and last told of."""
    at = col(FoundThemeMention.published_at)
    rows = session.execute(
        sa.select(col(FoundThemeMention.found_theme_id), sa.func.min(at), sa.func.max(at))
        .where(col(FoundThemeMention.brand_id) == brand_id)
        .group_by(col(FoundThemeMention.found_theme_id))
    )
    return {theme: (first, last) for theme, first, last in rows}


def change_if(session: Session, theme_id: int, seen: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Write `values` unless what was seen has changed; says if written."""
    same = [getattr(FoundTheme, name) == value for name, value in seen.items()]
    return _hit(session, sa.update(FoundTheme).where(col(FoundTheme.id) == theme_id, *same).values(**values)) > 0


def one(session: Session, theme_id: int) -> FoundTheme | None:
    """As it stands now in the database."""
    query = select(FoundTheme).where(FoundTheme.id == theme_id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def state_of(session: Session, brand_id: int) -> str:
    """What the last look at a brand kept for the next; "" when nobody looked."""
    kept = select(Installation.value).where(Installation.name == _state(brand_id))
    return session.exec(kept).first() or ""


def keep_state(session: Session, brand_id: int, seen: str, value: str) -> bool:
    """Keep it unless another process did since `seen`: then nothing of this look is to be committed."""
    if not seen:
        return bulk.insert_one(session, Installation, {"name": _state(brand_id), "value": value})
    mine = (col(Installation.name) == _state(brand_id), col(Installation.value) == seen)
    return _hit(session, sa.update(Installation).where(*mine).values(value=value)) > 0


def _state(brand_id: int) -> str:
    return f"found_themes_{brand_id}"


def forget_faded(session: Session, before: datetime) -> int:
    """Remove a batch of what is open and was last told of before that time, with its texts' rows; how many."""
    merged = sa.orm.aliased(FoundTheme)
    target = sa.exists().where(col(merged.merged_into_id) == col(FoundTheme.id))
    faded = (
        select(FoundTheme.id)
        .where(FoundTheme.state == FoundState.OPEN, FoundTheme.last_at < before, ~target)
        .order_by(col(FoundTheme.id))
        .limit(BATCH)
    )
    ids = list(session.exec(faded))
    if not ids:
        return 0
    _hit(session, sa.delete(FoundThemeMention).where(col(FoundThemeMention.found_theme_id).in_(ids)))
    return _hit(session, sa.delete(FoundTheme).where(col(FoundTheme.id).in_(ids)))


def _hit(session: Session, statement: Any) -> int:
    session.flush()
    found = session.execute(statement.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's or UPDATE's result counts its rows
