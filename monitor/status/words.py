"""How the monitor is doing in words, one line each; what needs a person fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.clock import spoken_duration
from monitor.jobs.looking import PART
from monitor.models import SourceHealth
from monitor.status.figures import FAILED_WITHIN, JobState, PlaceState, Status
from monitor.status.workers import working
from monitor.store.backlog import TELLING, UNPOSTED_TOO_LONG, Unposted
from monitor.verdict import Verdict, fails, ok, spoken_size, warning

MANY_SET_ASIDE = 10
"""A few texts that no model can read are no trouble; more of them are the model's."""
LATE = timedelta(minutes=30)
"""So long a message or a change may wait before it is worth a warning."""
_SPARED = {SourceHealth.SPENT: "quota spent", SourceHealth.RESTING: "resting"}
"""Left alone for a while, which is no failure."""
_REMEDIES = {
    SourceHealth.CHANGED: "update Emberwatch; until a version reads the new form, import its texts from files",
}


def verdicts(status: Status) -> Iterator[Verdict]:
    """The same in words, one line each; what needs a person fails."""
    yield _monitor(status)
    if status.last_crash is not None:
        at, words = status.last_crash
        yield warning("jobs", "crash", f"started anew {_ago(status, at)}: {words}")
    for job in status.jobs:
        yield _of_job(status, job)
    yield from working(status)
    yield from _reading(status)
    yield from _telling(status)
    for poster in status.unposted:
        yield _posting(status, poster)
    yield _listening(status)
    for source in status.troubled_sources:
        yield _of_source(status, source)
    for channel in status.troubled_channels:
        yield _of_channel(status, channel)
    yield _reporting(status)
    yield ok("database", "database", f"schema {status.schema}, {spoken_size(status.database_bytes)}")


def _monitor(status: Status) -> Verdict:
    if status.is_running:
        return ok("jobs", "monitor", f"runs; last sign of life {_ago(status, status.last_life_at)}")
    if status.last_life_at is None:
        return fails("jobs", "monitor", "has never run on this database", "start `emberwatch run`")
    found = f"does not run: last sign of life {_ago(status, status.last_life_at)}"
    return fails("jobs", "monitor", found, "start `emberwatch run`")


def _of_job(status: Status, job: JobState) -> Verdict:
    good = f"last good {_ago(status, job.last_good_at)}" if job.last_good_at else "no good run yet"
    name, _, part = job.job.partition(PART)
    subject = f"job {name} of {part}" if part else f"job {name}"
    if not job.failures:
        work = f", last work {_ago(status, job.last_work_at)}" if job.last_work_at else ""
        return ok("jobs", subject, f"{good}{work}")
    found = f"failed {_times(job.failures)} in a row, {good}, next try {_ahead(status, job.next_try_at)}: {job.error}"
    if job.failures < TELLING:
        return warning("jobs", subject, found)
    return fails("jobs", subject, found, "`emberwatch check` looks for the cause; the log has the details")


def _reading(status: Status) -> Iterator[Verdict]:
    unread = status.unread
    waits = f"{_number(unread.waiting, 'mention')} to be read"
    since = f", the longest waits for {_span(status, unread.since)}" if unread.since else ""
    yield ok("mentions", "reading", f"{waits}{since}")
    if unread.set_aside:
        found = f"{_number(unread.set_aside, 'mention')} set aside after three tries"
        remedy = "`emberwatch analyse --again` tries them anew"
        build = fails if unread.set_aside >= MANY_SET_ASIDE else warning
        yield build("mentions", "set aside", found, remedy)
    if status.rereading is not None:
        again = status.rereading
        found = f"{again.left:,} of {again.total:,} still to be read anew, begun {_ago(status, again.begun_at)}"
        yield ok("mentions", "reading anew", found)


def _telling(status: Status) -> Iterator[Verdict]:
    outbox = status.outbox
    times = [at for at in (outbox.unrouted_since, outbox.owed_since) if at is not None]
    late = bool(times) and status.at - min(times) > LATE
    found = f"{_number(outbox.unrouted, 'change')} to be routed, {_number(outbox.owed, 'alert')} owed"
    found += f", the oldest since {_span(status, min(times))}" if times else ""
    yield warning("alerts", "telling", found) if late else ok("alerts", "telling", found)
    if outbox.held:
        found = f"{_number(outbox.held, 'alert')} held back, the first is due {_ahead(status, outbox.held_until)}"
        yield ok("alerts", "waiting", f"{found}; `emberwatch explain INCIDENT` says why")
    for silence in status.silences:
        found = f"{silence.what}, {spoken_duration(silence.until - status.at)} more, by {silence.by}: {silence.reason}"
        yield ok("alerts", "silence", found)
    if outbox.failed:
        found = f"{_number(outbox.failed, 'alert')} given up in the last {FAILED_WITHIN.days} days"
        yield fails("alerts", "given up", found, "`emberwatch alert --dead` lists them, `--resend` sends them again")


def _posting(status: Status, poster: Unposted) -> Verdict:
    found = f"{_number(poster.waiting, 'answer')} not out, the oldest of {_ago(status, poster.since)}: {poster.error}"
    remedy = "`emberwatch check --only posting` tries the key; answers can be copied meanwhile"
    build = warning if status.at - poster.since < UNPOSTED_TOO_LONG else fails
    return build("posting", f"poster {poster.poster}", found, remedy)


def _listening(status: Status) -> Verdict:
    if not status.sources:
        return warning("sources", "sources", "none is watched", "add sources to the config")
    counts = [f"{status.sources[health]} {health}" for health in SourceHealth if health in status.sources]
    build = warning if status.troubled_sources else ok
    return build("sources", "sources", ", ".join(counts))


def _of_source(status: Status, source: PlaceState) -> Verdict:
    subject, good = f"source {source.name}", f"last good {_ago(status, source.last_good_at)}"
    if source.health == SourceHealth.QUIET:
        return warning("sources", subject, f"quiet: {source.error or good}")
    if source.health in _SPARED:
        again = f"{good}, asked again {_ahead(status, source.next_try_at)}"
        return warning("sources", subject, f"{_SPARED[SourceHealth(source.health)]}: {source.error}; {again}")
    what = "format changed, tried" if source.health == SourceHealth.CHANGED else source.health
    found = f"{what} {_times(source.failures)}, {good}, next try {_ahead(status, source.next_try_at)}"
    found += f": {source.error}"
    if source.failures < TELLING:
        return warning("sources", subject, found)
    remedy = _REMEDIES.get(SourceHealth(source.health), "`emberwatch check --only sources` says what to do")
    return fails("sources", subject, found, remedy)


def _of_channel(status: Status, channel: PlaceState) -> Verdict:
    subject = f"channel {channel.name}"
    found = f"{channel.health}, {_times(channel.failures)} in a row, last good {_ago(status, channel.last_good_at)}"
    found += f": {channel.error}"
    if channel.failures < TELLING and channel.health != "refused":
        return warning("channels", subject, found)
    return fails("channels", subject, found, "`emberwatch check --only channels` says what to do")


def _reporting(status: Status) -> Verdict:
    if not status.reports_due:
        return ok("reports", "reports", "none is due")
    found = f"due and not made yet: {', '.join(status.reports_due)}"
    return warning("reports", "reports", found) if status.is_running else ok("reports", "reports", found)


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return f"{number} time{'' if number == 1 else 's'}"


def _ago(status: Status, moment: datetime | None) -> str:
    if moment is None:
        return "never"
    age = status.at - moment
    return "just now" if age < timedelta(minutes=1) else f"{spoken_duration(age)} ago"


def _span(status: Status, moment: datetime) -> str:
    return spoken_duration(status.at - moment)


def _ahead(status: Status, moment: datetime | None) -> str:
    if moment is None or moment <= status.at:
        return "now"
    return f"in {spoken_duration(moment - status.at)}"
