"""Recurring complaints that were found outside of the configured themes, and what people decided about them."""

import enum
from datetime import datetime

from sqlmodel import JSON, Column, Field, Index, SQLModel

from monitor.models.columns import Choice, Number, UtcDateTime


class FoundState(enum.StrEnum):
    OPEN = "open"  # found, nobody decided
    ADOPTED = "adopted"  # it is a theme of its own now: `theme_id`
    MERGED = "merged"  # its texts belong to a theme (`theme_id`) or to another found one (`merged_into_id`)
    DISMISSED = "dismissed"  # not worth a theme


class FoundTheme(SQLModel, table=True):
    """A group of complaints that no theme tells of, named by its own words."""

    __tablename__ = "found_theme"
    __table_args__ = (Index(None, "brand_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    name: str = Field(max_length=120)  # its first words, or what a person called it
    words: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # the most telling first
    model: str = Field(max_length=200)  # name and version of what made the embeddings: those of others say nothing
    centre: bytes = b""  # unit vector of its texts, as embeddings are kept
    state: FoundState = Field(default=FoundState.OPEN, sa_column=Column(Choice(FoundState), nullable=False))
    theme_id: int | None = Field(default=None, foreign_key="theme.id")
    merged_into_id: int | None = Field(default=None, foreign_key="found_theme.id")
    found_at: datetime = Field(sa_type=UtcDateTime)
    first_at: datetime = Field(sa_type=UtcDateTime)  # event time of its first text
    last_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=120)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FoundThemeMention(SQLModel, table=True):
    """A text of a found theme; a text belongs to one at most per brand."""

    __tablename__ = "found_theme_mention"
    __table_args__ = (Index(None, "found_theme_id", "published_at"),)

    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", primary_key=True)
    found_theme_id: int = Field(foreign_key="found_theme.id")
    published_at: datetime = Field(sa_type=UtcDateTime)  # copied, so that a week of a theme is one index range
    similarity: float  # cosine to the centre
