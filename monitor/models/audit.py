"""Who did what, or was refused: rows that nothing changes."""

import enum
from datetime import datetime

from sqlmodel import Column, Field, SQLModel

from monitor.facts import Role, Way
from monitor.models.columns import Choice, UtcDateTime


class Outcome(enum.StrEnum):
    DONE = "done"
    REFUSED = "refused"  # the role was not enough


class AuditEntry(SQLModel, table=True):
    """One write that a person asked for."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=120)
    login: str = Field(default="", max_length=255)
    role: Role = Field(sa_column=Column(Choice(Role), nullable=False))
    way: Way = Field(sa_column=Column(Choice(Way), nullable=False))
    deed: str = Field(max_length=32)  # a value of access.Deed
    about: str = Field(default="", max_length=64)  # such as "case 12"
    outcome: Outcome = Field(sa_column=Column(Choice(Outcome), nullable=False))
