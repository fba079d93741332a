"""Who acts: a person, what they may do at most, and the way they came."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import AnswerRefused

LONGEST_NAME = 120  # of a person, as wide as the columns
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category that show nothing: the fillers of Hangul."""


class Role(StrEnum):
    """What somebody is to the team; each may all that those before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Way(StrEnum):
    """How somebody reached us."""

    DASHBOARD = "dashboard"
    LINK = "link"  # of an alert, signed
    TERMINAL = "terminal"
    RULES = "rules"  # no person


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, as told by a login, a signed link or, on this machine only, by themselves.

    `login` is what the provider of logins calls them (an e-mail address, as a rule); "" where nobody logs in.
    """

    name: str
    role: Role
    way: Way
    login: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.strip())


RULES = Person("", Role.ADMIN, Way.RULES)
"""Who did what no person did."""


def check_name(actor: str) -> None:
    """Raise AnswerRefused unless this can be the name of who acts."""
    if not any(char.isalnum() and char not in _UNSEEN for char in actor):
        raise AnswerRefused("say who you are first")
    if len(actor) > LONGEST_NAME:
        raise AnswerRefused(f"your name is longer than {LONGEST_NAME} letters")
