"""What the operator decides about reports: where they are kept and when they are made."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ReportOptions(BaseModel):
    """A report of the week that ended is due on `weekday` at `hour`, in the brand's time zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("var/reports")
    weekday: int = Field(default=1, ge=1, le=7, description="1 is Monday, 7 is Sunday, as in ISO weeks")
    hour: int = Field(default=7, ge=0, le=23)
    channels: tuple[str, ...] = Field(default=(), description="ids of the channels that every report is sent to")
    attach: tuple[Literal["html", "csv"], ...] = Field(default=("html", "csv"), description="files that go with a mail")
    usual_weeks: int = Field(default=8, ge=2, le=26, description="weeks before that the usual range is made of")
