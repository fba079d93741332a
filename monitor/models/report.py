"""Weekly summaries that were made, kept as they were."""

from datetime import date, datetime
from typing import Any

from sqlmodel import JSON, Column, Field, SQLModel, UniqueConstraint

from monitor.models.columns import UtcDateTime


class Report(SQLModel, table=True):
    """The weekly summary of a brand: its figures, from which every form of it is rendered."""

    __table_args__ = (UniqueConstraint("brand_id", "week_start"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    week_start: date  # the Monday, in the brand's time zone
    made_at: datetime = Field(sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
