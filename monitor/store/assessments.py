"""Assessments: which mentions wait to be read, and what was read, with the counts that follow from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, WHOLE, Cell, Dimension, Prediction, Sentiment
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Mention,
    MentionBrand,
    ReadState,
    Source,
    Theme,
)
from monitor.models.mention import TRIED, UNREAD
from monitor.store import bulk, leases
from monitor.store.counts import Tally

TRIES = 3
MOST_SET_ASIDE = 500
LEASE = timedelta(minutes=2)
"""How long a claimed batch is left alone: far longer than reading it takes, short enough after a crash."""


@dataclass(frozen=True)
class Waiting:
    """A mention to read, and what is known about it."""

    mention: Mention
    source: str
    links: tuple[MentionBrand, ...]


@dataclass(frozen=True)
class Reader:
    """Which model read."""

    name: str
    version: str


def claim(session: Session, limit: int, now: datetime) -> list[Waiting]:
    """Mentions to read next, leased and marked as tried once more; one that was tried before comes alone.

    The caller commits at once: should a text kill the process, it is known by its tries, and its neighbours are not
    set aside with it. What another process has leased is left to it until the lease ends.
    """
    ids = _next(session, limit, now)
    taken = session.scalars(
        sa.update(Mention)
        .where(col(Mention.id).in_(ids), _free(now))
        .values(read_attempts=col(Mention.read_attempts) + 1, read_leased_until=now + LEASE, read_error=leases.holder())
        .returning(col(Mention.id))
        .execution_options(synchronize_session=False)
    ).all()
    rows = select(Mention).where(col(Mention.id).in_(taken)).order_by(*_ORDER)
    return _with_links(session, list(session.exec(rows.execution_options(populate_existing=True))))


_ORDER = (col(Mention.fresh).desc(), col(Mention.id))
"""What may be news comes first."""


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Waits, and no lease holds it; one that ends later than any can was given while the clock was ahead."""
    until = col(Mention.read_leased_until)
    return sa.and_(
        col(Mention.read_state) == ReadState.WAITING, sa.or_(until.is_(None), until <= now, until > now + 2 * LEASE)
    )


def _next(session: Session, limit: int, now: datetime) -> list[int | None]:
    """What is to be claimed; on PostgreSQL it is locked, and what another one is just claiming is passed by."""
    new: list[int | None] = []
    for fresh in (True, False):  # one range of the index each; sorted by it, all that waits would be looked at
        fits = (UNREAD, _free(now), col(Mention.read_attempts) == 0, col(Mention.fresh) == fresh)
        some = select(Mention.id).where(*fits).order_by(col(Mention.id)).limit(limit - len(new))
        new += list(session.exec(some.with_for_update(skip_locked=True)))
    if new:
        return new
    # The least tried first: the neighbours of a text that ends the process must not wait for its next tries.
    again = select(Mention.id).where(TRIED, _free(now)).order_by(col(Mention.read_attempts), *_ORDER)
    return list(session.exec(again.limit(1).with_for_update(skip_locked=True)))


def still_claimed(session: Session, batch: Sequence[Waiting]) -> list[Waiting]:
    """Those of a batch that nobody edited, asked for anew or read since they were claimed."""
    ids = [item.mention.id for item in batch]
    rows = select(Mention.id, Mention.text_hash, Mention.read_attempts).where(
        col(Mention.id).in_(ids), Mention.read_state == ReadState.WAITING
    )
    waiting = {number: (text, tries) for number, text, tries in session.exec(rows)}
    claims = ((item, (item.mention.text_hash, item.mention.read_attempts)) for item in batch)
    return [item for item, claim in claims if waiting.get(item.mention.id) == claim]


def finish(session: Session, batch: Sequence[Waiting]) -> None:
    """Mark as read what nobody edited or asked for anew meanwhile; the rest goes on waiting."""
    session.flush()
    claimed = [item.mention for item in batch]
    where = {name: [getattr(one, name) for one in claimed] for name in ("id", "text_hash", "read_attempts")}
    done = {"read_state": ReadState.READ, "read_attempts": 0, "read_error": ""}
    to = {name: [value] * len(claimed) for name, value in done.items()}
    bulk.change(session, Mention, where, to)  # asking for a text anew sets its tries to 0
    _forget_deleted(session, [item.mention.id for item in batch])
    release(session, batch)


def _forget_deleted(session: Session, ids: Sequence[int | None]) -> None:
    """Of what its source deleted while it was read, nothing stays that was made of the words."""
    deleted = sa.select(col(Mention.id)).where(col(Mention.id).in_(ids), col(Mention.deleted_at).is_not(None))
    made = sa.update(Assessment).where(col(Assessment.mention_id).in_(deleted)).values(embedding=b"")
    session.execute(made.execution_options(synchronize_session=False))


def release(session: Session, batch: Sequence[Waiting], *, tried: bool = True) -> None:
    """End the leases of a batch, read or not. What was not `tried` (the database failed) has its try back."""
    ids = [item.mention.id for item in batch]
    _end_leases(session, col(Mention.id).in_(ids), tries_back=0 if tried else 1)


def _end_leases(session: Session, which: sa.ColumnElement[bool], tries_back: int) -> int:
    attempts = col(Mention.read_attempts)
    waits = col(Mention.read_state) == ReadState.WAITING
    ended = session.execute(
        sa.update(Mention)
        .where(which)
        .values(
            read_leased_until=None,
            read_error=sa.case((waits, ""), else_=col(Mention.read_error)),
            read_attempts=sa.case((sa.and_(waits, attempts >= tries_back), attempts - tries_back), else_=attempts),
        )
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def end_dead_leases(session: Session) -> int:
    """End the leases of processes of this machine that are gone; how many texts they held.

    Those texts stay one try poorer: one of them may be what ended the process.
    """
    waiting = col(Mention.read_state) == ReadState.WAITING
    leased = sa.and_(TRIED, waiting, col(Mention.read_leased_until).is_not(None))
    holders = session.exec(select(Mention.read_error).where(leased).distinct()).all()
    dead = [holder for holder in holders if leases.is_dead(holder)]
    return _end_leases(session, sa.and_(leased, col(Mention.read_error).in_(dead)), tries_back=0) if dead else 0


def complained_about(session: Session, ids: Sequence[int | None]) -> set[int]:
    """The brands that these mentions concern, those that say something negative of them."""
    if not ids:
        return set()
    query = (
        select(MentionBrand.brand_id)
        .join(Assessment, col(Assessment.mention_id) == col(MentionBrand.mention_id))
        .where(
            col(MentionBrand.mention_id).in_(ids),
            col(MentionBrand.relevance) >= RELEVANT,
            col(Assessment.is_current),
            Assessment.label == Sentiment.NEGATIVE,
        )
    )
    return set(session.exec(query.distinct()))


def set_aside(session: Session, now: datetime) -> list[Waiting]:
    """Give up mentions that were tried too often without being read, some hundreds at a time; which."""
    too_often = select(Mention.id).where(TRIED, _free(now), col(Mention.read_attempts) >= TRIES).limit(MOST_SET_ASIDE)
    given_up = session.scalars(
        sa.update(Mention)
        .where(col(Mention.id).in_(too_often))
        .values(read_state=ReadState.FAILED, read_error=f"set aside: {TRIES} tries did not finish")
        .returning(col(Mention.id))
        .execution_options(synchronize_session=False)
    ).all()
    rows = select(Mention).where(col(Mention.id).in_(given_up)).execution_options(populate_existing=True)
    return _with_links(session, list(session.exec(rows))) if given_up else []


def count_set_aside(session: Session) -> int:
    """How many mentions were given up."""
    given_up = select(sa.func.count()).select_from(Mention).where(UNREAD, Mention.read_state == ReadState.FAILED)
    return session.exec(given_up).one()


def latest_set_aside(session: Session, limit: int) -> list[tuple[int, str, datetime]]:
    """The newest mentions that were given up: id, address and time."""
    query = select(Mention.id, Mention.url, Mention.published_at).where(UNREAD, Mention.read_state == ReadState.FAILED)
    rows = session.exec(query.order_by(col(Mention.id).desc()).limit(limit))
    return [(number or 0, url, at) for number, url, at in rows]


def wait_again(session: Session) -> int:
    """Let what was set aside wait to be read anew, with all its tries; how many."""
    changed = session.execute(
        sa.update(Mention)
        .where(UNREAD, col(Mention.read_state) == ReadState.FAILED)
        .values(read_state=ReadState.WAITING, read_attempts=0, read_leased_until=None, read_error="")
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def count_waiting(session: Session, now: datetime, most: int) -> int:
    """How many mentions wait to be read and are free, counted up to `most`."""
    some = select(Mention.id).where(UNREAD, _free(now)).limit(most).subquery()
    return session.exec(select(sa.func.count()).select_from(some)).one()


def one(session: Session, mention_id: int) -> Waiting | None:
    """A mention with its source and links as they are now, whether or not it waits."""
    rows = select(Mention).where(Mention.id == mention_id).execution_options(populate_existing=True)
    return next(iter(_with_links(session, list(session.exec(rows)))), None)


def _with_links(session: Session, mentions: Sequence[Mention]) -> list[Waiting]:
    ids = [mention.id for mention in mentions]
    links: dict[int, list[MentionBrand]] = {}
    for link in session.exec(select(MentionBrand).where(col(MentionBrand.mention_id).in_(ids))):
        links.setdefault(link.mention_id, []).append(link)
    slugs = dict(session.exec(select(Source.id, Source.slug)).all())
    return [Waiting(m, slugs[m.source_id], tuple(links.get(m.id or 0, ()))) for m in mentions]


def cells_of(source: str, language: str, themes: Sequence[str]) -> list[Cell]:
    """The cells that a mention is counted in."""
    return [
        WHOLE,
        Cell(Dimension.SOURCE, source),
        Cell(Dimension.LANGUAGE, language),
        *(Cell(Dimension.THEME, theme) for theme in themes),
    ]


def take_back(session: Session, tally: Tally, batch: Sequence[Waiting]) -> None:
    """Uncount what the current assessments of a batch added, and end their being the current ones."""
    ids = [item.mention.id for item in batch]
    lock_links(session, ids)
    rows = session.exec(select(Assessment).where(col(Assessment.mention_id).in_(ids), Assessment.is_current)).all()
    if not rows:
        return
    current = {row.mention_id: row for row in rows}
    themes = _themes_of(session, [row.id for row in rows])
    for item in batch:
        row = current.get(item.mention.id or 0)
        if row is not None:
            _uncount(session, tally, item, row, themes.get(row.id or 0, []))
            row.is_current = False
            session.add(row)
    session.flush()


def lock_links(session: Session, ids: Sequence[int | None]) -> None:
    """Lock the links of mentions and take over what they say now.

    Who took longer than the lease may find that another process counted the same texts meanwhile.
    """
    session.flush()
    session.connection().execute(_NO_ROW)  # SQLite locks nothing by reading: others would write before we do
    links = select(MentionBrand).where(col(MentionBrand.mention_id).in_(ids))
    in_order = links.order_by(col(MentionBrand.mention_id), col(MentionBrand.brand_id)).with_for_update()
    session.exec(in_order.execution_options(populate_existing=True)).all()


_NO_ROW = sa.update(MentionBrand).where(sa.false()).values(relevance=None)
"""Changes nothing, but makes SQLite let nobody else write until the end of the transaction."""


def _themes_of(session: Session, assessment_ids: Sequence[int | None]) -> dict[int, list[str]]:
    query = select(AssessmentTheme.assessment_id, Theme.slug).join(Theme)
    found: dict[int, list[str]] = {}
    for assessment_id, slug in session.exec(query.where(col(AssessmentTheme.assessment_id).in_(assessment_ids))):
        found.setdefault(assessment_id, []).append(slug)
    return found


def _uncount(session: Session, tally: Tally, item: Waiting, row: Assessment, themes: Sequence[str]) -> None:
    cells = cells_of(item.source, row.language, themes)
    for link in item.links:
        if link.counted_at is not None:
            tally.add(link.brand_id, cells, link.counted_at, row.negative, sign=-1)
            link.counted_at = None
            session.add(link)


def put(
    session: Session,
    tally: Tally,
    read: Sequence[tuple[Waiting, Prediction]],
    by: Reader,
    theme_ids: dict[str, int],
    now: datetime,
    held: Mapping[int, Assessment],
) -> None:
    """Keep what was read of a batch as the current assessments, and count each for each brand it concerns.

    What is `held`, by mention, stands in the place of what was read of it, which is kept all the same; language,
    themes and embedding, of which nobody said anything, become those that were read.
    """
    values = {item.mention.id or 0: _values(item.mention, said, now) for item, said in read}
    for mention_id in held.keys() & values.keys():
        values[mention_id]["is_current"] = False
    ids = _put_rows(session, values, by)
    _take_over(session, held, read)
    fitting = [
        {"assessment_id": row_id, "theme_id": theme_ids[theme.theme], "score": theme.score}
        for item, said in read
        for row_id in (ids[item.mention.id or 0], *_id_of(held.get(item.mention.id or 0)))
        for theme in said.themes
        if theme.theme in theme_ids
    ]
    bulk.insert(session, AssessmentTheme, fitting)
    for item, said in read:
        if item.mention.id not in held:
            _count(session, tally, item, said, [theme.theme for theme in said.themes if theme.theme in theme_ids])
    bulk.save(session, (link for item, _ in read for link in item.links), "counted_at")
    words = ((item, held.get(item.mention.id or 0)) for item, _ in read)
    stand(session, tally, [(item, word) for item, word in words if word is not None])


def _take_over(session: Session, held: Mapping[int, Assessment], read: Sequence[tuple[Waiting, Prediction]]) -> None:
    """Give people's words the language and embedding that were read now, and no themes any more."""
    session.execute(
        sa.delete(AssessmentTheme)
        .where(col(AssessmentTheme.assessment_id).in_([word.id for word in held.values()]))
        .execution_options(synchronize_session=False)
    )
    for item, said in read:
        if (word := held.get(item.mention.id or 0)) is not None:
            word.language, word.embedding = said.language, said.embedding
            session.add(word)


def _id_of(word: Assessment | None) -> tuple[int, ...]:
    return () if word is None else (word.id or 0,)


def stand(session: Session, tally: Tally, words: Sequence[tuple[Waiting, Assessment]]) -> None:
    """Let these be the current assessments in the place of those that were taken back, and count them."""
    themes = _themes_of(session, [row.id for _, row in words]) if words else {}
    for item, row in words:
        row.is_current = True
        session.add(row)
        _count(session, tally, item, row, themes.get(row.id or 0, []))
    session.flush()


def _count(session: Session, tally: Tally, item: Waiting, said: Prediction | Assessment, themes: Sequence[str]) -> None:
    cells = cells_of(item.source, said.language, themes)
    for link in item.links:
        if (link.relevance or 0) >= RELEVANT:
            tally.add(link.brand_id, cells, item.mention.published_at, said.negative)
            link.counted_at = item.mention.published_at
            session.add(link)


def _values(mention: Mention, said: Prediction, now: datetime) -> dict[str, Any]:
    return {
        "text_hash": mention.text_hash,
        "language": said.language,
        "negative": said.negative,
        "neutral": said.neutral,
        "positive": said.positive,
        "label": said.label,
        "unsure": said.unsure,
        "corrected_by": "",
        "embedding": said.embedding,
        "assessed_at": now,
        "is_current": True,
    }


def _put_rows(session: Session, values: dict[int, dict[str, Any]], by: Reader) -> dict[int, int]:
    """The assessments by this model of mentions by id, new or written anew without their old themes; their ids."""
    known = _ids(session, values, by)
    if known:
        session.execute(sa.delete(AssessmentTheme).where(col(AssessmentTheme.assessment_id).in_(known.values())))
        bulk.update(session, Assessment, {row_id: values[mention_id] for mention_id, row_id in known.items()})
    new = {mention_id: row for mention_id, row in values.items() if mention_id not in known}
    named = {"model_name": by.name, "model_version": by.version}
    bulk.insert(session, Assessment, [{"mention_id": mention_id, **named, **row} for mention_id, row in new.items()])
    return known | _ids(session, new, by)


def _ids(session: Session, mention_ids: Collection[int], by: Reader) -> dict[int, int]:
    """The assessments of mentions by this model, by mention."""
    if not mention_ids:
        return {}
    query = select(Assessment.mention_id, col(Assessment.id)).where(
        col(Assessment.mention_id).in_(mention_ids),
        Assessment.model_name == by.name,
        Assessment.model_version == by.version,
    )
    return {mention_id: row_id for mention_id, row_id in session.exec(query) if row_id is not None}
