"""The settings as a whole: each section, and what they say of each other."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.alerting.notifiers import NOTIFIERS
from monitor.alerting.routing import RouteOptions
from monitor.analysis.default_themes import default_themes, staged
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.cases import ServicePolicy
from monitor.config.options import Slug, known_zone, of_kind
from monitor.config.people import PersonOptions
from monitor.config.places import IMPORT, BrandOptions, CrawlingOptions, Imports, SourceOptions
from monitor.config.posting import Poster, check_posters
from monitor.config.privacy import PrivacyOptions
from monitor.config.sections import DatabaseOptions, DetectionOptions, DigestOptions, HeartbeatOptions, RetentionOptions
from monitor.config.serving import DashboardOptions, MetricsOptions, ReceptionOptions
from monitor.doors import DOORS
from monitor.redaction import Redactor, regions_of
from monitor.replies.options import ReplyOptions
from monitor.reports.options import TOGETHER, ReportOptions

Channel = Annotated[Any, BeforeValidator(lambda value: of_kind(value, NOTIFIERS))]
Door = Annotated[Any, BeforeValidator(lambda value: of_kind(value, DOORS))]


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
    themes: Annotated[tuple[ThemeOptions, ...], AfterValidator(staged)] = Field(default_factory=default_themes)
    analysis: AnalysisOptions = AnalysisOptions()
    detection: DetectionOptions = DetectionOptions()
    channels: tuple[Channel, ...] = Field(default=({"type": "console", "id": "console"},), validate_default=True)
    routes: tuple[RouteOptions, ...] = ()
    operator_channel: Slug | None = None  # hears of the monitor's own troubles; the first channel if absent
    service: ServicePolicy = ServicePolicy()
    people: tuple[PersonOptions, ...] = ()
    replies: ReplyOptions = ReplyOptions()
    posting: tuple[Poster, ...] = ()
    crawling: CrawlingOptions = CrawlingOptions()
    dashboard: DashboardOptions = DashboardOptions()
    reception: ReceptionOptions = ReceptionOptions()
    metrics: MetricsOptions = MetricsOptions()
    report: ReportOptions = ReportOptions()
    digest: DigestOptions = DigestOptions()
    heartbeat: HeartbeatOptions | None = None
    retention: RetentionOptions = RetentionOptions()
    privacy: PrivacyOptions = PrivacyOptions()

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
        _refuse_doubles("posting", [poster.id for poster in self.posting])
        check_posters(self.posting, self.sources, self.crawling)
        themes = [theme.id for theme in self.themes]
        for i, template in enumerate(self.replies.templates):
            _refuse_unknown(f"replies.templates[{i}].theme", (template.theme,) if template.theme else (), themes)
        _refuse_unknown("digest.channels", self.digest.channels, channels)
        _refuse_unknown("report.channels", self.report.channels, channels)
        _refuse_unknown("report.together_channels", self.report.together_channels, channels)
        for i, brand in enumerate(self.brands):
            _refuse_unknown(f"brands[{i}].report_channels", brand.report_channels or (), channels)
        if self.operator_channel is not None:
            _refuse_unknown("operator_channel", (self.operator_channel,), channels)
        return self

    @model_validator(mode="after")
    def _brands_make_sense(self) -> Self:
        for i, brand in enumerate(self.brands):
            if brand.id == TOGETHER:
                raise ValueError(f"brands[{i}].id: {TOGETHER!r} stands for all brands together: choose another")
            if brand.competitor and brand.report_channels:
                raise ValueError(f"brands[{i}].report_channels: a competitor has no report of its own")
        if not self.ours:
            raise ValueError("brands: all of them are competitors; at least one has to be yours")
        if self.report.time_zone:
            _in_place("report.time_zone", known_zone, self.report.time_zone)
        return self

    @model_validator(mode="after")
    def _people_and_promises_exist(self) -> Self:
        names = [person.name for person in self.people]
        _refuse_doubles("people", names, "name", alike=_read_aloud)
        _refuse_doubles("people", [person.login.lower() for person in self.people if person.login], "login")
        for i, person in enumerate(self.people):
            _refuse_unknown(f"people[{i}].themes", person.themes, [theme.id for theme in self.themes])
        brands, service = [b.id for b in self.brands], self.service
        places = sorted({word for place in (*self.sources, *self.doors) for word in (place.id, place.type)})
        for i, time in enumerate(service.times):
            _refuse_unknown(f"service.times[{i}].brands", time.brands, brands)
            _refuse_unknown(f"service.times[{i}].sources", time.sources, [*places, IMPORT])
        for i, holiday in enumerate(service.holidays):
            _refuse_unknown(f"service.holidays[{i}].brands", holiday.brands, brands)
            _refuse_unknown(f"service.holidays[{i}].locations", holiday.locations, self._locations(holiday.brands))
        if service.escalate is not None:
            _refuse_unknown("service.escalate.to", (service.escalate.to,), names)
            _refuse_unknown("service.escalate.channels", service.escalate.channels, [c.id for c in self.channels])
        return self

    def _locations(self, brands: tuple[str, ...]) -> list[str]:
        """Ids of the locations of these brands; of all when none is named."""
        return [place.id for brand in self.brands if not brands or brand.id in brands for place in brand.locations]

    @property
    def has_action_pages(self) -> bool:
        """Whether alerts carry links by which people act on them: not where they are only printed."""
        return self.reception.actions and any(c.enabled and c.type != "console" for c in self.channels)

    @property
    def redactor(self) -> Redactor:
        """Takes out of a text by what its customer can be reached, unless that is not wanted."""
        zones = [brand.time_zone for brand in self.brands]
        return Redactor(self.privacy.redact, regions_of(zones, self.privacy.regions))

    @property
    def ours(self) -> tuple[BrandOptions, ...]:
        """The brands that are watched over; competitors are only compared with."""
        return tuple(brand for brand in self.brands if not brand.competitor)

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


def _in_place(place: str, check: Callable[[str], str], value: str) -> None:
    """Let an error say where in the config its value stands."""
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _read_aloud(name: str) -> str:
    """A name as it sounds: who owns a case is told by the name alone, so no two may look nearly the same."""
    return " ".join(name.split()).casefold()


def _refuse_doubles(name: str, ids: list[str], what: str = "id", alike: Callable[[str], str] = str) -> None:
    seen = Counter(map(alike, ids))
    double = next((slug for slug in ids if seen[alike(slug)] > 1), None)
    if double:
        raise ValueError(f"{name}: the {what} {double!r} is used twice")


def _refuse_unknown(place: str, asked: tuple[str, ...], known: list[str]) -> None:
    for slug in asked:
        if slug not in known:
            raise ValueError(f"{place}: {slug!r} is not one of {', '.join(known) or 'those there are: none'}")
