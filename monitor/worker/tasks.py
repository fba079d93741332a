"""The tasks: each calls the function of its job, as the supervisor does, and puts in what follows from it.

Tasks named `….plan` look for what is due and put it in, once in the fleet at a time. A task may be done twice, or by
two workers at the same time when one was thought dead: rows are claimed, as everywhere.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from procrastinate import App, JobContext
from procrastinate.jobs import Job

from monitor.clock import utcnow
from monitor.config import Settings
from monitor.jobs import alert, analyse, answer, crawl, detect, notices, prune, receive, report, threads
from monitor.jobs.analyse import READ_PER_RUN, Reads, reader_of
from monitor.jobs.context import Context, Counters
from monitor.jobs.looking import Looking
from monitor.jobs.outbox import Outbox
from monitor.jobs.sending import REST_SECONDS, Sending, Sends
from monitor.jobs.stop import Stop
from monitor.models import Brand
from monitor.store import assessments, outbox, rereading, sources
from monitor.store.database import session_of
from monitor.worker.line import Line

MOST_CRAWLS = 200
"""Crawls that wait or run in the fleet; more would only wait in another place."""
MOST_READERS = 16
"""Jobs of reading that wait."""
IDLE_SECONDS = 5
"""So often what was left over is looked after while nothing waits: leases of the dead, words not yet findable."""
SOON = timedelta(seconds=5)
"""After so long a brand is looked at of which a complaint was read; what comes meanwhile is looked at together."""
EVERY_SECONDS = {
    "crawl.plan": 1,
    "receive.look": 2,
    "analyse.plan": 1,
    "detect.plan": 5,
    "alert.decide": 2,
    "answer.look": 10,
}
EVERY_MINUTES = {"crawl.tell": 1, "report.look": 1, "prune.look": 10}


@dataclass
class Hands:
    """What the tasks of one process work with."""

    settings: Settings
    engine: sa.Engine
    config_path: Path
    stopping: Stop
    line: Line
    looking: Looking
    assessor: Reads | None = None
    alerts: alert.Looks = field(default_factory=alert.Looks)
    answers: answer.Looks = field(default_factory=lambda: answer.Looks(postings=None))
    sends: dict[str, Sends[Sending]] = field(default_factory=dict)

    def run(
        self, name: str, work: Callable[[Context], Counters], *, part: str = ""
    ) -> tuple[Counters | None, datetime | None]:
        """Do a job, unless it failed and is left alone: its counters when it went well, else when to try again."""
        now = utcnow()
        if again := self.looking.put_off_until(name, part, now):
            return None, again
        done: list[Counters] = []

        def kept(context: Context) -> Counters:
            done.append(work(context))
            return done[0]

        again = self.looking.run_job(name, kept, now, part=part)
        return (done[0], None) if again is None else (None, again)


def crawl_plan(hands: Hands) -> None:
    """Put in the crawls that are due; no two of those that wait or run ask one host."""

    def plan(context: Context) -> Counters:
        going = hands.line.going("crawl.source")
        if len(going) >= MOST_CRAWLS:
            return Counters()
        due = sources.due(context.session, context.settings, context.now)
        for source, asked in choose_crawls(due, going, crawl.asked_by(context, due)):
            told = {"slug": source.slug, "hosts": sorted(asked)}
            hands.line.put("crawl.source", key=f"crawl:{source.slug}", lock=host_lock(asked), told=told)
        return Counters()

    hands.run("crawl", plan)


def choose_crawls(
    due: Sequence[Any], going: Sequence[Job], asks: dict[str, frozenset[str]]
) -> list[tuple[Any, frozenset[str]]]:
    """What may be put in beside what waits or runs: one crawl a source, and one a host."""
    slugs = {_word(job, "slug") for job in going}
    busy = {host for job in going for host in _words(job, "hosts")}
    return crawl.choose(due, asks, slugs, busy, MOST_CRAWLS - len(going))


def _word(job: Job, name: str) -> str:
    return str(job.task_kwargs[name])


def _words(job: Job, name: str) -> list[str]:
    told: Any = job.task_kwargs[name]
    return [str(one) for one in told]


def host_lock(asked: frozenset[str]) -> str | None:
    """The queue itself keeps two crawls of one host apart; of those that ask several, the plan sees to it."""
    return f"host:{min(asked)}" if asked else None


def crawl_source(hands: Hands, job: Job) -> None:
    """Crawl one source; at once also when the worker died that had begun it."""
    slug, asked = _word(job, "slug"), frozenset(_words(job, "hosts"))
    anyway = job.attempts > 0

    def work(context: Context) -> Counters:
        source = next(iter(sources.due(context.session, context.settings, context.now, only=slug)), None)
        if source is None and anyway:
            source = sources.by_slug(context.session, slug)
        if source is not None and source.active:
            crawl.one(context, source, asked, anyway=anyway)  # keeps a Run of its own
        return Counters()

    hands.run("crawl", work, part=slug)


def crawl_tell(hands: Hands) -> None:
    hands.run("crawl", notices.tell_operator_of_sources)


def receive_look(hands: Hands) -> None:
    hands.run("receive", receive.run)


def analyse_plan(hands: Hands) -> None:
    """Put in as many jobs of reading as there is work for; one now and then all the same, to look after the rest."""
    now = utcnow()
    with session_of(hands.engine) as session:
        waiting = assessments.count_waiting(session, now, MOST_READERS * READ_PER_RUN)
        if waiting < READ_PER_RUN and hands.assessor is not None:
            waiting += rereading.advance(session, reader_of(hands.assessor), 2 * READ_PER_RUN)
            session.commit()
    for number in range(readers(waiting, now)):
        hands.line.put("analyse.read", key=f"analyse:{number}")


def readers(waiting: int, now: datetime) -> int:
    """How many jobs of reading so many texts are worth."""
    return math.ceil(waiting / READ_PER_RUN) or int(now.second % IDLE_SECONDS == 0)


def analyse_read(hands: Hands) -> None:
    """Read what waits; brands of which a complaint was read are looked at soon."""
    heard: set[int] = set()
    hands.run("analyse", partial(analyse.run, assessor=hands.assessor, heard=heard))
    if heard:
        with session_of(hands.engine) as session:
            slugs = [brand.slug for brand in detect.ours(session) if brand.id in heard]
        for slug in slugs:
            look_at(hands, slug, after=SOON, soon=True)


def detect_plan(hands: Hands) -> None:
    """See to it that each brand has a look that waits or runs: each puts in the next one at its end."""
    going = {_word(job, "slug") for job in hands.line.going("detect.brand") if not job.task_kwargs["soon"]}
    with session_of(hands.engine) as session:
        missing = [brand for brand in detect.ours(session) if brand.slug not in going]
    for brand in missing:
        look_at(hands, brand.slug, after=_spread(brand, hands.settings.detection.every))


def _spread(brand: Brand, every: timedelta) -> timedelta:
    """The looks at many brands are spread over the time between two looks."""
    return every * ((brand.id or 0) * 0.618 % 1)


def look_at(hands: Hands, slug: str, *, after: timedelta, soon: bool = False) -> None:
    """Put in a look at a brand. One that is to be soon does not wait for the regular one."""
    key = f"detect-soon:{slug}" if soon else f"detect:{slug}"
    told = {"slug": slug, "soon": soon}
    hands.line.put("detect.brand", key=key, lock=f"detect:{slug}", after=after, priority=int(soon), told=told)


def detect_brand(hands: Hands, job: Job) -> None:
    """Look at one brand; what changed is told at once."""
    slug, soon = _word(job, "slug"), bool(job.task_kwargs["soon"])
    counters, again = hands.run("detect", lambda context: detect.one(context, slug), part=slug)
    if not soon and any(brand.id == slug for brand in hands.settings.brands):
        wait = again - utcnow() if again else hands.settings.detection.every
        look_at(hands, slug, after=max(wait, timedelta(seconds=1)))
    if counters:
        hands.line.put("alert.decide", key="alert.decide", lock="alert.decide")


def alert_decide(hands: Hands) -> None:
    """Decide who is told, and put in one job for each channel that something is to be sent to."""
    hands.run("alert", lambda context: alert.decide(context, hands.alerts))
    now = utcnow()
    with session_of(hands.engine) as session:
        due = outbox.due_channels(session, now)
        stale = threads.waiting(Context(hands.settings, session, now))
        more = bool(due) or outbox.is_work(session, now, hands.alerts.setbacks.changes(now))
    for channel in due:
        send_to(hands, channel)
    for channel in stale:
        key = f"update:{channel}"
        hands.line.put("alert.update", key=key, lock=key, told={"channel": channel})
    if more and not due:
        hands.line.put("alert.decide", key="alert.decide", lock="alert.decide")


def send_to(hands: Hands, channel: str, after: timedelta = timedelta()) -> None:
    key = f"send:{channel}"
    hands.line.put("alert.send", key=key, lock=key, after=after, told={"channel": channel})


def alert_send(hands: Hands, job: Job) -> None:
    """Send what is due at one channel; one that rests is left alone by the whole fleet."""
    channel = _word(job, "channel")
    sends = hands.sends.setdefault(channel, Sends())
    _, again = hands.run("alert", lambda context: Outbox(context, sends, only=channel).run(), part=channel)
    if again is not None:
        send_to(hands, channel, max(again - utcnow(), timedelta(seconds=1)))
    elif channel in sends.taken:
        send_to(hands, channel, timedelta(seconds=REST_SECONDS))


def alert_update(hands: Hands, job: Job) -> None:
    channel = _word(job, "channel")
    hands.run("alert", lambda context: threads.refresh(context, only=channel), part=channel)


def answer_look(hands: Hands) -> None:
    counters, _ = hands.run("answer", lambda context: answer.run(context, hands.answers))
    if counters:
        hands.line.put("alert.decide", key="alert.decide", lock="alert.decide")


def report_look(hands: Hands) -> None:
    counters, _ = hands.run("report", report.run)
    if counters:
        hands.line.put("alert.decide", key="alert.decide", lock="alert.decide")


def prune_look(hands: Hands) -> None:
    hands.run("prune", prune.run)


_PERIODIC: dict[str, Callable[[Hands], None]] = {
    "crawl.plan": crawl_plan,
    "crawl.tell": crawl_tell,
    "receive.look": receive_look,
    "analyse.plan": analyse_plan,
    "detect.plan": detect_plan,
    "alert.decide": alert_decide,
    "answer.look": answer_look,
    "report.look": report_look,
    "prune.look": prune_look,
}
_PUT_IN: dict[str, Callable[[Hands, Job], None]] = {
    "crawl.source": crawl_source,
    "analyse.read": lambda hands, _job: analyse_read(hands),
    "detect.brand": detect_brand,
    "alert.send": alert_send,
    "alert.update": alert_update,
}


def register(app: App, hands: Hands, clocks: Sequence[str]) -> None:
    """Teach the engine all tasks, and to put in those of some queues when their time comes."""
    for name, planned in _PERIODIC.items():
        queue = name.partition(".")[0]
        task = app.task(name=name, queue=queue, lock=name, queueing_lock=name)(partial(_on_time, hands, planned))
        if queue in clocks:
            app.periodic(cron=cron_of(name))(task)
    for name, work in _PUT_IN.items():
        app.task(name=name, queue=name.partition(".")[0], pass_context=True)(partial(_as_told, hands, work))


def cron_of(name: str) -> str:
    """When a task is put in, in cron's words with a sixth one for seconds."""
    if name in EVERY_SECONDS:
        return f"* * * * * */{EVERY_SECONDS[name]}"
    return f"*/{EVERY_MINUTES[name]} * * * *"


def _on_time(hands: Hands, work: Callable[[Hands], None], timestamp: int = 0) -> None:  # noqa: ARG001 (the engine's)
    work(hands)


def _as_told(hands: Hands, work: Callable[[Hands, Job], None], context: JobContext, **_told: Any) -> None:
    work(hands, context.job)
