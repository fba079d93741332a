"""Who wrote: authors under a keyed hash, so that the table alone does not say who they are."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Author, Installation, Mention
from monitor.store import bulk

KEY_NAME = "author_key"
CHUNK = 10_000  # SQLite takes at most 32,766 values in one statement
_FIRST = {
    dialect: sa.select(col(Author.id), col(Author.first_published_at)).where(is_one)
    for dialect, is_one in bulk.among(col(Author.id), "authors").items()
}
_FIRST_OF_TEXTS = {
    dialect: sa.select(col(Mention.author_id), sa.func.min(Mention.published_at))
    .where(is_one)
    .group_by(col(Mention.author_id))
    for dialect, is_one in bulk.among(col(Mention.author_id), "authors").items()
}


def installation_key(session: Session) -> str:
    """The key of this installation's author hashes; made once, also when two processes ask at the same time."""
    row = session.get(Installation, KEY_NAME)
    if row is None:
        try:
            with session.begin_nested():
                session.add(Installation(name=KEY_NAME, value=secrets.token_hex(32)))
        except IntegrityError:  # another process made it between our look and our write
            session.expire_all()
        row = session.get_one(Installation, KEY_NAME)
    return row.value


def author_hash(key: str, host: str, ref: str) -> str:
    """HMAC-SHA256 in hex of an author's id (or name) at one host."""
    return hmac.digest(key.encode(), f"{host}|{ref}".encode(), "sha256").hex()


def hash_of(key: str, collected: Collected) -> str | None:
    """The hash of who wrote this text; None when the source does not say, so that strangers are not taken for one."""
    ref = collected.author_ref or collected.author_name
    return author_hash(key, collected.host, ref) if ref else None


def keep(session: Session, texts: Iterable[tuple[str | None, Collected, datetime]], now: datetime) -> dict[str, int]:
    """The row of each author of new or edited texts, by hash, with the name and the followers as they are now.

    Of each text is given by whom it is, what was collected, and when it was published as we see it.
    """
    seen: dict[str, dict[str, Any]] = {}
    for key_hash, text, published_at in texts:
        if key_hash is None:
            continue
        author = seen.setdefault(key_hash, {"key_hash": key_hash, "display_name": None, "followers": None})
        author["first_published_at"] = min(author.get("first_published_at", published_at), published_at)
        author["display_name"] = text.author_name or author["display_name"]
        if text.author_followers is not None:
            author["followers"] = text.author_followers
    if not seen:
        return {}
    # in order, so that two processes that write the same authors wait for each other and not in a ring
    rows = [seen[name] | {"last_seen_at": now} for name in sorted(seen)]
    bulk.upsert(session, Author, rows, "key_hash", least="first_published_at")
    return _ids(session, seen)


def first_published(session: Session, author_ids: Collection[int]) -> dict[int, datetime]:
    """When each author's first text was published; without those of whom nothing is known."""
    found: dict[int, datetime] = {}
    left = sorted(author_ids)
    for start in range(0, len(left), CHUNK):
        told = _looked_up(session, _FIRST, left[start : start + CHUNK])
        unknown = [author for author, at in told.items() if at is None]
        found |= {author: at for author, at in told.items() if at is not None}
        found |= _looked_up(session, _FIRST_OF_TEXTS, unknown) if unknown else {}
    return found


def _looked_up(session: Session, query: Mapping[str, sa.Executable], author_ids: Sequence[int]) -> dict[int, Any]:
    asked = query[session.get_bind().dialect.name]
    return dict(session.connection().execute(asked, {"authors": author_ids}).fetchall())


def find_first_again(session: Session, author_id: int) -> None:
    """Work out anew when the first of an author's texts was published: one of them turned out to be of another time."""
    session.flush()
    told = _looked_up(session, _FIRST_OF_TEXTS, [author_id])
    bulk.update(session, Author, {author_id: {"first_published_at": told.get(author_id)}})


def _ids(session: Session, hashes: Iterable[str]) -> dict[str, int]:
    rows = session.exec(select(Author.key_hash, Author.id).where(col(Author.key_hash).in_(list(hashes))))
    return {key_hash: row_id for key_hash, row_id in rows if row_id is not None}
