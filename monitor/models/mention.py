"""Public texts, who wrote them, what they carry and how they relate."""

import enum
from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Column, Field, Index, SQLModel, UniqueConstraint, text

from monitor.facts import MediaKind, MentionKind, Precision
from monitor.models.columns import Choice, Number, UtcDateTime


class ReadState(enum.StrEnum):
    WAITING = "waiting"  # for its (next) assessment
    READ = "read"
    FAILED = "failed"  # set aside after several tries; `read_error` says why


class Author(SQLModel, table=True):
    """Who wrote: a keyed hash of their id at one host. The name shown is kept only while a case or praise needs it.

    `first_published_at` is when their first text that we have, or had, was published; None where that is to be looked
    up, as after a version of Emberwatch wrote that did not know of it.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    key_hash: str = Field(max_length=64, unique=True)
    display_name: str | None = None
    followers: int | None = None
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    first_published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def pseudonym(self) -> str:
        """A name that tells nothing but is the same everywhere: `author 3f9c2a`."""
        return f"author {self.key_hash[:6]}"


class Story(SQLModel, table=True):
    """Mentions that tell the same thing.

    `fingerprint` is the hash of the normalised text of its first one, `sketch` the signature of it that near-duplicates
    are compared with; b"" when the text is too short for one. Without `last_seen_at` only its very words find it.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    fingerprint: str = Field(max_length=64, unique=True)
    sketch: bytes = b""
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class StoryBand(SQLModel, table=True):
    """One band of a story: stories that share one are candidates for being the same."""

    __tablename__ = "story_band"

    band: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    story_id: int = Field(foreign_key="story.id", sa_type=Number, primary_key=True, index=True, ondelete="CASCADE")


def _waiting_for(relation: str) -> Index:
    """Finds the few mentions whose other end has not come yet."""
    column = "repost_of_id" if relation == "repost" else "quote_of_id" if relation == "quote" else f"{relation}_id"
    waits = text(f"{column} IS NULL AND {relation}_ref IS NOT NULL")
    name = f"ix_mention_waits_{relation}"
    return Index(name, "host", f"{relation}_ref", sqlite_where=waits, postgresql_where=waits)


def _told(column: str) -> Index:
    """Finds the rows that have this value; most mentions answer nothing, and cost nothing here."""
    told = text(f"{column} IS NOT NULL")
    return Index(f"ix_mention_{column}", column, sqlite_where=told, postgresql_where=told)


LOCATED = text("location_id IS NOT NULL")
"""What texts about a location are found by: where no brand has locations, this costs nothing."""
UNREAD, TRIED = text("read_state <> 'read'"), text("read_attempts > 0")
"""What the few unread mentions are found by: a query that says so in these words is answered by their small index."""


class Mention(SQLModel, table=True):
    """One public text by one author at one address, whichever source found it first."""

    __table_args__ = (
        UniqueConstraint("kind", "host", "external_id"),
        Index("ix_mention_source_id", "source_id", "id"),  # else PostgreSQL reads those of all sources
        Index("ix_mention_unread", "read_state", "fresh", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_mention_tried", "read_attempts", sqlite_where=TRIED, postgresql_where=TRIED),
        *(_told(column) for column in ("parent_id", "root_id", "repost_of_id", "quote_of_id", "story_id")),
        *(_waiting_for(relation) for relation in ("parent", "root", "repost", "quote")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    kind: MentionKind = Field(sa_column=Column(Choice(MentionKind), nullable=False))
    host: str = Field(max_length=255)
    external_id: str = Field(max_length=512)
    source_id: int = Field(foreign_key="source.id")
    author_id: int | None = Field(default=None, foreign_key="author.id", sa_type=Number, index=True)
    url: str = ""
    title: str = ""
    text: str = ""
    text_hash: str = Field(max_length=64)  # of title, text and rating: a change is an edit
    language_declared: str = Field(default="", max_length=16)
    item: str = ""  # the product, page or place that it is about, as the source names it
    published_at: datetime = Field(sa_type=UtcDateTime)
    precision: Precision = Field(default=Precision.SECOND, sa_column=Column(Choice(Precision), nullable=False))
    collected_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # said to be gone, and not believed yet
    fresh: bool = True  # False: backfill or first crawl; feeds the baseline and never raises a finding
    rating_value: float | None = None
    rating_worst: float | None = None
    rating_best: float | None = None
    author_followers: int | None = None  # at the time
    first_purchase: bool | None = None  # of a survey answer
    # Relations are kept twice: as the id at the host (the other text may come later, or never) and as our row.
    parent_ref: str | None = Field(default=None, max_length=512)
    root_ref: str | None = Field(default=None, max_length=512)
    repost_ref: str | None = Field(default=None, max_length=512)
    quote_ref: str | None = Field(default=None, max_length=512)
    parent_id: int | None = Field(default=None, foreign_key="mention.id", sa_type=Number)
    root_id: int | None = Field(default=None, foreign_key="mention.id", sa_type=Number)
    repost_of_id: int | None = Field(default=None, foreign_key="mention.id", sa_type=Number)
    quote_of_id: int | None = Field(default=None, foreign_key="mention.id", sa_type=Number)
    story_id: int | None = Field(default=None, foreign_key="story.id", sa_type=Number)
    read_state: ReadState = Field(default=ReadState.WAITING, sa_column=Column(Choice(ReadState), nullable=False))
    read_attempts: int = 0  # since it began to wait; asking anew sets it to 0
    read_leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a process is reading it
    read_error: str = ""


class MentionVersion(SQLModel, table=True):
    """What an edited mention said before."""

    __tablename__ = "mention_version"

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, index=True)
    title: str = ""
    text: str = ""
    rating_value: float | None = None
    replaced_at: datetime = Field(sa_type=UtcDateTime)


class MentionBrand(SQLModel, table=True):
    """A mention concerns a brand with a relevance 0..1; None until analyse has looked."""

    __tablename__ = "mention_brand"
    __table_args__ = (
        Index(None, "brand_id", "published_at"),
        Index(
            "ix_mention_brand_located", "location_id", "published_at", sqlite_where=LOCATED, postgresql_where=LOCATED
        ),
    )

    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", primary_key=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    relevance: float | None = None
    published_at: datetime = Field(sa_type=UtcDateTime)  # copied, so that a brand's stream is one index range
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the time it stands under in the counts


class Media(SQLModel, table=True):
    """A picture, film or sound that a mention carries."""

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, index=True)
    kind: MediaKind = Field(sa_column=Column(Choice(MediaKind), nullable=False))
    url: str
    alt: str = ""


class Snapshot(SQLModel, table=True):
    """The engagement of one mention at one time; None where the source does not say."""

    __table_args__ = (UniqueConstraint("mention_id", "taken_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = Field(default=None, sa_type=Number)
