"""What a weekly report says, as plain values: kept as JSON, and all that any form of it is rendered from."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Unit(StrEnum):
    """What a figure counts; minutes are shown as durations, shares as per cent."""

    MENTIONS = "mentions"
    AUTHORS = "authors"
    SHARE = "share"
    STARS = "stars"
    INCIDENTS = "incidents"
    CASES = "cases"
    ALERTS = "alerts"
    MINUTES = "minutes"


class Better(StrEnum):
    """Which direction is good news."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Values(BaseModel):
    """Base of all parts: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(Values):
    """One number with what it means; None is "not known" (nobody listened, nothing to divide by), never zero."""

    name: str
    label: str
    definition: str
    unit: Unit
    value: float | None
    low: float | None = None  # 95 % interval of the reading: how sure the model is
    high: float | None = None
    last: float | None = None  # the week before, when it can be compared
    usual_low: float | None = None  # the middle four fifths of the weeks before
    usual_high: float | None = None
    history: tuple[float | None, ...] = ()  # the weeks before, oldest first
    better: Better = Better.NEITHER
    note: str = ""  # why it is not known, or what to keep in mind
    clear: bool | None = None  # whether the step from last week is more than reading and chance; None: not judged


class Sentence(Values):
    """One sentence of the first page and the names of the figures that it is made of."""

    text: str
    figures: tuple[str, ...]


class Day(Values):
    """One local day; `mentions` None: nobody listened."""

    date: date
    mentions: float | None
    negative: float | None
    last_mentions: float | None  # the same day of the week before


class Quotation(Values):
    """A mention in its own words and script. Text from outside: every form escapes it."""

    text: str
    language: str
    source: str
    url: str
    published_at: datetime


class ThemeFigures(Values):
    """One theme of complaints or of compliments."""

    slug: str
    name: str
    figure: Figure
    quotes: tuple[Quotation, ...]


class Step(Values):
    """How long one step of an incident took, in minutes; `note` says why there is none."""

    name: str
    minutes: float | None
    note: str = ""


class IncidentFigures(Values):
    id: int
    severity: str
    state: str
    subject: str
    sentence: str
    started_at: datetime
    opened_at: datetime
    steps: tuple[Step, ...]
    owner: str = ""  # who looked after it
    answered_by: tuple[str, ...] = ()  # who answered its complaints, the most answers first


class LanguageFigures(Values):
    code: str
    name: str
    mentions: float
    negative: float
    low: float
    high: float
    last_mentions: float | None


class Gap(Values):
    """A stretch of time of which a source is not known."""

    start: datetime
    end: datetime


class SourceFigures(Values):
    """`mentions` None: not heard at all; `heard` is the share of the week that is known of it, 0..1."""

    slug: str
    kind: str
    health: str
    error: str
    last_good_at: datetime | None
    heard: float
    mentions: float | None
    negative: float | None
    last_mentions: float | None
    gaps: tuple[Gap, ...]  # longest first
    gap_hours: float


class ReasonCount(Values):
    """How many alerts ended in `state` for `reason`."""

    state: str
    reason: str
    words: str
    alerts: int


class Figures(Values):
    """The whole report. Times are UTC; `zone` is the brand's, in which they are shown."""

    brand: str
    brand_slug: str
    zone: str
    week: str
    monday: date
    start: datetime
    end: datetime  # of what is reported: the end of the week, or the present while it is running
    running: bool
    made_at: datetime
    heard: float  # mean share of the time that the sources are known of, 0..1
    summary: tuple[Sentence, ...]
    headline: tuple[Figure, ...]
    days: tuple[Day, ...]
    incident_times: tuple[Figure, ...]
    incidents: tuple[IncidentFigures, ...]
    incidents_left_out: int
    response: tuple[Figure, ...]
    complaints: tuple[ThemeFigures, ...]
    compliments: tuple[ThemeFigures, ...]
    languages: tuple[LanguageFigures, ...]
    sources: tuple[SourceFigures, ...]
    alerts: tuple[Figure, ...]
    alert_reasons: tuple[ReasonCount, ...]

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError when there is none."""
        every = (*self.headline, *self.incident_times, *self.response, *self.alerts)
        found = next((figure for figure in every if figure.name == name), None)
        if found is None:
            raise KeyError(name)
        return found
