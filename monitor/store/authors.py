"""Who wrote: authors under a keyed hash, so that the table alone does not say who they are."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Author, Installation
from monitor.store import bulk

KEY_NAME = "author_key"


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


def keep(session: Session, texts: Iterable[tuple[str | None, Collected]], now: datetime) -> dict[str, int]:
    """The row of each author of new or edited texts, by hash, with the name and the followers as they are now."""
    seen: dict[str, dict[str, Any]] = {}
    for key_hash, text in texts:
        if key_hash is None:
            continue
        author = seen.setdefault(key_hash, {"key_hash": key_hash, "display_name": None, "followers": None})
        author["display_name"] = text.author_name or author["display_name"]
        if text.author_followers is not None:
            author["followers"] = text.author_followers
    if not seen:
        return {}
    # in order, so that two processes that write the same authors wait for each other and not in a ring
    bulk.upsert(session, Author, [seen[name] | {"last_seen_at": now} for name in sorted(seen)], "key_hash")
    return _ids(session, seen)


def _ids(session: Session, hashes: Iterable[str]) -> dict[str, int]:
    rows = session.exec(select(Author.key_hash, Author.id).where(col(Author.key_hash).in_(list(hashes))))
    return {key_hash: row_id for key_hash, row_id in rows if row_id is not None}
