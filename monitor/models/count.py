"""The stored series: additive counts per time bucket and cell of a brand."""

import enum
from datetime import datetime

from sqlmodel import Column, Field, SQLModel

from monitor.facts import Dimension
from monitor.models.columns import Choice, UtcDateTime


class Resolution(enum.StrEnum):
    FIVE_MINUTES = "5m"
    HOUR = "1h"


class Count(SQLModel, table=True):
    """Sums over the assessed mentions of one cell in one bucket, kept in the transaction of the assessment."""

    __table_args__ = {"sqlite_with_rowid": False}  # rows of a cell lie together: read by thousands at every look

    brand_id: int = Field(foreign_key="brand.id", primary_key=True)
    resolution: Resolution = Field(sa_column=Column(Choice(Resolution), primary_key=True))
    dimension: Dimension = Field(sa_column=Column(Choice(Dimension), primary_key=True))
    key: str = Field(max_length=64, primary_key=True)
    start: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    mentions: int = 0
    negative: float = 0.0  # sum of P(negative)
    uncertainty: float = 0.0  # sum of P(negative) * (1 - P(negative))
