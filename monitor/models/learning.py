"""What was learned beside the cases: ideas of those who answer, praise of those who are named, views people keep."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Column, Field, Index, SQLModel, UniqueConstraint

from monitor.models.columns import Choice, Number, UtcDateTime


class IdeaState(enum.StrEnum):
    PROPOSED = "proposed"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"


class Idea(SQLModel, table=True):
    """What somebody who answers proposes to change, so that a kind of complaint comes no more."""

    __table_args__ = (Index(None, "brand_id", "theme"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    theme: str = Field(max_length=64)  # slug; "" when it is about none
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)  # what it came from
    text: str
    actor: str = Field(max_length=120)
    at: datetime = Field(sa_type=UtcDateTime)
    state: IdeaState = Field(default=IdeaState.PROPOSED, sa_column=Column(Choice(IdeaState), nullable=False))
    answer: str = ""  # why it is so
    decided_by: str = Field(default="", max_length=120)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdeaVote(SQLModel, table=True):
    """Somebody else wants it too."""

    __tablename__ = "idea_vote"

    idea_id: int = Field(foreign_key="idea.id", primary_key=True)
    actor: str = Field(max_length=120, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Praise(SQLModel, table=True):
    """A text that praises somebody of the team by name."""

    __table_args__ = (UniqueConstraint("mention_id", "person"), Index(None, "brand_id", "person"))

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number)
    brand_id: int = Field(foreign_key="brand.id")
    person: str = Field(max_length=120)  # as in the config
    found_at: datetime = Field(sa_type=UtcDateTime)


class SavedView(SQLModel, table=True):
    """A page as somebody narrowed it, under a name: the query of its address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("page", "actor", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    page: str = Field(max_length=32)  # the page's address
    name: str = Field(max_length=80)
    query: str  # as it stands in the address
    actor: str = Field(max_length=120)
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # everybody sees it
    created_at: datetime = Field(sa_type=UtcDateTime)
