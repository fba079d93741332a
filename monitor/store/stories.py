"""Stories: which are known, how near copies of them are found, and until when."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.facts import Sketch
from monitor.models import Story, StoryBand

AT_ONCE = 900  # values in one statement
HEARD_STEP = timedelta(hours=1)
"""How exactly `last_seen_at` is kept: a story that goes round writes one row an hour for it, not one per copy."""
BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of the stories that some texts may belong to.

    `exact` gives the story of a fingerprint, `faded` those of them that are no longer found by near copies, `by_band`
    the stories of a band.
    """

    exact: dict[str, int] = field(default_factory=dict)
    faded: frozenset[int] = frozenset()
    by_band: dict[int, list[int]] = field(default_factory=dict)


def known(session: Session, sketches: Sequence[Sketch]) -> Known:
    """The stories with the fingerprint of one of these texts, and for the other texts those that share a band."""
    exact: dict[str, int] = {}
    faded = set()
    for some in _chunks({sketch.fingerprint for sketch in sketches}):
        query = sa.select(col(Story.fingerprint), col(Story.id), col(Story.last_seen_at).is_(None))
        for fingerprint, story, is_faded in session.execute(query.where(col(Story.fingerprint).in_(some))):
            exact[fingerprint] = story
            if is_faded:
                faded.add(story)
    bands = {band for sketch in sketches if sketch.fingerprint not in exact for band in sketch.bands}
    return Known(exact, frozenset(faded), _by_band(session, bands))


def _by_band(session: Session, bands: Collection[int]) -> dict[int, list[int]]:
    """One row a band: figures of speech have dozens of stories each, which as rows would cost more than all else."""
    found: dict[int, list[int]] = {}
    for some in _chunks(bands):
        stories = sa.func.aggregate_strings(sa.cast(col(StoryBand.story_id), sa.String), ",")
        query = (
            sa.select(col(StoryBand.band), stories).where(col(StoryBand.band).in_(some)).group_by(col(StoryBand.band))
        )
        found.update((band, sorted(map(int, told.split(",")))) for band, told in session.connection().execute(query))
    return found


def signatures(session: Session, story_ids: Collection[int]) -> dict[int, bytes]:
    """The signatures of these stories, as far as they are kept."""
    found: dict[int, bytes] = {}
    for some in _chunks(story_ids):
        query = sa.select(col(Story.id), col(Story.sketch)).where(col(Story.id).in_(some), col(Story.sketch) != b"")
        found.update((story, sketch) for story, sketch in session.execute(query))
    return found


def begin(session: Session, sketches: Sequence[Sketch], now: datetime) -> dict[str, int]:
    """Stories that begin with these texts; the ids by fingerprint.

    One that another process began meanwhile is that one's: its id is given, and its sketch left alone.
    """
    # In one order, so that two processes do not wait for each other crosswise.
    ordered = sorted(sketches, key=lambda one: one.fingerprint)
    rows = [{"fingerprint": one.fingerprint, "sketch": one.signature} for one in ordered]
    times = {"first_seen_at": now, "last_seen_at": now}
    ids: dict[str, int] = {}
    if rows:
        made = _insert(session, Story).returning(col(Story.fingerprint), col(Story.id))
        ids.update((name, story) for name, story in session.execute(made, [row | times for row in rows]))
    _be_found(session, {ids[one.fingerprint]: one.bands for one in sketches if one.fingerprint in ids})
    for lost in _chunks([one.fingerprint for one in sketches if one.fingerprint not in ids]):
        query = sa.select(col(Story.fingerprint), col(Story.id)).where(col(Story.fingerprint).in_(lost))
        ids.update((fingerprint, story) for fingerprint, story in session.execute(query))
    return ids


def hear(session: Session, story_ids: Collection[int], now: datetime) -> None:
    """These stories were told again."""
    stale = sa.and_(col(Story.last_seen_at).is_not(None), col(Story.last_seen_at) < now - HEARD_STEP)
    for some in _chunks(story_ids):
        # What another process writes just now needs no second one, and is not waited for.
        free = sa.select(col(Story.id)).where(col(Story.id).in_(some), stale).with_for_update(skip_locked=True)
        _update(session, col(Story.id).in_(free), last_seen_at=now)


def recall(session: Session, sketches: Mapping[int, Sketch], now: datetime) -> None:
    """Faded stories that were told again in the same words are found by near copies again."""
    for story, sketch in sketches.items():
        _update(session, col(Story.id) == story, sketch=sketch.signature, last_seen_at=now)
    _be_found(session, {story: sketch.bands for story, sketch in sketches.items()})


def fade(session: Session, before: datetime) -> int:
    """Drop what near copies are found by, of a batch of stories not told since `before`; how many stories.

    The story stays, and so do its fingerprint and its mentions. Without `last_seen_at` it is not looked at again.
    """
    ids = session.scalars(sa.select(col(Story.id)).where(col(Story.last_seen_at) < before).limit(BATCH)).all()
    if ids:
        gone = sa.delete(StoryBand).where(col(StoryBand.story_id).in_(ids))
        session.execute(gone.execution_options(synchronize_session=False))
        _update(session, col(Story.id).in_(ids), sketch=b"", last_seen_at=None)
    return len(ids)


def _be_found(session: Session, bands: Mapping[int, Sequence[int]]) -> None:
    rows = [{"band": band, "story_id": story} for story, numbers in bands.items() for band in numbers]
    if rows:
        session.connection().execute(_insert(session, StoryBand), rows)


def _insert(session: Session, table: type) -> Any:
    """An INSERT that leaves rows alone that are there."""
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _update(session: Session, which: sa.ColumnElement[bool], **values: Any) -> None:
    session.execute(sa.update(Story).where(which).values(**values).execution_options(synchronize_session=False))


def _chunks(items: Collection[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
