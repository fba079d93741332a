"""Where mentions come from: sources with their health, what is known of them, and what was fetched."""

import enum
from datetime import datetime

from sqlmodel import Column, Field, Index, SQLModel

from monitor.models.columns import Choice, Number, UtcDateTime


class SourceHealth(enum.StrEnum):
    WAITING = "waiting"  # configured, not yet crawled
    HEALTHY = "healthy"
    FAILING = "failing"
    QUIET = "quiet"  # crawled well, but without a new text for longer than its rhythm allows
    BLOCKED = "blocked"  # robots.txt or a bot wall does not allow it now
    SPENT = "spent"  # the quota of its host, or what the operator lets it cost, is used up for now
    RESTING = "resting"  # its host wants to be left alone for a while
    CHANGED = "changed"  # it answers in another form than the spider reads


class Source(SQLModel, table=True):
    """One configured place and its health; `slug` is its id in the config."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=64, unique=True)
    kind: str = Field(max_length=32)
    active: bool = True
    health: SourceHealth = Field(default=SourceHealth.WAITING, sa_column=Column(Choice(SourceHealth), nullable=False))
    failures: int = 0  # in a row
    error: str = ""
    first_crawled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # end of the first good crawl
    last_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_good_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    quiet_since: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # no new text, longer than its rhythm allows
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when the operator was told of its trouble
    hot_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # crawled sooner: something there spreads
    round_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when looking at young texts again began
    # The mention that the round has come to, from the newest on; None: to the end.
    round_id: int | None = Field(default=None, sa_type=Number)
    behind_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # known until then; lists were cut since
    behind_looks: int = 0  # crawls in a row that were cut before they came down to it
    spent_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when told that its quota is spent


class Rating(SQLModel, table=True):
    """The average rating that a page showed of one thing from `taken_at` to `seen_at`; a new row when it changes."""

    __table_args__ = (Index(None, "source_id", "key", "taken_at"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    key: str = Field(max_length=64)  # hash of place and item
    place: str
    item: str = ""
    taken_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    value: float
    worst: float | None = None
    best: float | None = None
    ratings: int | None = None
    reviews: int | None = None


class SourceBrand(SQLModel, table=True):
    """A source is watched for one or more brands."""

    __tablename__ = "source_brand"

    source_id: int = Field(foreign_key="source.id", primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", primary_key=True)


class Coverage(SQLModel, table=True):
    """A stretch of time of which a source is known; stretches of one source never overlap."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    start: datetime = Field(sa_type=UtcDateTime)
    end: datetime = Field(sa_type=UtcDateTime)


class Fetch(SQLModel, table=True):
    """What a server said of one address at the last good answer, for conditional requests."""

    source_id: int = Field(foreign_key="source.id", primary_key=True)
    url_hash: str = Field(max_length=64, primary_key=True)
    url: str
    etag: str = ""
    last_modified: str = ""
    fetched_at: datetime = Field(sa_type=UtcDateTime)


class SourceHost(SQLModel, table=True):
    """A host that a source asks, as its crawls found out; sources of one host take turns."""

    __tablename__ = "source_host"

    source_id: int = Field(foreign_key="source.id", primary_key=True)
    host: str = Field(max_length=255, primary_key=True, foreign_key="host.name")
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # last; None: by an older version


class RobotsVerdict(enum.StrEnum):
    ALLOWS = "allows"
    DISALLOWS = "disallows"
    UNAVAILABLE = "unavailable"


class Host(SQLModel, table=True):
    """What a host lets us do, whichever source asked: its robots.txt, and until when it wants to be left alone."""

    name: str = Field(max_length=255, primary_key=True)  # as in addresses, with a port that is not the usual one
    robots: RobotsVerdict | None = Field(default=None, sa_column=Column(Choice(RobotsVerdict)))
    robots_checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before_why: str = ""


class Spending(SQLModel, table=True):
    """What was used of a quota on one day or in one month, in the quota's own units; it survives any crash."""

    quota: str = Field(max_length=128, primary_key=True)
    period: str = Field(max_length=10, primary_key=True)  # 2026-11-22 or 2026-11, in the quota's time zone
    used: int = 0
    most: int = 0  # what the quota allowed when units were last asked for
    unit: str = Field(default="", max_length=32)  # what is counted: requests, texts, cents
