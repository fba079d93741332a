"""What the operator decides about reports: where they are kept and when they are made."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

TOGETHER = "all-brands"
"""Stands for all brands where the id of one is expected: in the names of files, so that no brand is called so."""
Form = Literal["html", "pdf", "xlsx", "csv", "json"]


class ReportOptions(BaseModel):
    """A report of the week that ended is due on `weekday` at `hour`, in the brand's time zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("var/reports")
    weekday: int = Field(default=1, ge=1, le=7, description="1 is Monday, 7 is Sunday, as in ISO weeks")
    hour: int = Field(default=7, ge=0, le=23)
    channels: tuple[str, ...] = Field(default=(), description="ids of the channels that every report is sent to")
    files: tuple[Form, ...] = Field(default=("html", "pdf", "xlsx", "csv"), description="what is written to `folder`")
    attach: tuple[Form, ...] = Field(default=("pdf", "xlsx"), description="files that go with a mail")
    together: bool = Field(default=True, description="also one of all brands, where there are several")
    together_channels: tuple[str, ...] = Field(default=(), description="where the report of all brands is sent")
    time_zone: str = Field(default="", description="of the report of all brands; that of the first brand if absent")
    usual_weeks: int = Field(default=8, ge=2, le=26, description="weeks before that the usual range is made of")
