"""What the operator may set of how findings become incidents."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration


class IncidentOptions(BaseModel):
    """How findings become incidents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    growth: float = Field(2.0, gt=1, description="worse when this many times the size people were told of")
    least_growth: float = Field(5.0, ge=0, description="and at least this many more negative voices")
    source_growth: float = Field(1.5, ge=1, description="with a new source, this growth is enough")
    big_amplifier: int = Field(100_000, ge=1, description="worse when somebody with so many followers joins in")
    shared: float = Field(0.3, gt=0, le=1, description="findings that share this much evidence are one incident")
    calm_after: Duration = Field(timedelta(hours=6), description="calmed after so long without a finding")
    resolve_after: Duration = Field(timedelta(hours=18), description="resolved after so long calm")
    critical_reach: int = Field(1_000_000, ge=0, description="critical: followers of the authors together")
    critical_strength: float = Field(40.0, gt=0, description="critical: strength, with critical_authors")
    critical_authors: int = Field(50, ge=1, description="critical: authors, when that strong or still spreading")
    filmed_authors: int = Field(10, ge=1, description="critical: authors around a film, at one source")
    spreading: float = Field(0.9, gt=0, le=1, description="it spreads when R is above 1 with this probability")
    strong_fall: float = Field(0.3, gt=0, le=1, description="a rating drop is high by so much of its scale")
    strong_fall_strength: float = Field(10.0, gt=0, description="or by this strength; else a notice")
