"""What was forgotten for good: known by a keyed hash alone, so that no crawl, import or door brings it back."""

import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Forgotten, Tombstone
from monitor.store import authors, bulk
from monitor.store.kept import Key
from monitor.store.relations import REFS

_AT_ONCE = 5_000  # values in one statement
_STANDS = "forgotten:"
"""How the id begins that stands in the place of a forgotten text's own."""


@dataclass(frozen=True, slots=True)
class Stones:
    """Those tombstones that a batch of texts meets."""

    key: str  # of the installation
    found: frozenset[str] = frozenset()

    def lies_on(self, text: Collected) -> bool:
        """Whether this text, or everything of who wrote it, was forgotten."""
        if not self.found:
            return False
        return (
            stone_of(self.key, (text.kind, text.host, text.external_id)) in self.found
            or authors.hash_of(self.key, text) in self.found
        )

    def without_traces(self, text: Collected) -> Collected:
        """Somebody else's text, without the ids of forgotten ones, and without the title of such a one."""
        gone: dict[str, Any] = {ref: stand for ref in REFS if (stand := self._stand(text, ref))}
        if not gone:
            return text
        theirs = {"parent_ref", "root_ref"} & gone.keys()
        return replace(text, **gone, item="" if theirs else text.item)

    def _stand(self, text: Collected, ref: str) -> str:
        """What stands in the place of a reference; "" where it leads to nothing that was forgotten."""
        name = getattr(text, ref)
        stone = reference_of(self.key, text.host, name) if name and self.found else ""
        return standing_for(stone) if stone in self.found else ""


def stone_of(key: str, text: Key) -> str:
    """The hash that a text is known by after it was forgotten."""
    kind, host, external_id = text
    return hmac.digest(key.encode(), f"text|{kind}|{host}|{external_id}".encode(), "sha256").hex()


def reference_of(key: str, host: str, external_id: str) -> str:
    """The hash that texts which refer to it are known by: they do not say what kind of text it is."""
    return hmac.digest(key.encode(), f"reference|{host}|{external_id}".encode(), "sha256").hex()


def standing_for(stone: str) -> str:
    """The id that stands in the place of a forgotten text's own, which often tells who wrote it."""
    return f"{_STANDS}{stone[:40]}"


def is_standing_for(external_id: str) -> bool:
    """Whether it is an id that stands in the place of a forgotten one."""
    return external_id.startswith(_STANDS)


def lay_texts(session: Session, key: str, texts: Iterable[Key], now: datetime) -> None:
    """Remember that these texts were forgotten, also where others refer to them."""
    for text in texts:
        _, host, external_id = text
        lay(session, Forgotten.MENTION, (stone_of(key, text), reference_of(key, host, external_id)), now)


def lay(session: Session, what: Forgotten, stones: Iterable[str], now: datetime) -> None:
    """Remember that these were forgotten; twice is once."""
    bulk.insert_missing(session, Tombstone, [{"key_hash": stone, "what": what, "made_at": now} for stone in stones])


def read(session: Session, key: str, texts: Sequence[Collected]) -> Stones:
    """The tombstones that these texts, who wrote them or what they refer to lie under.

    One question where nothing was ever forgotten, and another for all of them together where something was.
    """
    any_at_all = select(Tombstone.key_hash).where(col(Tombstone.key_hash) > "").limit(1)  # by the index
    if session.exec(any_at_all).first() is None:
        return Stones(key)
    return Stones(key, _known(session, {stone for text in texts for stone in _stones(key, text)}))


def _known(session: Session, stones: Collection[str]) -> frozenset[str]:
    asked = list(stones)
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        found.update(session.exec(select(Tombstone.key_hash).where(col(Tombstone.key_hash).in_(some))))
    return frozenset(found)


def _stones(key: str, text: Collected) -> Iterable[str]:
    yield stone_of(key, (text.kind, text.host, text.external_id))
    if author := authors.hash_of(key, text):
        yield author
    for name in {getattr(text, ref) for ref in REFS} - {None, ""}:
        yield reference_of(key, text.host, name)
