"""What models, and people who corrected them, said of mentions, and the themes that were found."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Column, Field, Index, SQLModel, UniqueConstraint, text

from monitor.facts import Sentiment, Stage
from monitor.models.columns import Choice, Number, UtcDateTime

PERSON = "person"
"""The model's name of what a person said; its version is a running number."""


class Theme(SQLModel, table=True):
    """A subject of praise or complaint; `slug` is its id in the config, or made from its name when it was adopted."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    active: bool = True
    adopted: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # found, not from the config
    stage: Stage | None = Field(default=None, sa_column=Column(Choice(Stage)))  # of the customer's journey


CORRECTED = text("corrected_by <> ''")
"""What the few corrections are found by: a query that says so in these words is answered by their small index."""


class Assessment(SQLModel, table=True):
    """What one model, or a person, said of one mention; exactly one of a mention's assessments is the current one.

    A person's word stands for the text that it was said of: reading that text anew does not end its being current.
    """

    __table_args__ = (
        UniqueConstraint("mention_id", "model_name", "model_version"),
        Index(
            "uq_assessment_current",
            "mention_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index("ix_assessment_corrected", "mention_id", sqlite_where=CORRECTED, postgresql_where=CORRECTED),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number)
    model_name: str = Field(max_length=120)
    model_version: str = Field(max_length=64)
    text_hash: str = Field(max_length=64)  # of the text that was read; "" of a person's word that was taken back
    language: str = Field(max_length=16)
    negative: float
    neutral: float
    positive: float
    label: Sentiment = Field(sa_column=Column(Choice(Sentiment), nullable=False))  # what the text is held to be
    unsure: bool = False  # below the certainty from which the model is trusted: a person should look
    corrected_by: str = Field(default="", max_length=120)  # who said it; "" when a model did
    embedding: bytes = b""
    assessed_at: datetime = Field(sa_type=UtcDateTime)
    is_current: bool = True


class AssessmentTheme(SQLModel, table=True):
    """A theme that an assessment recognised, with its similarity."""

    __tablename__ = "assessment_theme"

    assessment_id: int = Field(foreign_key="assessment.id", sa_type=Number, primary_key=True, ondelete="CASCADE")
    theme_id: int = Field(foreign_key="theme.id", primary_key=True, index=True)
    score: float
