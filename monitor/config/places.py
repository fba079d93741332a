"""What is watched and where: brands, their locations, sources, and how we behave as a guest."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from monitor.analysis.options import Example
from monitor.clock import Duration, parse_duration
from monitor.config.options import Options, Slug, known_zone

IMPORT = "import"
"""How the ids of imports begin: those of sources and doors are others."""


class LocationOptions(Options):
    id: Slug
    name: str
    aliases: tuple[str, ...] = ()  # other ways in which texts and review pages name the place


class AccountOptions(Options):
    """An account of the brand's own at a host, by the id under which the place tells authors apart."""

    host: str = Field(min_length=1, max_length=255, pattern=r"^[^\s/]+$", description="as in `host` of its texts")
    id: str = Field(min_length=1, max_length=512, description="user-3 at WordPress, a did at Bluesky, a name elsewhere")

    @field_validator("host")
    @classmethod
    def _in_lower_case(cls, value: str) -> str:
        return value.lower()


class BrandOptions(Options):
    """What is watched. A text is about the brand when one of its names stands in it outside an exclusion."""

    id: Slug
    name: str
    aliases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # phrases that contain a name but mean something else
    about: tuple[Example, ...] = Field((), max_length=50)  # what the brand is, for a name that is also a word
    not_about: tuple[Example, ...] = Field((), max_length=50)  # what else its name stands for
    time_zone: str = "UTC"
    locations: tuple[LocationOptions, ...] = ()
    accounts: tuple[AccountOptions, ...] = Field((), max_length=200)  # what they write are answers, not complaints
    competitor: bool = False  # true: somebody else's; it is compared with, and nobody is alerted or answers
    report_channels: tuple[Slug, ...] | None = None  # where its reports go, in the place of `report.channels`

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.not_about and not self.about:
            raise ValueError("not_about: needs `about` beside it: what the brand is")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class SourceOptions(Options):
    """One place to crawl: a spider, its parameters, and how often."""

    id: Slug
    type: Slug
    brands: tuple[Slug, ...] = Field(min_length=1)
    every: Duration = parse_duration("15m")
    location: Slug | None = None  # all that is said there concerns this location of its brands
    about_brand: bool = False  # true: everything there concerns the brand (its own review page), named or not
    enabled: bool = True
    params: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imports:
    """What is imported by hand for a brand: a place that is in no config, and where everything is about the brand."""

    id: str
    brands: tuple[str, ...]
    about_brand: bool = True
    type: str = IMPORT
    every: timedelta = timedelta()

    @staticmethod
    def id_for(brand: str, name: str = "") -> str:
        """`import-acme`, or `import-acme.helpdesk` with a name; no source or door has such an id with a dot."""
        return f"{IMPORT}-{brand}.{name}" if name else f"{IMPORT}-{brand}"

    @classmethod
    def is_of(cls, brand: str, slug: str) -> bool:
        return slug == cls.id_for(brand) or slug.startswith(f"{cls.id_for(brand)}.")


class CrawlingOptions(Options):
    """How we behave as a guest."""

    contact: str = Field(default="", description="an address or page that site owners can turn to")
    allow_private: tuple[str, ...] = ()  # hosts on private addresses that may be asked, as host or host:port
    at_once: int = Field(default=2, ge=1, le=32)
    time_limit: Duration = parse_duration("10m")
    robots_grace: Duration = parse_duration("1m")
    delay_seconds: float = Field(default=1.0, ge=0)

    def allows(self, url: str) -> bool:
        """Whether this address may be asked although its host is at a private one."""
        site = urlsplit(url)
        host, port = site.hostname or "", site.port or {"http": 80, "https": 443}.get(site.scheme, 0)
        return any(allowed.lower() in (host, f"{host}:{port}") for allowed in self.allow_private)
