"""What the operator may set about the reading of texts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ThemeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class AnalysisOptions(BaseModel):
    """The model and how it is run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field("builtin", min_length=1, description="`builtin`, a folder with ONNX files, or a Hugging Face id")
    batch_size: int = Field(32, ge=1, le=1024, description="texts per pass of the model")
    threads: int | None = Field(None, ge=1, le=256, description="processor threads; all cores when not set")
    theme_threshold: float | None = Field(
        None, ge=-1, le=1, description="similarity from which a theme fits; the measured one when not set"
    )


class ThemeOptions(BaseModel):
    """A subject of praise or complaint, told by a few example sentences in any languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ThemeId
    name: str = Field(min_length=1, max_length=80)
    examples: tuple[Example, ...] = Field(min_length=1, max_length=200)
