"""The other sections: the database, detection, the heartbeat, the digest, how long things are kept."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from monitor.clock import Duration, parse_duration
from monitor.config.options import Options, Slug, known_zone, of_kind
from monitor.detection import DETECTORS
from monitor.facts import MentionKind, Sensitivity
from monitor.incidents import IncidentOptions
from monitor.secret import Hidden, remember
from monitor.web import is_address

Detector = Annotated[Any, BeforeValidator(lambda value: of_kind(value, DETECTORS))]


class DatabaseOptions(Options):
    url: str = "sqlite:///var/emberwatch.db"

    @field_validator("url")
    @classmethod
    def _password_kept_in_mind(cls, value: str) -> str:
        """So that no log shows it; whether it is an address says who opens it."""
        try:
            password = urlsplit(value).password
        except ValueError:
            return value
        if password:
            remember(unquote(password))
        return value


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
        return known_zone(value)

    @field_validator("weekdays")
    @classmethod
    def _days(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or not set(value) <= set(range(1, 8)):
            raise ValueError("numbers from 1 (Monday) to 7 (Sunday), at least one")
        return tuple(sorted(set(value)))


KeptFor = Annotated[Duration, Field(ge=timedelta(days=1))] | None


class MentionsKept(Options):
    """How long texts of each kind are kept after they were published; None: for ever."""

    review: KeptFor = None
    post: KeptFor = None
    comment: KeptFor = None
    article: KeptFor = None
    survey: KeptFor = None

    def kept(self) -> dict[MentionKind, timedelta]:
        """Those that are not kept for ever."""
        told = ((kind, getattr(self, kind.value)) for kind in MentionKind)
        return {kind: time for kind, time in told if time is not None}


class RetentionOptions(Options):
    """How long things are kept."""

    mentions: MentionsKept = MentionsKept()

    names: Duration = parse_duration("30d")  # display names, after the last open case of the author
    counts_5m: Duration = parse_duration("48h")
    runs: Duration = parse_duration("30d")
    events: Duration = parse_duration("90d")  # ids of what came by doors, by which a repetition is known
    stories: Duration = parse_duration("30d")  # so long after its last mention a story has near copies
    held: Duration = parse_duration("30d")  # what nearly was an incident
    audit: Duration = parse_duration("365d")  # who did what, or was refused
    authors: Duration = parse_duration("90d")  # of whom no text is kept, after they were last seen
    quotes: Duration | None = None  # what messages and reports quote, after they were made; None: for ever
    casework: Duration | None = None  # answers, notes and outcomes, after the case was closed; None: for ever
