"""Weekly summaries that were made, kept as they were."""

from datetime import date, datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel, UniqueConstraint, text

from monitor.models.columns import UtcDateTime

TOGETHER = text("brand_id IS NULL")


class Report(SQLModel, table=True):
    """The weekly summary of a brand, or of all together: its figures, from which every form of it is rendered."""

    __table_args__ = (
        UniqueConstraint("brand_id", "week_start"),
        Index("uq_report_together", "week_start", unique=True, sqlite_where=TOGETHER, postgresql_where=TOGETHER),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int | None = Field(default=None, foreign_key="brand.id")  # None: of all brands together
    week_start: date  # the Monday, in the brand's time zone
    made_at: datetime = Field(sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
