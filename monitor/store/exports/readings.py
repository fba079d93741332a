"""What rows of texts share: how their authors are called, and their themes."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import AssessmentTheme, Author, Brand, Source, Theme


def author_of(author: Author | None, *, named: bool) -> str:
    """The name that the author shows when `named` and known, else the pseudonym; empty without an author."""
    if author is None:
        return ""
    return (author.display_name if named else None) or author.pseudonym


def themes_of(session: Session, assessment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Ids of the themes of each reading, the surest first."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.exec(
        select(AssessmentTheme.assessment_id, Theme.slug)
        .join(Theme)
        .where(col(AssessmentTheme.assessment_id).in_(assessment_ids))
        .order_by(col(AssessmentTheme.score).desc(), col(Theme.slug))
    )
    for assessment_id, slug in rows:
        found[assessment_id].append(slug)
    return {assessment_id: tuple(slugs) for assessment_id, slugs in found.items()}


def numbers(session: Session, table: type[Brand | Source | Theme]) -> dict[str, int]:
    """The number of each brand, source or theme that there is or was, by its id in the config."""
    rows = session.execute(sa.select(col(table.slug), col(table.id)).order_by(col(table.slug))).all()
    return {row[0]: row[1] for row in rows}
