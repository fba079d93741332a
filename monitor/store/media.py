"""Keeps the pictures, films and sounds that mentions carry."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Media
from monitor.store import bulk
from monitor.store.kept import Kept


def keep(session: Session, pairs: Sequence[tuple[Kept, Collected]], created: Collection[int]) -> None:
    """Add the files that a text carries and that are not known of it yet; the `created` rows have none."""
    carrying = [(row.id, collected.media) for row, collected in pairs if collected.media]
    have = _stored(session, {row_id for row_id, _ in carrying if row_id not in created})
    rows = []
    for row_id, files in carrying:
        for file in files:
            if (row_id, file.url) not in have:
                have.add((row_id, file.url))
                rows.append({"mention_id": row_id, "kind": file.kind, "url": file.url, "alt": file.alt})
    bulk.insert(session, Media, rows)


def _stored(session: Session, ids: set[int]) -> set[tuple[int, str]]:
    if not ids:
        return set()
    stored = session.exec(select(Media.mention_id, Media.url).where(col(Media.mention_id).in_(ids)))
    return {(mention_id, url) for mention_id, url in stored}
