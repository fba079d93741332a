"""The complaints of a week as columns, who complained before, and the words of the few that a report shows."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from monitor.facts import RELEVANT, MentionKind, Sentiment
from monitor.models import Assessment, Author, Case, Location, Mention, MentionBrand, Source
from monitor.store.report_answers import Flags, Numbers, Times, Words, as_columns, chunks, raw

Window = tuple[datetime, datetime]
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Complaints:
    """Mentions held to be negative as columns of shape (n,); no reposts, no articles, none that was taken away."""

    mention: Numbers
    published: Times
    author: Numbers  # 0: not known
    source: Numbers  # row of the source
    location: Numbers  # row of the location; 0: none
    followers: Numbers
    first: Flags  # a survey or an import says that it was the customer's first purchase
    kind: Words  # review, post ...

    def __len__(self) -> int:
        return len(self.mention)

    def only(self, wanted: NDArray[Any]) -> "Complaints":
        """Those for which `wanted` says so, or that it lists by their place."""
        return Complaints(*(getattr(self, field.name)[wanted] for field in fields(self)))


class Told(NamedTuple):
    """A complaint as the report shows it, with its case if it has one."""

    mention_id: int
    text: str
    language: str
    source: str
    url: str
    published_at: datetime
    case_id: int | None
    owner: str


class Earlier(NamedTuple):
    """What somebody complained of before."""

    number: int
    first: datetime


class Place(NamedTuple):
    """What the service policy knows a source by."""

    slug: str
    kind: str


KINDS = ("n", "t", "n", "n", "n", "n", "f", "w")


def complaints(session: Session, brand_id: int, window: Window) -> Complaints:
    """Those published in the window. One range of the index over the brand's stream, read in parts."""
    stream = _stream(brand_id, window)
    current = (col(Assessment.mention_id) == stream.c.mention_id) & col(Assessment.is_current)
    query = (
        sa.select(
            stream.c.mention_id, raw(stream.c.published_at), sa.func.coalesce(Mention.author_id, 0),
            col(Mention.source_id), sa.func.coalesce(stream.c.location_id, 0),
            sa.func.coalesce(Mention.author_followers, 0), sa.func.coalesce(raw(Mention.first_purchase), sa.false()),
            raw(Mention.kind),
        )
        .select_from(stream)
        .join(Assessment, current)
        .join(Mention, col(Mention.id) == stream.c.mention_id)
        .where(col(Assessment.label) == Sentiment.NEGATIVE, *_asks())
    )  # fmt: skip
    found = session.connection().execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    parts = [as_columns(rows, KINDS) for rows in found.partitions()] or [as_columns((), KINDS)]
    return Complaints(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _stream(brand_id: int, window: Window) -> sa.CTE:
    """In the order of their ids: what lies together is looked up together."""
    found = sa.select(
        col(MentionBrand.mention_id), col(MentionBrand.published_at), col(MentionBrand.location_id)
    ).where(
        col(MentionBrand.brand_id) == brand_id,
        col(MentionBrand.published_at) >= window[0],
        col(MentionBrand.published_at) < window[1],
        col(MentionBrand.relevance) >= RELEVANT,
    )
    return found.order_by(col(MentionBrand.mention_id)).cte("stream").prefix_with("MATERIALIZED")


def _asks() -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a text can be answered: articles are not, reposts are somebody else's words."""
    return (
        col(Mention.repost_of_id).is_(None),
        col(Mention.repost_ref).is_(None),
        col(Mention.deleted_at).is_(None),
        col(Mention.kind) != MentionKind.ARTICLE,
    )


def complained_before(session: Session, brand_id: int, authors: Sequence[int], window: Window) -> dict[int, Earlier]:
    """Those of the authors who complained of the brand in the window: how often, and when first."""
    found: dict[int, Earlier] = {}
    current = (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current)
    about = (col(MentionBrand.mention_id) == col(Mention.id)) & (col(MentionBrand.brand_id) == brand_id)
    for some in chunks(authors):
        query = (
            sa.select(col(Mention.author_id), sa.func.count(), sa.func.min(col(Mention.published_at)))
            .join(MentionBrand, about)
            .join(Assessment, current)
            .where(
                col(Mention.author_id).in_(some),
                col(Mention.published_at) >= window[0],
                col(Mention.published_at) < window[1],
                col(MentionBrand.relevance) >= RELEVANT,
                col(Assessment.label) == Sentiment.NEGATIVE,
                *_asks(),
            )
            .group_by(col(Mention.author_id))
        )
        found.update((author, Earlier(number, at)) for author, number, at in session.execute(query))
    return found


def names_shown(session: Session, authors: Sequence[int]) -> dict[int, str]:
    """The names that places show for these authors, of those whose name is kept."""
    found: dict[int, str] = {}
    for some in chunks(authors):
        query = sa.select(col(Author.id), col(Author.display_name)).where(
            col(Author.id).in_(some), col(Author.display_name).is_not(None)
        )
        found.update((author, name) for author, name in session.execute(query))
    return found


def places(session: Session) -> tuple[dict[int, Place], dict[int, str]]:
    """All sources and all locations by their rows: few."""
    sources = session.execute(sa.select(col(Source.id), col(Source.slug), col(Source.kind)))
    locations = session.execute(sa.select(col(Location.id), col(Location.slug)))
    return {row: Place(slug, kind) for row, slug, kind in sources}, {row[0]: row[1] for row in locations}


def told(session: Session, mention_ids: Sequence[int]) -> dict[int, Told]:
    """A handful of complaints as the report shows them."""
    query = (
        sa.select(
            col(Mention.id), col(Mention.title), col(Mention.text), col(Assessment.language), col(Source.slug),
            col(Mention.url), col(Mention.published_at), col(Case.id), sa.func.coalesce(Case.owner, ""),
        )
        .join(Source, col(Source.id) == col(Mention.source_id))
        .outerjoin(Assessment, (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current))
        .outerjoin(Case, col(Case.mention_id) == col(Mention.id))
        .where(col(Mention.id).in_(list(mention_ids)), col(Mention.deleted_at).is_(None))
    )  # fmt: skip
    return {
        row[0]: Told(row[0], row[2].strip() or row[1].strip(), row[3] or "", *row[4:]) for row in session.execute(query)
    }
