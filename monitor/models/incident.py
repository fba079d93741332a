"""Episodes of trouble: incidents, what detectors said of them, and how they changed."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel

from monitor.facts import ChangeKind, Dimension, Held, IncidentState, Kind, Mark, Severity, Worse
from monitor.models.columns import Choice, Number, UtcDateTime


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
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str = Field(default="", max_length=120)
    told_size: float = 0.0
    told_sources: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    told_amplifier: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    kind: Kind = Field(default=Kind.SPIKE, sa_column=Column(Choice(Kind), nullable=False, server_default=Kind.SPIKE))
    why: str = ""  # the rule that gave it its severity, in plain words
    spread: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))  # see `monitor.facts.Spread`
    spread_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mark: Mark | None = Field(default=None, sa_column=Column(Choice(Mark)))
    marked_by: str = Field(default="", max_length=120)
    marked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
    kind: Kind = Field(default=Kind.SPIKE, sa_column=Column(Choice(Kind), nullable=False, server_default=Kind.SPIKE))


class HeldFinding(SQLModel, table=True):
    """What nearly raised an incident, and why it did not: one row per cell and reason while it goes on."""

    __tablename__ = "held_finding"
    __table_args__ = (Index(None, "brand_id", "last_at"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    detector: str = Field(max_length=32)
    kind: Kind = Field(sa_column=Column(Choice(Kind), nullable=False))
    dimension: Dimension = Field(sa_column=Column(Choice(Dimension), nullable=False))
    key: str = Field(default="", max_length=64)
    reason: Held = Field(sa_column=Column(Choice(Held), nullable=False))
    strength: float  # at its strongest, as all that follows
    seen: float
    expected: float
    authors: int
    sentence: str
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    looks: int = 1


class IncidentMention(SQLModel, table=True):
    """A mention that is part of an incident's evidence."""

    __tablename__ = "incident_mention"

    incident_id: int = Field(foreign_key="incident.id", primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, primary_key=True, index=True)


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
    because: Worse | None = Field(default=None, sa_column=Column(Choice(Worse)))  # of one that got worse
    at: datetime = Field(sa_type=UtcDateTime)
    routed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
