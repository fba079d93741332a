"""The people who answer: their logins and roles, what they read, what they know, and how many cases they can carry."""

from pydantic import Field, field_validator

from monitor.config.options import Options, Slug
from monitor.errors import AnswerRefused
from monitor.facts import LONGEST_NAME, Role, check_name
from monitor.languages import language_name


class PersonOptions(Options):
    """Somebody who answers complaints, or looks at how they are answered."""

    name: str = Field(max_length=LONGEST_NAME, description="as it stands beside what they do")
    login: str = ""  # what the provider of logins calls them
    role: Role = Role.AGENT
    languages: tuple[str, ...] = Field((), description="codes such as ur or ur-Latn; none: not known")
    themes: tuple[Slug, ...] = Field((), description="what they know well")
    most: int | None = Field(None, ge=0, description="open cases at once; 0: none, left out: no limit")
    known_as: tuple[str, ...] = Field((), description="names by which customers call them")

    @field_validator("name")
    @classmethod
    def _seen(cls, value: str) -> str:
        try:
            check_name(value)
        except AnswerRefused as error:
            raise ValueError(f"{value!r} is no name that people can read") from error
        return value.strip()

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            name = language_name(code).removeprefix("Roman ")
            if name in (code.removesuffix("-Latn"), "not sure"):  # it has no name of its own
                raise ValueError(f"{code!r} is no code of a language that is known here, such as en, ur or ur-Latn")
        return value
