"""Keeps mentions: one row per text whoever found it, with its versions, author, brands, media and engagement."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from monitor.facts import Collected
from monitor.models import Mention, MentionBrand, MentionVersion, ReadState, Source, SourceBrand
from monitor.store import authors, bulk, engagement, kept, media, relations, terms, tombstones
from monitor.store.event_time import corrected_time, event_time
from monitor.store.kept import Kept, Key
from monitor.store.terms import Terms

_NEW_ROW = bulk.defaults(Mention)


class Saved(StrEnum):
    """What saving a text came to."""

    NEW = "new"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    FORGOTTEN = "dropped: forgotten"  # somebody asked us to forget it, or who wrote it
    TOO_OLD = "dropped: older than its kind is kept"


def save(
    session: Session, collected: Collected, *, source: Source, now: datetime, fresh: bool, author_key: str
) -> Saved:
    """Keep one text; see `save_many`."""
    return save_many(session, [(collected, fresh)], source=source, now=now, author_key=author_key)[0]


def save_many(
    session: Session, batch: Sequence[tuple[Collected, bool]], *, source: Source, now: datetime, author_key: str
) -> list[Saved]:
    """Keep a page of texts, each with whether it may raise a finding; what became of each, in order.

    A text known by (kind, host, external_id) is updated. A changed title, text or rating keeps the old one as a version
    and asks for a new assessment, but only when the source that found the mention (or, once that is gone, any other)
    says so: two renderings of one text must not take turns as edits. What was forgotten, or is older than its kind is
    kept, is dropped. Looks everything up once per batch and host; raises IntegrityError when another process saved one
    of these texts meanwhile (roll back and save again).
    """
    stones = tombstones.read(session, author_key, [collected for collected, _ in batch])
    forgotten = [stones.lies_on(collected) for collected, _ in batch]
    texts = [
        _Text(text, fresh, _key(text), text_hash(text))
        for text, fresh in ((stones.without_traces(collected), fresh) for collected, fresh in batch)
        if not stones.lies_on(text)
    ]
    saved = _save(session, texts, source=source, now=now, author_key=author_key)
    return [Saved.FORGOTTEN if is_gone else next(saved) for is_gone in forgotten]


def _save(
    session: Session, texts: Sequence["_Text"], *, source: Source, now: datetime, author_key: str
) -> Iterator[Saved]:
    writer = _Writer(session, source, now, author_key)
    known = kept.find(session, (text.key[1:] for text in texts))
    over = _too_old(terms.read(session), texts, known, now)
    outcomes = _save_young(writer, [text for text in texts if text.key not in over], known)
    return iter([Saved.TOO_OLD if text.key in over else next(outcomes) for text in texts])


def _too_old(known_terms: Terms, texts: Iterable["_Text"], known: Mapping[Key, Kept], now: datetime) -> set[Key]:
    """Those that would be removed at once, or were, and of which no words are kept for anybody who needs them."""
    if not known_terms.kept:
        return set()
    claims = ((text.key, text.collected) for text in texts if text.key not in known or not known[text.key].text_hash)
    return {
        key
        for key, text in claims
        if known_terms.is_over(text.kind, event_time(text.published_at, text.precision, now), now)
    }


def _save_young(writer: "_Writer", texts: Sequence["_Text"], known: dict[Key, Kept]) -> Iterator[Saved]:
    _note_there(writer.session, [known[text.key] for text in texts if text.key in known])
    new: dict[Key, _Text] = {}
    for text in texts:
        if text.key not in known:
            new.setdefault(text.key, text)
    created = writer.create(list(new.values()))
    known |= created
    pairs = [(known[text.key], text.collected) for text in texts]
    _keep_belongings(writer, pairs, list(created.values()))
    again = writer.update([(known[text.key], text) for text in texts if new.get(text.key) is not text])
    writer.session.flush()
    return iter([Saved.NEW if new.get(text.key) is text else next(again) for text in texts])


def text_hash(collected: Collected) -> str:
    """SHA-256 of title, text and rating: when it changes, the mention was edited."""
    rating = (collected.rating_value, collected.rating_worst, collected.rating_best)
    return hashlib.sha256(repr((collected.title, collected.text, rating)).encode()).hexdigest()


def _key(collected: Collected) -> Key:
    return (collected.kind, collected.host, collected.external_id)


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of the batch."""

    collected: Collected
    fresh: bool
    key: Key
    hash: str


class _Writer:
    """Writes one batch of one source."""

    def __init__(self, session: Session, source: Source, now: datetime, author_key: str) -> None:
        assert source.id is not None, "the source must be stored first"  # noqa: S101 (a broken caller, not input)
        session.flush()  # what is written past the unit of work must find what the caller added
        self.session, self.source_id, self.now, self.author_key = session, source.id, now, author_key
        self._gone: frozenset[int] | None = None

    def create(self, texts: Sequence[_Text]) -> dict[Key, Kept]:
        """Add texts that are new; their rows."""
        hashes = [authors.hash_of(self.author_key, text.collected) for text in texts]
        rows = [self._new(text) for text in texts]
        wrote = zip(hashes, (text.collected for text in texts), (row["published_at"] for row in rows), strict=True)
        ids = authors.keep(self.session, wrote, self.now)
        for row, name in zip(rows, hashes, strict=True):
            row["author_id"] = ids.get(name or "")
        bulk.insert(self.session, Mention, rows)
        stored = kept.find_ids(self.session, (text.key[1:] for text in texts))
        return {text.key: kept.as_written(stored[text.key], row) for text, row in zip(texts, rows, strict=True)}

    def _new(self, text: _Text) -> dict[str, Any]:
        collected = text.collected
        return {
            **_NEW_ROW,
            "kind": collected.kind,
            "host": collected.host,
            "external_id": collected.external_id,
            "source_id": self.source_id,
            "author_id": None,
            "url": collected.url,
            "title": collected.title,
            "text": collected.text,
            "text_hash": text.hash,
            "language_declared": collected.language,
            "item": collected.item,
            "published_at": event_time(collected.published_at, collected.precision, self.now),
            "precision": collected.precision,
            "collected_at": self.now,
            "fresh": text.fresh,
            "rating_value": collected.rating_value,
            "rating_worst": collected.rating_worst,
            "rating_best": collected.rating_best,
            "author_followers": collected.author_followers,
            "first_purchase": collected.first_purchase,
            **relations.refs_of(collected),
        }

    def link_brands(self, rows: Iterable[Kept], created: frozenset[int]) -> None:
        """Make every text a candidate for each brand of the source; a known text is read again for a new one."""
        by_id = {row.id: row for row in rows}
        brands = list(self.session.exec(select(SourceBrand.brand_id).where(SourceBrand.source_id == self.source_id)))
        have = self._links(by_id.keys() - created)
        missing = [(row_id, brand) for row_id in by_id for brand in brands if (row_id, brand) not in have]
        at = {row_id: row.published_at for row_id, row in by_id.items()}
        links = [{"mention_id": row_id, "brand_id": brand, "published_at": at[row_id]} for row_id, brand in missing]
        bulk.insert(self.session, MentionBrand, links)
        for row in self._load({row_id for row_id, _ in missing} - created):
            if row.deleted_at is None:  # without its words it would count no more
                _ask_again(row)

    def _links(self, ids: set[int]) -> set[tuple[int, int]]:
        if not ids:
            return set()
        linked = select(MentionBrand.mention_id, MentionBrand.brand_id).where(col(MentionBrand.mention_id).in_(ids))
        return {(mention_id, brand_id) for mention_id, brand_id in self.session.exec(linked)}

    def update(self, texts: Sequence[tuple[Kept, _Text]]) -> Iterator[Saved]:
        """Bring known texts up to date; what became of each."""
        mine = [(row, text, self.may_edit(row)) for row, text in texts]
        changed = {row.id for row, text, may in mine if may and (text.hash != row.text_hash or _moved(row, text))}
        held = self._load(changed)  # all at once: the session hands out a row as long as somebody holds it
        saved = [self._update(row, text) if may else Saved.UNCHANGED for row, text, may in mine]
        del held
        return iter(saved)

    def _load(self, ids: set[int]) -> list[Mention]:
        """Whole rows, to be changed."""
        if not ids:
            return []
        rows = select(Mention).where(col(Mention.id).in_(ids)).execution_options(populate_existing=True)
        return list(self.session.exec(rows))

    def _update(self, known: Kept, text: _Text) -> Saved:
        moved = _moved(known, text)
        if moved is not None:
            known.published_at, known.precision = moved, text.collected.precision
            self._move(self.session.get_one(Mention, known.id), moved, text.collected)
        if text.hash == known.text_hash:
            return Saved.UNCHANGED
        known.text_hash = text.hash
        self._edit(self.session.get_one(Mention, known.id), known.id, text)
        return Saved.EDITED

    def _edit(self, row: Mention, row_id: int, text: _Text) -> None:
        collected = text.collected
        if row.deleted_at is None:
            self._keep_version(row, row_id)
        row.deleted_at = None  # it came back
        row.title, row.text, row.text_hash = collected.title, collected.text, text.hash
        row.rating_value, row.rating_worst = collected.rating_value, collected.rating_worst
        row.rating_best, row.edited_at = collected.rating_best, self.now
        key_hash = authors.hash_of(self.author_key, collected)
        found = authors.keep(self.session, [(key_hash, collected, row.published_at)], self.now)
        row.author_id = found.get(key_hash or "", row.author_id)
        _ask_again(row)

    def _keep_version(self, row: Mention, row_id: int) -> None:
        self.session.add(
            MentionVersion(
                mention_id=row_id,
                title=row.title,
                text=row.text,
                rating_value=row.rating_value,
                replaced_at=self.now,
            )
        )

    def may_edit(self, row: Kept) -> bool:
        if row.source_id == self.source_id:
            return True
        if self._gone is None:
            inactive = select(Source.id).where(col(Source.active).is_(False))
            self._gone = frozenset(found for found in self.session.exec(inactive) if found is not None)
        return row.source_id in self._gone

    def _move(self, row: Mention, moved: datetime, collected: Collected) -> None:
        """Follow a source that truly changed its claim; a text that moved later is not news again."""
        row.fresh = row.fresh and moved <= row.published_at
        row.published_at, row.precision = moved, collected.precision
        for link in self.session.exec(select(MentionBrand).where(MentionBrand.mention_id == row.id)):
            link.published_at = moved
            self.session.add(link)
        if row.author_id is not None:
            authors.find_first_again(self.session, row.author_id)
        _ask_again(row)


def _keep_belongings(writer: _Writer, pairs: Sequence[tuple[Kept, Collected]], created: Sequence[Kept]) -> None:
    """Brands, relations, media and engagement of a batch, whose rows are all there now."""
    ids = frozenset(row.id for row in created)
    writer.link_brands((row for row, _ in pairs), ids)
    relations.connect(writer.session, pairs, created)
    has_words = [(row, text) for row, text in pairs if row.text_hash or writer.may_edit(row)]  # or gets them back
    media.keep(writer.session, has_words, ids)
    engagement.keep(writer.session, pairs, writer.now, ids)


def _note_there(session: Session, rows: Iterable[Kept]) -> None:
    """What is shown is not missing, whatever was said before."""
    bulk.update(session, Mention, {row.id: {"missing_at": None} for row in rows if row.missing_at is not None})


def _moved(row: Kept, text: _Text) -> datetime | None:
    claim, precision = text.collected.published_at, text.collected.precision
    return corrected_time(row.published_at, row.precision, claim, precision, row.collected_at)


def _ask_again(row: Mention) -> None:
    row.read_state, row.read_attempts, row.read_error = ReadState.WAITING, 0, ""
