"""Makes the digest of a day: what a channel was not told of, what nobody looks after, and what waits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerting.shown import MAX_QUOTES, MAX_ROWS, MAX_SECTIONS, presentable
from monitor.clock import spoken_duration
from monitor.facts import IncidentState, Message, Quote, Row, Section, Severity

LISTED = MAX_ROWS - 4
"""Incidents of a brand that are named; the rows below them tell how many more, and what else waits."""
_BRANDS_NAMED = 2


@dataclass(frozen=True, slots=True)
class Item:
    """An incident that a channel was not told of, or that nobody looks after; `subject` as its message has it."""

    subject: str
    severity: Severity
    state: IncidentState
    lasted: timedelta  # so far, or until it was over
    why_not: str = ""  # why the channel was not told; "" when it was
    owner: str = ""
    acknowledged_by: str = ""
    quotes: tuple[Quote, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state is IncidentState.OPEN

    @property
    def is_untaken(self) -> bool:
        """Whether it goes on and nobody looks after it; a mere notice needs nobody."""
        return self.is_open and not self.owner and self.severity is not Severity.WATCH


@dataclass(frozen=True, slots=True)
class BrandDay:
    """What there is to tell of one brand; `items` are the first of `untold` and `untaken` incidents."""

    brand: str
    items: tuple[Item, ...] = ()
    untold: int = 0  # incidents that the channel was not told of
    untaken: int = 0  # incidents that go on and nobody looks after
    nearly: int = 0  # findings that nearly raised an incident
    strongest: str = ""  # of them, in words
    late: int = 0  # complaints that wait longer than they should
    longest: timedelta = timedelta()  # by how much the one that waits longest is late
    to_check: int = 0  # texts that the model was not sure of

    @property
    def is_empty(self) -> bool:
        return not (self.untold or self.untaken or self.nearly or self.late or self.to_check)


def day_of(hour: int, zone: ZoneInfo, weekdays: Sequence[int], now: datetime) -> date | None:
    """The day whose digest is due by now: today's from its hour on, on one of the weekdays (1 is Monday); else None.

    An hour that the clocks leave out is over when they have been set.
    """
    today = now.astimezone(zone).date()
    due = datetime.combine(today, time(hour), zone).astimezone(UTC)
    return today if today.isoweekday() in weekdays and now >= due else None


def urgency(item: Item) -> tuple[bool, bool, int]:
    """Sorts what nobody looks after before all else, then what goes on, the severest first."""
    return not item.is_untaken, not item.is_open, -item.severity.rank


def build(
    days: Sequence[BrandDay], *, key: str, since: datetime, zone: ZoneInfo, dashboard: str, now: datetime
) -> Message:
    """The digest of what has happened since then; it says so when there is nothing to tell.

    `sections` have it brand by brand, `facts` in brief. `dashboard` is the address that links start with, "" for none.
    """
    told = [day for day in days if not day.is_empty]
    step, page = _next_step(told)
    local = now.astimezone(zone)
    return presentable(
        Message(
            key=key,
            thread=key,
            subject=f"Digest of {local:%-d %B}, {_subject(told)}" if told else f"Digest of {local:%-d %B}: nothing new",
            severity=Severity.WATCH,
            kind="digest",
            brand=_named(told),
            sentence=_sentence(told, since.astimezone(zone)),
            facts=tuple((day.brand, "; ".join(_counts(day))) for day in told),
            quotes=_quotes([item for day in told for item in day.items]),
            link=f"{dashboard}/{page}" if dashboard else "",
            next_step=step,
            at=local,
            sections=tuple(_sections(told)),
        )
    )


def _subject(told: Sequence[BrandDay]) -> str:
    return f"{_named(told)}: {', '.join(_counts(_sum(told))[:3])}"


def _sum(told: Sequence[BrandDay]) -> BrandDay:
    names = ("untold", "untaken", "nearly", "late", "to_check")
    return BrandDay("", **{name: sum(getattr(day, name) for day in told) for name in names})


def _named(told: Sequence[BrandDay]) -> str:
    names = [day.brand for day in told]
    more = f" and {len(names) - _BRANDS_NAMED} more" if len(names) > _BRANDS_NAMED else ""
    return ", ".join(names[:_BRANDS_NAMED]) + more


def _counts(day: BrandDay) -> list[str]:
    """What there is, each in a few words, the most urgent first."""
    parts = (
        (day.untaken, f"{_plural(day.untaken, 'open incident')} that nobody looks after"),
        (day.untold, f"{_plural(day.untold, 'incident')} not told here"),
        (day.late, f"{_plural(day.late, 'complaint')} waiting too long"),
        (day.nearly, f"{_plural(day.nearly, 'near miss', 'near misses')}"),
        (day.to_check, f"{_plural(day.to_check, 'text')} to check"),
    )
    return [words for number, words in parts if number]


def _plural(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def _sentence(told: Sequence[BrandDay], since: datetime) -> str:
    moment = f"{since:%-d %b %H:%M %Z}"
    if not told:
        return f"Nothing happened since {moment} that this channel was not told of."
    return f"What this channel was not told of since {moment}, and what waits for somebody."


def _next_step(told: Sequence[BrandDay]) -> tuple[str, str]:
    """What to do first, and the page of the dashboard for it."""
    if any(day.untaken for day in told):
        return "Take the open incidents that nobody looks after.", "incident"
    if any(day.late for day in told):
        return "Answer the complaints that wait longest.", "inbox"
    if any(day.to_check for day in told):
        return "Check the texts that the model was not sure of.", "mentions"
    return "Nothing to do.", ""


def _sections(told: Sequence[BrandDay]) -> Iterator[Section]:
    """One of each brand; those beyond what a message may hold share the last one."""
    fits = len(told) <= MAX_SECTIONS
    own, rest = (told, ()) if fits else (told[: MAX_SECTIONS - 1], told[MAX_SECTIONS - 1 :])
    for day in own:
        yield Section(day.brand, tuple(_rows(day)), _quotes(day.items))
    if rest:
        rows = [Row(day.brand, beside="; ".join(_counts(day))) for day in rest[: MAX_ROWS - 1]]
        rows += [Row(f"And {len(rest) - len(rows)} more")] if len(rest) > len(rows) else []
        yield Section(f"{len(rest)} more brands", tuple(rows))


def _rows(day: BrandDay) -> Iterator[Row]:
    yield from (_row(item) for item in day.items[:LISTED])
    hidden = day.untold + day.untaken - sum((item.why_not != "") + item.is_untaken for item in day.items[:LISTED])
    if hidden > 0:
        yield Row("More on the page Incidents", beside="; ".join(_counts(day)[:2]))
    if day.late:
        longest = spoken_duration(day.longest)
        yield Row("Complaints waiting too long", f"{day.late:,}", f"the longest is late by {longest}", "bad")
    if day.nearly:
        yield Row("Nearly an incident", f"{day.nearly:,}", f"the strongest: {day.strongest}" if day.strongest else "")
    if day.to_check:
        yield Row("Texts to check", f"{day.to_check:,}", "the model was not sure of them")


def _row(item: Item) -> Row:
    lasted = spoken_duration(item.lasted)
    stands = {
        IncidentState.OPEN: f"goes on for {lasted}",
        IncidentState.CALMED: f"calming down after {lasted}",
        IncidentState.RESOLVED: f"over after {lasted}",
        IncidentState.DISMISSED: "dismissed as no trouble",
    }[item.state]
    return Row(item.subject, stands, "; ".join(_beside(item)), "bad" if item.is_untaken else "plain")


def _beside(item: Item) -> Iterator[str]:
    if item.is_untaken:
        seen = f", {item.acknowledged_by} has seen it" if item.acknowledged_by else ""
        yield f"nobody looks after it{seen}"
    elif item.owner and item.is_open:
        yield f"{item.owner} looks after it"
    if item.why_not:
        yield f"not told here: {item.why_not}"


def _quotes(items: Sequence[Item]) -> tuple[Quote, ...]:
    """One of each of the first incidents."""
    return tuple(quote for item in items for quote in item.quotes[:1])[:MAX_QUOTES]
