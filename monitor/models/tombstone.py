"""What somebody asked us to forget, so that the next crawl does not bring it back."""

import enum
from datetime import datetime

from sqlmodel import Column, Field, SQLModel

from monitor.models.columns import Choice, UtcDateTime


class Forgotten(enum.StrEnum):
    AUTHOR = "author"  # everything of one author at one host; the hash is that of `Author.key_hash`
    MENTION = "mention"  # one text; a hash of its kind, host and id, and one of host and id for what refers to it


class Tombstone(SQLModel, table=True):
    """Stands for what was forgotten: a hash with the installation's key, and nothing that tells what it was."""

    key_hash: str = Field(max_length=64, primary_key=True)
    what: Forgotten = Field(sa_column=Column(Choice(Forgotten), nullable=False))
    made_at: datetime = Field(sa_type=UtcDateTime)
