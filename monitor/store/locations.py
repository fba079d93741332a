"""Which of a brand's locations texts are about, as reading found it."""

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session, col, select

from monitor.models import Location, MentionBrand

SHARE = 0.25
"""Of the texts that are about a location so many must be about one, for their trouble to be that location's."""
_AT_ONCE = 500


def of_mentions(session: Session, brand_id: int, mention_ids: Sequence[int]) -> tuple[str, ...]:
    """The slugs of the locations that at least a quarter of those texts that have one are about, most first."""
    numbers, found = list(dict.fromkeys(mention_ids)), Counter[str]()
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        query = select(Location.slug).join(MentionBrand, col(MentionBrand.location_id) == Location.id)
        mine = query.where(MentionBrand.brand_id == brand_id, col(MentionBrand.mention_id).in_(some))
        found.update(session.exec(mine))
    by_number = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple(slug for slug, number in by_number if number >= SHARE * found.total())


def ids(session: Session) -> dict[tuple[int, str], int]:
    """The rows of all locations, by the brand's row and the location's slug."""
    rows = session.exec(select(Location.brand_id, Location.slug, Location.id))
    return {(brand_id, slug): number for brand_id, slug, number in rows if number is not None}
