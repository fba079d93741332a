"""The settings: read from `config.yaml`, overridden by the environment, checked whole before anything runs."""

import importlib
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.alerting.notifiers import NOTIFIERS
from monitor.alerting.routing import RouteOptions
from monitor.analysis.default_themes import default_themes
from monitor.analysis.options import AnalysisOptions, Example, ThemeOptions
from monitor.cases import ServicePolicy
from monitor.clock import Duration, format_duration, parse_duration
from monitor.detection import DETECTORS
from monitor.doors import DOORS
from monitor.errors import ConfigError
from monitor.facts import Sensitivity
from monitor.incidents import IncidentOptions
from monitor.replies.options import ReplyOptions
from monitor.reports.options import ReportOptions
from monitor.secret import Hidden
from monitor.web import is_address

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
IMPORT = "import"
"""How the ids of imports begin: those of sources and doors are others."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Options(BaseModel):
    """Base of all sections: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _of_kind(value: Any, registry: dict[str, str]) -> Any:
    """Validate `{type: NAME, …}` with the Options class of the plug-in of that name."""
    if isinstance(value, BaseModel):
        return value
    kind = value.get("type") if isinstance(value, dict) else value
    if not isinstance(kind, str) or kind not in registry:
        raise ValueError(f"type: {kind!r} is not one of {', '.join(sorted(registry))}")
    return importlib.import_module(registry[kind]).Options.model_validate(value)


Channel = Annotated[Any, BeforeValidator(lambda value: _of_kind(value, NOTIFIERS))]
Detector = Annotated[Any, BeforeValidator(lambda value: _of_kind(value, DETECTORS))]
Door = Annotated[Any, BeforeValidator(lambda value: _of_kind(value, DOORS))]


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is not a time zone such as Asia/Karachi or Europe/London")
    return value


class DatabaseOptions(Options):
    url: str = "sqlite:///var/emberwatch.db"


class LocationOptions(Options):
    id: Slug
    name: str
    aliases: tuple[str, ...] = ()  # other ways in which texts and review pages name the place


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
    report_channels: tuple[Slug, ...] | None = None  # where its reports go, in the place of `report.channels`

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _known_zone(value)

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


class DetectionOptions(Options):
    every: Duration = parse_duration("1m")
    sensitivity: Sensitivity = Sensitivity.BALANCED  # each detector's threshold, unless it is set
    detectors: tuple[Detector, ...] = Field(
        default=({"type": "spike"}, {"type": "review_bombing"}, {"type": "rating_drop"}, {"type": "slow_burn"}),
        validate_default=True,
    )
    incidents: IncidentOptions = IncidentOptions()

    @field_validator("detectors", mode="after")
    @classmethod
    def _as_sensitive(cls, detectors: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        return tuple(
            _as_sensitive(options, info.data.get("sensitivity", Sensitivity.BALANCED)) for options in detectors
        )


def _as_sensitive(options: Any, sensitivity: Sensitivity) -> Any:
    """A detector's options with the threshold of this sensitivity, unless the operator chose one."""
    if "threshold" in options.model_fields_set:
        return options
    return options.model_copy(update={"threshold": options.THRESHOLDS[sensitivity]})


class DashboardOptions(Options):
    """Where the dashboard listens. Without a login it is for this machine only."""

    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    url: str = ""  # as people reach it; links in messages start with it

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, value: str) -> str:
        if value not in LOOPBACK:
            raise ValueError(f"{value!r} is refused: without a login the dashboard listens on 127.0.0.1 only")
        return value

    @property
    def link(self) -> str:
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")


class ReceptionOptions(Options):
    """Where the server listens that webhooks and surveys come to. It speaks plain HTTP: a proxy before it adds TLS."""

    host: str = "127.0.0.1"
    port: int = Field(default=8502, ge=1, le=65535)
    url: str = ""  # as others reach it, such as https://in.shop.example
    behind_proxy: bool = False  # true: the proxy's X-Forwarded-For says who asks
    actions: bool = True  # alerts carry links by which people acknowledge them; they are answered here

    @property
    def link(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.url or f"http://{host}:{self.port}").rstrip("/")


def _sound_address(url: SecretStr) -> SecretStr:
    if not is_address(url.get_secret_value()):
        raise ValueError("the url must be an http or https address, without a name and password in it")
    return url


class HeartbeatOptions(Options):
    """An address that is asked while all is well, so that who hears nothing there knows that the monitor is not."""

    url: Annotated[Hidden, AfterValidator(_sound_address)]
    every: Duration = Field(default=timedelta(minutes=5), ge=timedelta(seconds=10))  # at most so often
    when_failing: Literal["silent", "fail"] = "silent"  # fail: url/fail is asked, which Healthchecks understands
    timeout: Duration = Field(default=timedelta(seconds=5), gt=timedelta(), le=timedelta(minutes=1))


class DigestOptions(Options):
    """Once a day, what these channels were not told of: it was not urgent, or not for them at that time."""

    channels: tuple[Slug, ...] = ()
    hour: int = Field(default=17, ge=0, le=23)
    time_zone: str = "UTC"  # of the hour
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  # 1 is Monday; what is left out is told on the next of them

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _known_zone(value)

    @field_validator("weekdays")
    @classmethod
    def _days(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or not set(value) <= set(range(1, 8)):
            raise ValueError("numbers from 1 (Monday) to 7 (Sunday), at least one")
        return tuple(sorted(set(value)))


class RetentionOptions(Options):
    """How long things are kept."""

    names: Duration = parse_duration("30d")  # display names, after the last open case of the author
    counts_5m: Duration = parse_duration("48h")
    runs: Duration = parse_duration("30d")
    events: Duration = parse_duration("90d")  # ids of what came by doors, by which a repetition is known
    stories: Duration = parse_duration("30d")  # so long after its last mention a story has near copies
    held: Duration = parse_duration("30d")  # what nearly was an incident


class Settings(BaseSettings):
    """Everything the operator decides. Built by `load_settings` only."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="EMBERWATCH_",
        env_nested_delimiter="__",
        hide_input_in_errors=True,  # pydantic would print a refused secret
    )

    database: DatabaseOptions = DatabaseOptions()
    brands: tuple[BrandOptions, ...] = Field(min_length=1)
    sources: tuple[SourceOptions, ...] = ()
    doors: tuple[Door, ...] = ()
    themes: tuple[ThemeOptions, ...] = Field(default_factory=default_themes)
    analysis: AnalysisOptions = AnalysisOptions()
    detection: DetectionOptions = DetectionOptions()
    channels: tuple[Channel, ...] = Field(default=({"type": "console", "id": "console"},), validate_default=True)
    routes: tuple[RouteOptions, ...] = ()
    operator_channel: Slug | None = None  # hears of the monitor's own troubles; the first channel if absent
    service: ServicePolicy = ServicePolicy()
    replies: ReplyOptions = ReplyOptions()
    crawling: CrawlingOptions = CrawlingOptions()
    dashboard: DashboardOptions = DashboardOptions()
    reception: ReceptionOptions = ReceptionOptions()
    report: ReportOptions = ReportOptions()
    digest: DigestOptions = DigestOptions()
    heartbeat: HeartbeatOptions | None = None
    retention: RetentionOptions = RetentionOptions()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, init_settings)

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        for name, items in (("brands", self.brands), ("sources", self.sources), ("channels", self.channels)):
            _refuse_doubles(name, [item.id for item in items])
        brands, channels = [b.id for b in self.brands], [c.id for c in self.channels]
        taken = [place.id for place in (*self.sources, *self.doors)]
        _refuse_doubles("sources and doors", taken + [Imports.id_for(slug) for slug in brands])
        for i, source in enumerate(self.sources):
            _refuse_unknown(f"sources[{i}].brands", source.brands, brands)
            if source.location is not None:
                _refuse_unknown(f"sources[{i}].location", (source.location,), self._locations(source.brands))
        for i, door in enumerate(self.doors):
            _refuse_unknown(f"doors[{i}].brands", door.brands, brands)
        for i, route in enumerate(self.routes):
            _refuse_unknown(f"routes[{i}].channels", route.channels, channels)
            _refuse_unknown(f"routes[{i}].brands", route.brands, brands)
            _refuse_unknown(f"routes[{i}].locations", route.locations, self._locations(route.brands))
            for j, step in enumerate(route.escalate):
                _refuse_unknown(f"routes[{i}].escalate[{j}].channels", step.channels, channels)
        themes = [theme.id for theme in self.themes]
        for i, template in enumerate(self.replies.templates):
            _refuse_unknown(f"replies.templates[{i}].theme", (template.theme,) if template.theme else (), themes)
        _refuse_unknown("digest.channels", self.digest.channels, channels)
        _refuse_unknown("report.channels", self.report.channels, channels)
        for i, brand in enumerate(self.brands):
            _refuse_unknown(f"brands[{i}].report_channels", brand.report_channels or (), channels)
        if self.operator_channel is not None:
            _refuse_unknown("operator_channel", (self.operator_channel,), channels)
        return self

    def _locations(self, brands: tuple[str, ...]) -> list[str]:
        """Ids of the locations of these brands; of all when none is named."""
        return [place.id for brand in self.brands if not brands or brand.id in brands for place in brand.locations]

    @property
    def has_action_pages(self) -> bool:
        """Whether alerts carry links by which people act on them: not where they are only printed."""
        return self.reception.actions and any(c.enabled and c.type != "console" for c in self.channels)

    def brand(self, slug: str) -> BrandOptions:
        return next(brand for brand in self.brands if brand.id == slug)

    def place(self, slug: str) -> Any | None:
        """What texts came from: a source, a door, or an import for one of the brands; None when the config has none."""
        known = next((place for place in (*self.sources, *self.doors) if place.id == slug), None)
        return known or next((Imports(slug, (b.id,)) for b in self.brands if Imports.is_of(b.id, slug)), None)

    def door(self, slug: str) -> Any:
        return next(door for door in self.doors if door.id == slug)

    def source(self, slug: str) -> SourceOptions:
        return next(source for source in self.sources if source.id == slug)

    def channel(self, slug: str) -> Any:
        return next(channel for channel in self.channels if channel.id == slug)


def _refuse_doubles(name: str, ids: list[str]) -> None:
    double = next((slug for slug in ids if ids.count(slug) > 1), None)
    if double:
        raise ValueError(f"{name}: the id {double!r} is used twice")


def _refuse_unknown(place: str, asked: tuple[str, ...], known: list[str]) -> None:
    for slug in asked:
        if slug not in known:
            raise ValueError(f"{place}: {slug!r} is not one of {', '.join(known) or 'those there are: none'}")


_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")


def _fill_in(value: Any, place: str) -> Any:
    """Replace `${NAME}` and `${NAME:-default}` in all strings by the environment's values."""
    if isinstance(value, dict):
        return {key: _fill_in(item, f"{place}.{key}" if place else str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill_in(item, f"{place}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda match: _variable(match, place), value)


def _variable(match: re.Match[str], place: str) -> str:
    name, default = match[1], match[2]
    if name not in os.environ and default is None:
        raise ConfigError(f"{place}: the environment variable {name} is not set")
    return os.environ.get(name, default)


def load_settings(path: Path) -> Settings:
    """Read and check the config; ConfigError has one line per mistake: path, wrong value, choices."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; name one with --config or EMBERWATCH_CONFIG") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or a number that is none
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid YAML: nested too deep") from error
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise ConfigError(f"{path}: must be a mapping with brands, sources, channels …")
    try:
        return Settings(**_fill_in(data, ""))
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(error))) from error
    except RecursionError as error:
        raise ConfigError(f"{path}: a part refers to itself, or is nested too deep") from error


def _lines(error: ValidationError) -> list[str]:
    return [f"{_place(item['loc'])}{_reason(item)}" for item in error.errors(include_input=True)]


def _place(parts: tuple[int | str, ...]) -> str:
    out = ""
    for part in parts:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return f"{out}: " if out else ""


_TIMEDELTA = re.compile(r"datetime\.timedelta\((?:days=(\d+))?(?:, )?(?:seconds=(\d+))?\)")


def _as_duration(match: re.Match[str]) -> str:
    """A limit of pydantic's as people write it: `10m`."""
    return format_duration(timedelta(days=int(match[1] or 0), seconds=int(match[2] or 0)))


_PLAIN = {
    "extra_forbidden": "unknown key",
    "missing": "is missing",
    "tuple_type": "must be a list, such as [one, two]",
}


def _reason(item: Any) -> str:
    """Pydantic's words without its prefix; a short plain wrong value is shown unless it may be a secret."""
    message = str(item["msg"]).removeprefix("Value error, ")
    message = _TIMEDELTA.sub(_as_duration, message)
    value = item.get("input")
    if item["type"] in _PLAIN:
        return _PLAIN[item["type"]]
    if item["type"] == "value_error" or not isinstance(value, int | float | bool):
        return message
    return f"{value!r}: {message}"
