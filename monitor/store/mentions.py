"""Keeps mentions: one row per text whoever found it, with its versions, author, brands, media and engagement."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from monitor.facts import Collected, MediaFile, MentionKind
from monitor.models import Author, Media, Mention, MentionBrand, MentionVersion, ReadState, Source, SourceBrand
from monitor.store import authors, engagement, relations
from monitor.store.event_time import corrected_time, event_time

Key = tuple[MentionKind, str, str]


class Saved(StrEnum):
    """What saving a text came to."""

    NEW = "new"
    EDITED = "edited"
    UNCHANGED = "unchanged"


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
    says so: two renderings of one text must not take turns as edits. Looks everything up once per batch; raises
    IntegrityError when another process saved one of these texts meanwhile (roll back and save again).
    """
    writer = _Writer(session, source, now, author_key, [collected for collected, _ in batch])
    created = writer.create(batch)
    rows = [writer.known[_key(collected)] for collected, _ in batch]
    writer.link_brands(rows, created)
    saved = [
        Saved.NEW if position in created else writer.update(row, collected)
        for position, (row, (collected, _)) in enumerate(zip(rows, batch, strict=True))
    ]
    pairs = [(row, collected) for row, (collected, _) in zip(rows, batch, strict=True)]
    _keep_media(session, pairs)
    engagement.keep(session, pairs, now)
    relations.connect(session, pairs, [rows[position] for position in created])
    session.flush()
    return saved


def text_hash(collected: Collected) -> str:
    """SHA-256 of title, text and rating: when it changes, the mention was edited."""
    rating = (collected.rating_value, collected.rating_worst, collected.rating_best)
    return hashlib.sha256(repr((collected.title, collected.text, rating)).encode()).hexdigest()


def _key(collected: Collected) -> Key:
    return (collected.kind, collected.host, collected.external_id)


class _Writer:
    """Writes one batch; `known` holds the row of every text in it that exists."""

    def __init__(
        self, session: Session, source: Source, now: datetime, author_key: str, texts: Sequence[Collected]
    ) -> None:
        assert source.id is not None, "the source must be stored first"  # noqa: S101 (a broken caller, not input)
        self.session, self.source_id, self.now, self.author_key = session, source.id, now, author_key
        self.known = _known(session, texts)
        hashes = (authors.hash_of(author_key, text) for text in texts)
        self.authors = authors.find(session, (found for found in hashes if found))
        self._gone: frozenset[int] | None = None

    def create(self, batch: Sequence[tuple[Collected, bool]]) -> frozenset[int]:
        """Add the texts that are new; their positions in the batch."""
        for collected, _ in batch:
            if _key(collected) not in self.known:
                self._author(collected)
        self.session.flush()
        created = set()
        for position, (collected, fresh) in enumerate(batch):
            if _key(collected) not in self.known:
                self.known[_key(collected)] = self._new(collected, fresh)
                created.add(position)
        self.session.flush()
        return frozenset(created)

    def _new(self, collected: Collected, fresh: bool) -> Mention:
        author = self._author(collected)
        mention = Mention(
            kind=collected.kind,
            host=collected.host,
            external_id=collected.external_id,
            source_id=self.source_id,
            author_id=author.id if author else None,
            url=collected.url,
            title=collected.title,
            text=collected.text,
            text_hash=text_hash(collected),
            language_declared=collected.language,
            item=collected.item,
            published_at=event_time(collected.published_at, collected.precision, self.now),
            precision=collected.precision,
            collected_at=self.now,
            fresh=fresh,
            rating_value=collected.rating_value,
            rating_worst=collected.rating_worst,
            rating_best=collected.rating_best,
            author_followers=collected.author_followers,
        )
        self.session.add(mention)
        return mention

    def _author(self, collected: Collected) -> Author | None:
        """The author of a new or edited text, with the name and the followers as they are now."""
        key_hash = authors.hash_of(self.author_key, collected)
        if key_hash is None:
            return None
        author = self.authors.get(key_hash)
        if author is None:
            author = self.authors[key_hash] = Author(key_hash=key_hash, last_seen_at=self.now)
        author.display_name = collected.author_name or author.display_name
        if collected.author_followers is not None:
            author.followers = collected.author_followers
        author.last_seen_at = self.now
        self.session.add(author)
        return author

    def link_brands(self, rows: Sequence[Mention], created: frozenset[int]) -> None:
        """Make every text a candidate for each brand of the source; a known text is read again for a new one."""
        brands = list(self.session.exec(select(SourceBrand.brand_id).where(SourceBrand.source_id == self.source_id)))
        fresh_rows = {rows[position].id for position in created}
        old = {row.id for row in rows} - fresh_rows
        linked = select(MentionBrand.mention_id, MentionBrand.brand_id).where(col(MentionBrand.mention_id).in_(old))
        have = {(mention_id, brand_id) for mention_id, brand_id in (self.session.exec(linked) if old else ())}
        for row in {row.id: row for row in rows}.values():
            missing = [brand_id for brand_id in brands if (row.id, brand_id) not in have]
            for brand_id in missing:
                self.session.add(MentionBrand(mention_id=_id(row), brand_id=brand_id, published_at=row.published_at))
            if missing and row.id in old:
                _ask_again(row)

    def update(self, row: Mention, collected: Collected) -> Saved:
        """Bring a known text up to date."""
        if not self._may_edit(row):
            return Saved.UNCHANGED
        self._correct_time(row, collected)
        if text_hash(collected) == row.text_hash:
            return Saved.UNCHANGED
        self.session.add(
            MentionVersion(
                mention_id=_id(row),
                title=row.title,
                text=row.text,
                rating_value=row.rating_value,
                replaced_at=self.now,
            )
        )
        row.title, row.text, row.text_hash = collected.title, collected.text, text_hash(collected)
        row.rating_value, row.rating_worst = collected.rating_value, collected.rating_worst
        row.rating_best, row.edited_at = collected.rating_best, self.now
        author = self._author(collected)
        self.session.flush()
        row.author_id = author.id if author else row.author_id
        _ask_again(row)
        return Saved.EDITED

    def _may_edit(self, row: Mention) -> bool:
        if row.source_id == self.source_id:
            return True
        if self._gone is None:
            inactive = select(Source.id).where(col(Source.active).is_(False))
            self._gone = frozenset(found for found in self.session.exec(inactive) if found is not None)
        return row.source_id in self._gone

    def _correct_time(self, row: Mention, collected: Collected) -> None:
        """Follow a source that truly changed its claim; a text that moved later is not news again."""
        moved = corrected_time(
            row.published_at, row.precision, collected.published_at, collected.precision, row.collected_at
        )
        if moved is None:
            return
        row.fresh = row.fresh and moved <= row.published_at
        row.published_at, row.precision = moved, collected.precision
        for link in self.session.exec(select(MentionBrand).where(MentionBrand.mention_id == row.id)):
            link.published_at = moved
            self.session.add(link)
        _ask_again(row)


def _known(session: Session, texts: Sequence[Collected]) -> dict[Key, Mention]:
    """The rows of those texts that were kept before."""
    hosts, ids = {text.host for text in texts}, {text.external_id for text in texts}
    rows = session.exec(select(Mention).where(col(Mention.host).in_(hosts), col(Mention.external_id).in_(ids)))
    return {(row.kind, row.host, row.external_id): row for row in rows}


def _id(row: Mention) -> int:
    assert row.id is not None, "the row was flushed"  # noqa: S101 (a broken caller, not input)
    return row.id


def _ask_again(row: Mention) -> None:
    row.read_state, row.read_attempts, row.read_error = ReadState.WAITING, 0, ""


def _keep_media(session: Session, pairs: Sequence[tuple[Mention, Collected]]) -> None:
    """Add the files that a text carries and that are not known of it yet."""
    carrying = [(row, collected.media) for row, collected in pairs if collected.media]
    if not carrying:
        return
    ids = {row.id for row, _ in carrying}
    stored = session.exec(select(Media.mention_id, Media.url).where(col(Media.mention_id).in_(ids)))
    have: set[tuple[int | None, str]] = {(mention_id, url) for mention_id, url in stored}
    for row, files in carrying:
        for file in files:
            if (row.id, file.url) not in have:
                have.add((row.id, file.url))
                session.add(_media(row, file))


def _media(row: Mention, file: MediaFile) -> Media:
    return Media(mention_id=_id(row), kind=file.kind, url=file.url, alt=file.alt)
