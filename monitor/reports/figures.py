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
    PEOPLE = "people"
    WEEKS = "weeks"


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


class Group(Values):
    """The same figures of one part of the whole: a channel, a person, a stage of the journey, a brand, a branch.

    Groups of one kind have figures of the same names in the same order; `key` tells the part apart.
    """

    key: str
    name: str  # may be from outside
    figures: tuple[Figure, ...]
    note: str = ""


class CaseLine(Values):
    """One complaint by its first words, and why it stands here. `text` is from outside."""

    case_id: int | None
    text: str
    language: str
    source: str
    url: str
    published_at: datetime
    note: str = ""  # `due 12 November`, `second complaint in 9 days`
    owner: str = ""


class IdeaFigures(Values):
    """What somebody who answers proposed; `votes` are those who want it too, without them."""

    text: str
    actor: str
    votes: int
    state: str
    at: datetime


class RecurringTheme(Values):
    """A theme that people complained of week after week: its policy deserves a second look."""

    slug: str
    name: str
    stage: str  # words; "" when its theme has none
    policy: str  # as the config names it; "" when it does not
    weeks: int  # in a row, this one included
    figure: Figure
    ideas: tuple[IdeaFigures, ...]


class PraisedPerson(Values):
    """Somebody of the team who was praised by name."""

    person: str
    figure: Figure
    quotes: tuple[Quotation, ...]


class FoundFigures(Values):
    """A recurring complaint that no theme tells of, by its own words."""

    id: int
    name: str
    words: tuple[str, ...]
    figure: Figure
    weeks: int  # in which it was heard, of those looked at
    quotes: tuple[Quotation, ...]


class Correction(Values):
    """How often people said that a text read as one thing is another."""

    read_as: str
    is_really: str
    mentions: int


class PracticeCase(Values):
    """A solved complaint to practise with: nobody in it can be known again. Complaint and answer are from outside."""

    theme: str
    language: str
    kind: str  # of the place
    complaint: str
    answer: str
    answer_language: str
    minutes: float | None  # from opening to the answer
    outcome: str
    lessons: tuple[str, ...]  # what the answer did: "greets by name", "apologises", ...


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
    # Reports that were kept before these were made know nothing of them.
    why: tuple[Group, ...] = ()  # what the change in complaints came with most; nothing when it is not clear
    stages: tuple[Group, ...] = ()  # complaints by stage of the journey, in its order
    channels: tuple[Group, ...] = ()  # answering by kind of place
    people: tuple[Group, ...] = ()  # load and work by person
    recurring: tuple[RecurringTheme, ...] = ()
    found: tuple[FoundFigures, ...] = ()
    praised: tuple[PraisedPerson, ...] = ()
    silent: tuple[Figure, ...] = ()
    silent_cases: tuple[CaseLine, ...] = ()
    follow_ups: tuple[Figure, ...] = ()
    follow_up_cases: tuple[CaseLine, ...] = ()
    alert_quality: tuple[Figure, ...] = ()
    missed: tuple[CaseLine, ...] = ()  # what people said should have been told
    reading: tuple[Figure, ...] = ()  # how certain the model was, and how often it was corrected
    corrections: tuple[Correction, ...] = ()
    practice: tuple[PracticeCase, ...] = ()
    brands: tuple[Group, ...] = ()  # this one first, then those it is compared with
    locations: tuple[Group, ...] = ()

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError when there is none."""
        every = (
            *self.headline, *self.incident_times, *self.response, *self.alerts, *self.silent, *self.follow_ups,
            *self.alert_quality, *self.reading,
            *(one.figure for one in (*self.complaints, *self.compliments)),
            *(one.figure for one in self.recurring), *(one.figure for one in self.praised),
            *(one.figure for one in self.found),
        )  # fmt: skip
        found = next((figure for figure in every if figure.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


class TogetherFigures(Values):
    """The week of all brands: a few figures of each side by side, and what stood out in each."""

    zone: str
    week: str
    monday: date
    start: datetime
    end: datetime
    running: bool
    made_at: datetime
    summary: tuple[Sentence, ...]
    brands: tuple[Group, ...]  # our own, then competitors
    each: tuple["BrandWeek", ...]  # our own


class BrandWeek(Values):
    """One brand in the report of all: the sentences of its own report's first page."""

    brand: str
    brand_slug: str
    summary: tuple[Sentence, ...]
