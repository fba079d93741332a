"""What the reviews of a source were like before: how many by newcomers, and how many stars."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.facts import RELEVANT, MentionKind, Reviewed
from monitor.models import Mention, MentionBrand, Source
from monitor.store.authors import first_published
from monitor.store.streams import NEW_FOR, place_of

MOST = 400
"""Reviews of one source that are looked at, the newest: no share needs more to be known."""

_SOURCE = sa.select(col(Source.id)).where(col(Source.slug) == sa.bindparam("slug")).scalar_subquery()
_NEWEST = (
    sa.select(
        col(Mention.id),
        col(Mention.author_id),
        col(Mention.published_at),
        col(Mention.rating_value),
        col(Mention.rating_worst),
        col(Mention.rating_best),
    )
    .where(
        col(Mention.source_id) == _SOURCE,
        col(Mention.published_at) < sa.bindparam("until"),
        col(Mention.deleted_at).is_(None),
        col(Mention.kind) != MentionKind.SURVEY,
        (col(Mention.kind) == MentionKind.REVIEW) | col(Mention.rating_value).is_not(None),
    )
    .order_by(col(Mention.id).desc())  # the index of the source has them in this order: no more are read than asked for
    .limit(MOST)
    .subquery()
)
_REVIEWS = (
    sa.select(*(column for column in _NEWEST.c if column.name != "id"))
    .join(MentionBrand, col(MentionBrand.mention_id) == _NEWEST.c.id)
    .where(
        col(MentionBrand.brand_id) == sa.bindparam("brand"),
        col(MentionBrand.relevance) >= RELEVANT,
        _NEWEST.c.published_at >= sa.bindparam("since"),
    )
)


def before(
    session: Session, brand_id: int, sources: Collection[str], since: datetime, until: datetime
) -> dict[str, Reviewed]:
    """What the reviews of these sources published in [since, until) were like, those without any left out."""
    session.flush()
    found = {slug: _of(session, brand_id, slug, since, until) for slug in sorted(sources)}
    return {slug: one for slug, one in found.items() if one != Reviewed()}


def _of(session: Session, brand_id: int, slug: str, since: datetime, until: datetime) -> Reviewed:
    asked = {"brand": brand_id, "slug": slug, "since": since, "until": until}
    rows = session.connection().execute(_REVIEWS, asked).fetchall()
    written = [(author, at) for author, at, *_ in rows if author is not None]
    first = first_published(session, {author for author, _ in written})
    new = sum(at - first[author] <= NEW_FOR for author, at in written)
    stars = [stars for _, _, *rating in rows if (stars := place_of(*rating)) is not None]
    return Reviewed(new, len(written) - new, len(stars), float(sum(stars)))
