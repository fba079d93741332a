"""What the operator may set of how replies are drafted: own templates, and what may be offered without asking."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from monitor.replies.filling import refuse_unknown
from monitor.replies.phrases import SHIPPED

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(refuse_unknown)
]


class TemplateOptions(BaseModel):
    """A reply of one's own: for one theme, or for all that have none; in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    language: Language
    theme: str = ""
    text: Text


class ReplyOptions(BaseModel):
    """How replies are drafted; `offer` and `alternative` are sentences, so each language has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offer: dict[Language, Words] = Field(default_factory=dict, description="what an agent may give without asking")
    alternative: dict[Language, Words] = Field(default_factory=dict, description="what is possible where a wish is not")
    templates: tuple[TemplateOptions, ...] = Field((), max_length=500)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [(one.language, one.name) for one in self.templates]
        double = next((one for one in names if names.count(one) > 1), None)
        if double:
            raise ValueError(f"templates: {double[1]!r} is used twice for {double[0]}")
        return self

    @property
    def languages(self) -> tuple[str, ...]:
        """All that replies can be drafted in, those that ship first."""
        return tuple(dict.fromkeys((*SHIPPED, *(one.language for one in self.templates))))
