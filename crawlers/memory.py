"""What a crawl knows from the crawls before it, what it learns on its walk, and which stretch that makes known."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crawlers.quotas import QuotaSpent
from monitor.edge import is_plausible
from monitor.facts import Collected, Known, Precision
from monitor.models import Mention, RobotsVerdict, Source
from monitor.store import again, coverage, hosts, runs
from monitor.store.coverage import Validators

Rest = tuple[datetime, str]
"""Until when a host wants to be left alone, and why."""
LAST_MENTIONS = 200
"""How many of a source's latest mentions are looked at for the newest one."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store knew when the crawl began; empty on a first crawl and with `--print`."""

    last_walk: datetime | None = None  # when the latest good crawl began
    behind: datetime | None = None  # up to when it was known before its lists were cut; the rest is still to be read
    deeper: int = 1  # how many times as many pages as usual are read to catch up
    known_until: datetime | None = None  # the end of the newest known stretch
    newest: datetime | None = None  # the newest mention of the source
    answers: Mapping[str, Validators] = field(default_factory=dict)
    hot: tuple[Known, ...] = ()  # texts that spread: their engagement is looked at again at each crawl
    recent: tuple[Known, ...] = ()  # younger texts: whether they are still there
    resting: Mapping[str, Rest] = field(default_factory=dict)  # hosts that want to be left alone now

    @property
    def looked_until(self) -> datetime | None:
        """Up to when everything was seen that the source had."""
        return self.last_walk if self.behind is None or self.last_walk is None else min(self.last_walk, self.behind)

    def since(self, overlap: timedelta) -> datetime | None:
        """From when on to read again: late and edited texts lie in the overlap."""
        return None if self.looked_until is None else self.looked_until - overlap

    def since_known(self, overlap: timedelta) -> datetime | None:
        """The same for a question that names a time: one known text lies after it, so that no answer is empty.

        An empty one would not tell a quiet source from one in trouble.
        """
        since = self.since(overlap)
        return None if since is None or self.newest is None else min(since, self.newest - overlap)


def read(session: Session, source: Source, now: datetime, *, looks_again: bool = False) -> Memory:
    """The memory of one source; a spider that looks at texts again is told which, and that they are is noted."""
    if source.id is None or source.first_crawled_at is None:
        return Memory(resting=rests(session, now))
    latest = (
        select(Mention.published_at)
        .where(Mention.source_id == source.id)
        .order_by(col(Mention.id).desc())
        .limit(LAST_MENTIONS)
    )
    return Memory(
        last_walk=runs.last_good_start(session, source.id, now),
        behind=source.behind_since,
        deeper=2**source.behind_looks if source.behind_since else 1,
        known_until=coverage.known_until(session, source.id),
        newest=max(session.exec(latest), default=None),
        answers=coverage.fetch_memory(session, source.id),
        resting=rests(session, now),
        hot=tuple(again.hot(session, source, now)) if looks_again else (),
        recent=tuple(again.take_young(session, source, now)) if looks_again else (),
    )


def rests(session: Session, now: datetime) -> dict[str, Rest]:
    """The hosts that want to be left alone now, whichever source they said it to."""
    return {name: (host.not_before or now, host.not_before_why) for name, host in hosts.resting(session, now).items()}


@dataclass
class Strand:
    """One list of texts, read page by page from its newest end."""

    items: int = 0
    oldest: datetime | None = None
    back_to: datetime | None = (
        None  # what its pages surely reach back to: the end of the oldest day, where days are told
    )
    undated: bool = False
    newest_first: bool = True
    complete: bool = False
    unchanged: bool = False
    says_empty: bool = False  # the answer itself says that there is nothing
    cut: bool = False  # there was more, and no further page might be asked for
    ended: bool = False
    _last: datetime | None = None

    def add(self, texts: Iterable[Collected]) -> None:
        """Take note of the texts of one page, in their order."""
        for text in texts:
            self.items += 1
            at = text.published_at
            if at is None or text.precision is Precision.UNKNOWN or not is_plausible(at):
                self.undated = True
                continue
            self.newest_first = self.newest_first and (self._last is None or at <= self._last)
            self._last = at
            latest = at + timedelta(days=1) if text.precision is Precision.DAY else at
            self.oldest = at if self.oldest is None else min(self.oldest, at)
            self.back_to = latest if self.back_to is None else min(self.back_to, latest)

    def reaches(self, moment: datetime | None) -> bool:
        """Whether the pages read so far go back to that moment."""
        return moment is not None and self.back_to is not None and self.back_to <= moment

    def end(self, *, complete: bool) -> None:
        """Nothing more is read of this list; `complete`: there is nothing more."""
        self.complete, self.ended = complete, True


@dataclass
class Walk:
    """All that one crawl learns about its place, besides the texts."""

    strands: list[Strand] = field(default_factory=list)
    answers: dict[str, Validators] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    robots_unavailable: bool = False
    changed: bool = False  # an answer came in another form
    spent: QuotaSpent | None = None  # a quota was used up before the end
    rests: dict[str, tuple[float, str]] = field(default_factory=dict)  # by host: seconds to leave it alone, and why
    resting: dict[str, Rest] = field(default_factory=dict)  # by host; those known before are in it too
    cut_short: str = ""  # the host that wanted to be left alone before the end
    robots: dict[str, RobotsVerdict] = field(default_factory=dict)  # by host, of what was asked there
    beside: set[str] = field(default_factory=set)  # hosts of others, asked about single texts: the source needs none
    crash: str = ""  # what ended it that no page is to blame for

    def strand(self) -> Strand:
        self.strands.append(Strand())
        return self.strands[-1]

    @property
    def items(self) -> int:
        return sum(strand.items for strand in self.strands)


def known_stretch(
    walk: Walk,
    memory: Memory,
    *,
    now: datetime,
    met_known: bool,
    trusts_order: Callable[[Strand], bool] = lambda _: True,
) -> tuple[datetime, datetime] | None:
    """The stretch that a walk made known, or None.

    A complete list makes [oldest text, now] known. A truncated one only what follows the walk before, and only when it
    goes back that far (by its dates or, without dates, by a text that was known: `met_known`). Of several lists all
    must be known. A failed page makes nothing known, an empty list neither. Where lists were cut before, a walk that
    comes down to there makes all since then known.
    """
    if walk.failures or walk.blocked or walk.spent or walk.cut_short or not walk.strands:
        return None
    starts = [_start(strand, memory, met_known, trusts_order) for strand in walk.strands]
    known = [start for start in starts if start is not None]
    return (min(max(known), now), now) if len(known) == len(starts) else None


def _start(strand: Strand, memory: Memory, met_known: bool, trusts_order: Callable[[Strand], bool]) -> datetime | None:
    if not strand.ended:
        return None
    if strand.unchanged:
        continues = memory.known_until is not None and memory.known_until == memory.last_walk
        return memory.last_walk if continues or trusts_order(strand) else None
    if strand.complete and strand.oldest is not None:  # all there is: nothing else came since the walk before
        return min(strand.oldest, memory.looked_until or strand.oldest)
    if strand.complete and strand.says_empty:
        return memory.looked_until
    if not strand.items or not trusts_order(strand):
        return None
    if memory.behind is not None and strand.reaches(memory.looked_until):
        return memory.looked_until
    overlaps = strand.reaches(memory.last_walk) or (strand.oldest is None and met_known)
    return memory.last_walk if overlaps else None


def is_behind(walk: Walk, memory: Memory) -> bool:
    """Whether a list was cut before it came down to what was known: a gap, unless later walks go deeper."""
    known = memory.looked_until
    return known is not None and any(one.cut and not one.complete and not one.reaches(known) for one in walk.strands)


def describe(problems: Sequence[str], pages: int) -> str:
    """The first problem, and how many more there are."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if pages == 0 else f"in part: {problems[0]}{more}"
