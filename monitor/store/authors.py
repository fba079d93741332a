"""Who wrote: authors under a keyed hash, so that the table alone does not say who they are."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Author, Installation

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
    return hmac.new(key.encode(), f"{host}|{ref}".encode(), hashlib.sha256).hexdigest()


def hash_of(key: str, collected: Collected) -> str | None:
    """The hash of who wrote this text; None when the source does not say, so that strangers are not taken for one."""
    ref = collected.author_ref or collected.author_name
    return author_hash(key, collected.host, ref) if ref else None


def find(session: Session, hashes: Iterable[str]) -> dict[str, Author]:
    """The known authors among these hashes."""
    wanted = sorted(set(hashes))
    rows = session.exec(select(Author).where(col(Author.key_hash).in_(wanted))) if wanted else ()
    return {author.key_hash: author for author in rows}
