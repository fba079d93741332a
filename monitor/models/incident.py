"""Episodes of trouble: incidents, what detectors said of them, and how they changed."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel

from monitor.facts import ChangeKind, Dimension, IncidentState, Severity
from monitor.models.columns import Choice, UtcDateTime


class Incident(SQLModel, table=True):
    """An episode of findings that belong together."""

    __table_args__ = (Index(None, "brand_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    state: IncidentState = Field(default=IncidentState.OPEN, sa_column=Column(Choice(IncidentState), nullable=False))
    severity: Severity = Field(sa_column=Column(Choice(Severity), nullable=False))
    dimension: Dimension = Field(sa_column=Column(Choice(Dimension), nullable=False))
    key: str = Field(default="", max_length=64)
    sentence: str  # the evidence of the latest change, in plain words
    started_at: datetime = Field(sa_type=UtcDateTime)  # event time of its first mention
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    last_finding_at: datetime = Field(sa_type=UtcDateTime)
    calmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_reason: str = ""
    owner: str = ""
    told_size: float = 0.0
    told_sources: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Finding(SQLModel, table=True):
    """What a detector said at one look; see `monitor.facts.Finding` for the meaning of each figure."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    detector: str = Field(max_length=32)
    looked_at: datetime = Field(sa_type=UtcDateTime)
    dimension: Dimension = Field(sa_column=Column(Choice(Dimension), nullable=False))
    key: str = Field(default="", max_length=64)
    severity: Severity = Field(sa_column=Column(Choice(Severity), nullable=False))
    window_start: datetime = Field(sa_type=UtcDateTime)
    window_end: datetime = Field(sa_type=UtcDateTime)
    seen: float
    expected: float
    strength: float
    growth: float
    authors: int
    reach: int
    evidence: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class IncidentMention(SQLModel, table=True):
    """A mention that is part of an incident's evidence."""

    __tablename__ = "incident_mention"

    incident_id: int = Field(foreign_key="incident.id", primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", primary_key=True, index=True)


class IncidentChange(SQLModel, table=True):
    """One change of an incident. Alerts are made of changes that have not been routed."""

    __tablename__ = "incident_change"
    __table_args__ = (Index(None, "routed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    finding_id: int | None = Field(default=None, foreign_key="finding.id")
    kind: ChangeKind = Field(sa_column=Column(Choice(ChangeKind), nullable=False))
    severity: Severity = Field(sa_column=Column(Choice(Severity), nullable=False))
    sentence: str
    actor: str = ""  # a person's name, or "" when the rules decided
    at: datetime = Field(sa_type=UtcDateTime)
    routed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
