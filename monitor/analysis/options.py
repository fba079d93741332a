"""What the operator may set about the reading of texts."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from monitor.analysis.words import folded_word
from monitor.facts import Stage

ThemeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


def _comparable(word: str) -> str:
    if "*" in word[:-1]:
        raise ValueError(f"{word!r}: `*` may only stand at the end")
    folded = folded_word(word)
    if not folded or (folded.isascii() and len(folded) < 2):
        raise ValueError(f"{word!r} has too few letters to look for")
    return word


Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_comparable)
]
"""A word or phrase in any language; `*` at its end stands for any ending."""


class AnalysisOptions(BaseModel):
    """The model and how it is run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field("builtin", min_length=1, description="`builtin`, a folder with ONNX files, or a Hugging Face id")
    batch_size: int = Field(256, ge=1, le=1024, description="texts read and stored at once")
    threads: int | None = Field(None, ge=1, le=256, description="processor threads; all cores when not set")
    theme_threshold: float | None = Field(
        None, ge=-1, le=1, description="similarity from which a theme fits; the measured one when not set"
    )
    certainty: float | None = Field(
        None, ge=0, le=1, description="a text whose likeliest class is below it is marked for review; 0 marks none"
    )
    negative_from: float | None = Field(
        None, ge=0.01, le=1, description="P(negative) from which a text of any language is called negative"
    )


class ThemeOptions(BaseModel):
    """A subject of praise or complaint, told by a few example sentences, and words if wished, in any languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ThemeId
    name: str = Field(min_length=1, max_length=80)
    examples: tuple[Example, ...] = Field(min_length=1, max_length=200)
    words: tuple[Word, ...] = Field((), max_length=1000, description="words that tell of it; `refund*` any ending")
    stage: Stage | None = Field(None, description="where on the customer's journey it happens")
    policy: str = Field("", max_length=300, description="your own rule that answers for it, as reports name it")
