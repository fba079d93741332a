"""Who may come in by a login of OpenID Connect: which claims count, and which role they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.config.options import Options
from monitor.config.people import PersonOptions
from monitor.facts import LONGEST_NAME, Person, Role, Way
from monitor.secret import Secret
from monitor.web import is_address, is_here

SHORTEST_SECRET = 32  # letters of the key that signs cookies: 128 bits even when it is hexadecimal
LONGEST_LOGIN = 96  # letters; with the shortest name beside it, it fits into the column of names
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_EARLY = timedelta(minutes=5)
"""So much the provider's clock may be before ours."""

Claims = Mapping[str, Any]
"""What the provider says of somebody, from its signed token."""
Listed = dict[Role, tuple[Annotated[str, Field(min_length=1, max_length=255)], ...]]


class Why(StrEnum):
    """Why somebody who logged in is not let in."""

    EXPIRED = "expired"
    NAMELESS = "nameless"  # the claim that says who they are is missing, or no name
    UNVERIFIED = "unverified"
    DOMAIN = "domain"
    NO_ROLE = "no role"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in; `login` is what the provider calls them, "" when it did not say."""

    why: Why
    login: str = ""


class LoginOptions(Options):
    """A provider of OpenID Connect, and who gets which role. The highest role that anything gives counts."""

    server_metadata_url: str  # ends with /.well-known/openid-configuration
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: Secret
    cookie_secret: Secret  # signs the cookies that say who logged in
    scopes: tuple[Annotated[str, Field(pattern=r"^[!#-\[\]-~]+$")], ...] = ("openid", "email", "profile")
    name_claim: str = "name"
    login_claim: str = "email"  # what somebody is called; one that people cannot change themselves
    role_claim: str = ""  # such as groups, or realm_access.roles for one inside another
    roles: Listed = Field(default_factory=dict)  # values of that claim by the role they give
    listed: Listed = Field(default_factory=dict)  # logins by the role they have
    default_role: Role | None = None  # of who logs in and is named nowhere; none: not let in
    domains: tuple[str, ...] = ()  # of e-mail addresses; none: any
    verified_email: bool = True  # an address counts only if the provider says that it is theirs
    lasts: Duration = Field(default=timedelta(hours=12), ge=timedelta(minutes=5), le=timedelta(days=30))
    contact: str = Field(default="", max_length=200)  # whom those may ask who are not let in

    @field_validator("server_metadata_url")
    @classmethod
    def _sound_address(cls, value: str) -> str:
        if not is_address(value) or not (value.startswith("https://") or is_here(value)):
            raise ValueError("the provider's metadata must be at an https address, without a name and password in it")
        return value

    @field_validator("cookie_secret", mode="after")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"it has less than {SHORTEST_SECRET} letters: make one with `openssl rand -hex 32`")
        return value

    @field_validator("scopes")
    @classmethod
    def _has_openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("openid must be one of them: without it nobody says who logs in")
        return value

    @field_validator("domains")
    @classmethod
    def _plain_domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_folded(domain.strip().lstrip("@")) for domain in value)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.roles and not self.role_claim:
            raise ValueError("roles: needs `role_claim` beside it: the claim that has these values")
        return self

    def admit(self, claims: Claims, people: Iterable[PersonOptions], now: datetime) -> Person | Refused:
        """Who it is and what they may do; or why they are not let in."""
        login = _login(claims.get(self.login_claim))
        if self._is_over(claims.get("iat"), now):
            return Refused(Why.EXPIRED, login)
        if not login:
            return Refused(Why.NAMELESS)
        refused = self._doubts_address(claims)
        if refused is not None:
            return Refused(refused, login)
        known = next((one for one in people if one.login and _folded(one.login) == _folded(login)), None)
        role = self._role(claims, login, known)
        if role is None:
            return Refused(Why.NO_ROLE, login)
        return Person(known.name if known else self._name(claims, login), role, Way.DASHBOARD, login)

    def _is_over(self, issued: Any, now: datetime) -> bool:
        """Whether the login is too old, or does not say how old it is."""
        if isinstance(issued, bool) or not isinstance(issued, int | float):
            return True
        try:
            age = now - datetime.fromtimestamp(issued, UTC)
        except (OverflowError, ValueError, OSError):
            return True
        return not -_EARLY <= age < self.lasts

    def _doubts_address(self, claims: Claims) -> Why | None:
        """What is wrong with the e-mail address, where one counts."""
        if self.login_claim != "email" and not self.domains:
            return None
        if self.verified_email and claims.get("email_verified") not in (True, "true"):
            return Why.UNVERIFIED
        domain = _folded(str(claims.get("email", "")).rpartition("@")[2])
        return Why.DOMAIN if self.domains and domain not in self.domains else None

    def _role(self, claims: Claims, login: str, known: PersonOptions | None) -> Role | None:
        found = [known.role] if known else []
        said = _values(claims, self.role_claim)
        found += [role for role, values in self.roles.items() if said & set(values)]
        found += [role for role, names in self.listed.items() if _folded(login) in map(_folded, names)]
        return max(found, key=lambda role: role.rank) if found else self.default_role

    def _name(self, claims: Claims, login: str) -> str:
        """`Sana Malik (sana@shop.example)`: people choose names, and two may have the same; a login is one person's.

        A login alone is shown as one, unless it cannot be taken for a name: whoever calls themselves `Sana Malik` at
        the provider must not be the Sana Malik of `people`.
        """
        said = one_line(str(claims.get(self.name_claim) or ""))
        if not any(char.isalnum() for char in said) or said.casefold() == login.casefold():
            return login if "@" in login and " " not in login else f"({login})"
        return f"{clip(said, LONGEST_NAME - len(login) - 3)} ({login})"


def _folded(login: str) -> str:
    """For comparing logins and domains in any case of the letters a to z.

    Not more: other rules make two logins of different people equal (`ſana` and `sana`, `straße` and `strasse`).
    """
    return login.translate(_SMALL)


def _login(value: Any) -> str:
    """What somebody is called; "" when that is no name, or one that could be taken for another."""
    said = value if isinstance(value, str) else ""
    sound = said == one_line(said) and len(said) <= LONGEST_LOGIN and any(char.isalnum() for char in said)
    return said if sound else ""


def _values(claims: Claims, claim: str) -> set[str]:
    """The values of a claim, one text or a list; a name with dots is that of a claim, or a way into nested ones."""
    found: Any = claims.get(claim) if claim else None
    if found is None and claim:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return {item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str)}
