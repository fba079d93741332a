"""What models said of mentions, and the themes they found."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from monitor.models.columns import UtcDateTime


class Theme(SQLModel, table=True):
    """A subject of praise or complaint; `slug` is its id in the config."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    active: bool = True


class Assessment(SQLModel, table=True):
    """What one model said of one mention; exactly one of a mention's assessments is the current one."""

    __table_args__ = (
        UniqueConstraint("mention_id", "model_name", "model_version"),
        Index(
            "uq_assessment_current",
            "mention_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id")
    model_name: str = Field(max_length=120)
    model_version: str = Field(max_length=64)
    text_hash: str = Field(max_length=64)  # of the text that was read
    language: str = Field(max_length=16)
    negative: float
    neutral: float
    positive: float
    embedding: bytes = b""
    assessed_at: datetime = Field(sa_type=UtcDateTime)
    is_current: bool = True


class AssessmentTheme(SQLModel, table=True):
    """A theme that an assessment recognised, with its similarity."""

    __tablename__ = "assessment_theme"

    assessment_id: int = Field(foreign_key="assessment.id", primary_key=True, ondelete="CASCADE")
    theme_id: int = Field(foreign_key="theme.id", primary_key=True, index=True)
    score: float
