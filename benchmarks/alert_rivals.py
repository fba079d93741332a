"""Tells this monitor the stories on which rivals sent too many messages, and counts the mails that it sends.

    EMBERWATCH_DATA=../shared python -m benchmarks.alert_rivals [--readings model|given] [--stories …] [--json]

Each story begins with 300 ordinary reviews at chance times of 30 days, a third of them complaints (2 stars), a third
neutral (3), a third praise (5): English tweets of the set UMSAB with their gold labels where EMBERWATCH_DATA has them,
else made ones in six languages. reviewhound 1.0.0 mailed 188 times about these 300. Then comes one of:

    complaints   60 near-identical one-star reviews within `--within` (1h; reviewhound: 60 mails more), then calm
    praise       30 different five-star reviews within 2 hours (obsei 1.1.1: 3 alerts)
    varied       30 different one-star reviews within 2 hours (obsei: 1 alert)
    again        the last 100 reviews once more, ten that are 900 days old, and one edited from 5 stars to 1

All of it goes through the real jobs: saved as a crawl saves it, read (`--readings model`: by the shipped weights;
`given`: P is 0.9 for the gold label), detected, routed without any routes, and mailed by SMTP to a mailbox on this
machine, with the clock that is passed in. A look is taken in each minute in which something arrived, in every minute of
the story's first 3 hours, then every 5 minutes as long as an incident goes on (30 minutes after two days), else hourly.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from benchmarks.rival_texts import Given, Said, Texts, are_labelled, near_identical
from demo.mailbox import Mailbox
from demo.story import free_port
from monitor import log
from monitor.clock import parse_duration
from monitor.config import Settings
from monitor.facts import Collected, IncidentState, MentionKind, Precision, Sentiment
from monitor.jobs import alert, analyse, detect
from monitor.jobs.analyse import Reads
from monitor.jobs.context import Context
from monitor.models import Incident, Source
from monitor.store import authors, coverage, mentions, sources
from monitor.store.database import open_database, session_of, upgrade
from monitor.store.event_time import is_fresh

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BACKGROUND, DAYS = 300, 30
EVERY = 15 * MINUTE
STARS = {Sentiment.NEGATIVE: 2, Sentiment.NEUTRAL: 3, Sentiment.POSITIVE: 5}
STORIES = ("complaints", "praise", "varied", "again")
CLOSE, SOON = 3 * HOUR, 2 * DAY
LONGEST = 10 * DAY


@dataclass(frozen=True, slots=True)
class Review:
    """One review: when it comes to us, when it was written, and what it says."""

    number: int
    came: datetime
    said: Said
    stars: int
    written: datetime | None = None  # None: when it comes

    def collected(self) -> Collected:
        name = f"review-{self.number}"
        return Collected(
            kind=MentionKind.REVIEW,
            host="reviews.example",
            external_id=name,
            url=f"https://reviews.example/{name}",
            text=self.said.text,
            author_ref=f"author-{self.number}",
            published_at=self.written or self.came,
            precision=Precision.SECOND,
            rating_value=self.stars,
            rating_worst=1,
            rating_best=5,
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that arrived, and how many minutes after the first review of the story."""

    minutes: float
    subject: str


@dataclass(slots=True)
class Outcome:
    """What one story came to."""

    story: str
    texts: int
    mails: list[Mail] = field(default_factory=list)
    over_after_hours: float | None = None  # when the last incident was over; None: there was none, or it goes on
    looks: int = 0
    seconds: float = 0.0


class World:
    """One installation with one source of reviews and one mail channel."""

    def __init__(self, path: Path, mailbox: Mailbox, reader: Reads | None) -> None:
        self.settings = _settings(path, mailbox.port)
        self._engine = open_database(self.settings.database.url)
        upgrade(self._engine)
        self._mailbox, self._reader = mailbox, reader
        self._mails = len(mailbox.files())
        with session_of(self._engine) as session:
            sources.sync(session, self.settings)
            source = session.exec(select(Source)).one()
            source.first_crawled_at = source.first_crawled_at or START
            session.add(source)
            session.commit()

    def close(self) -> None:
        self._engine.dispose()

    def look(self, now: datetime, came: Sequence[Review]) -> list[str]:
        """Save what came, read it, detect and alert; the subjects of the mails that arrived by it."""
        with session_of(self._engine) as session:
            self._save(session, now, came)
            context = Context(self.settings, session, now)
            if came:
                analyse.run(context, self._reader)
            detect.run(context)
            alert.run(context)
            session.commit()
        mails = [str(mail["Subject"]).strip() for mail in self._mailbox.mails()]
        new, self._mails = mails[self._mails :], len(mails)
        return new

    def _save(self, session: Session, now: datetime, came: Sequence[Review]) -> None:
        source, key = session.exec(select(Source)).one(), authors.installation_key(session)
        batch = [(one, is_fresh(one.published_at, one.precision, now=now, every=EVERY, first_crawl=False))
                 for one in (review.collected() for review in came)]  # fmt: skip
        mentions.save_many(session, batch, source=source, now=now, author_key=key)
        coverage.add_coverage(session, source.id or 0, START, now)
        session.commit()

    def goes_on(self) -> bool:
        """Whether an incident is open or calmed."""
        going = (IncidentState.OPEN, IncidentState.CALMED)
        with session_of(self._engine) as session:
            count = select(sa.func.count()).select_from(Incident).where(col(Incident.state).in_(going))
            return session.exec(count).one() > 0


def _settings(path: Path, port: int) -> Settings:
    mail = {"id": "care", "type": "email", "host": "127.0.0.1", "port": port, "security": "none"}
    place = {"id": "reviews", "type": "feed", "brands": ["shop"], "every": "15m", "about_brand": True}
    return Settings(
        brands=[{"id": "shop", "name": "Mirchado"}],
        sources=[{**place, "params": {"url": "https://reviews.example/feed"}}],
        channels=[{**mail, "sender": "emberwatch@shop.example", "recipients": ["care@shop.example"]}],
        database={"url": f"sqlite:///{path}"},
    )


def played(world: World, name: str, reviews: Sequence[Review], begin: datetime, until: datetime | None) -> Outcome:
    """Let time go on from `begin` until `until`, or until nothing goes on any more."""
    outcome, waiting = Outcome(name, len(reviews)), sorted(reviews, key=lambda one: one.came)
    started, now, went_on = time.perf_counter(), begin, False
    while now < (until or begin + LONGEST):
        came = [one for one in waiting if one.came <= now]
        waiting = waiting[len(came) :]
        subjects = world.look(now, came)
        outcome.mails += [Mail((now - begin) / MINUTE, subject) for subject in subjects]
        outcome.looks += 1
        goes_on = world.goes_on()
        if went_on and not goes_on:
            outcome.over_after_hours = round((now - begin) / HOUR, 1)
        went_on = goes_on
        if until is None and not waiting and not goes_on and now - begin >= DAY:
            break
        now = _next(now, begin, waiting, goes_on=goes_on, close=until is None)
    outcome.seconds = round(time.perf_counter() - started, 1)
    return outcome


def _next(now: datetime, begin: datetime, waiting: Sequence[Review], *, goes_on: bool, close: bool) -> datetime:
    """The next look."""
    step = HOUR
    if close and now - begin < CLOSE:
        step = MINUTE
    elif goes_on:
        step = 5 * MINUTE if now - begin < SOON or not close else 30 * MINUTE
    coming = [_minute(waiting[0].came)] if waiting else []
    return max(now + MINUTE, min([now + step, *coming]))


def _minute(moment: datetime) -> datetime:
    """The first whole minute at or after it."""
    return moment + (-(moment - START) % MINUTE)


def background(texts: Texts, chance: random.Random, number: int, days: int) -> list[Review]:
    """Ordinary reviews at chance times."""
    times = sorted(START + timedelta(seconds=chance.randrange(int(days * DAY.total_seconds()))) for _ in range(number))
    said = texts.take(number, *Sentiment)
    return [Review(i, at, one, STARS[one.label]) for i, (at, one) in enumerate(zip(times, said, strict=True))]


def story(name: str, before: Sequence[Review], texts: Texts, begin: datetime, within: timedelta) -> list[Review]:
    """What comes after the background; the complaints come within so long."""
    first = len(before)

    def spread(said: Sequence[Said], stars: int, over: timedelta) -> list[Review]:
        return [Review(first + i, begin + over * i / len(said), one, stars) for i, one in enumerate(said)]

    if name == "complaints":
        return spread(near_identical(60), 1, within)
    if name == "praise":
        return spread(texts.take(30, Sentiment.POSITIVE), 5, 2 * HOUR)
    if name == "varied":
        return spread(texts.take(30, Sentiment.NEGATIVE), 1, 2 * HOUR)
    same = [Review(one.number, begin, one.said, one.stars, one.came) for one in before[-100:]]
    said = texts.take(11, Sentiment.NEGATIVE)
    old = [Review(first + i, begin, one, 1, begin - 900 * DAY) for i, one in enumerate(said[:10])]
    praised = next(one for one in reversed(before) if one.stars == STARS[Sentiment.POSITIVE])
    edited = Review(praised.number, begin + HOUR, said[10], 1, praised.came)
    return [*same, *old, edited]


def run(
    names: Sequence[str], *, model: bool, labelled: bool, seed: int, number: int = BACKGROUND, days: int = DAYS,
    within: timedelta = HOUR,
) -> Iterator[Outcome]:  # fmt: skip
    """The background, then each story on a copy of it."""
    chance = random.Random(seed)
    texts = Texts(chance, labelled=labelled)
    before, begin = background(texts, chance, number, days), START + days * DAY
    told = {name: story(name, before, texts, begin, within) for name in names}
    every = (*before, *(review for reviews in told.values() for review in reviews))
    reader = None if model else Given({review.said.text.strip(): review.said.label for review in every})
    with _mailbox() as (folder, mailbox):
        world = World(folder / "before.db", mailbox, reader)
        yield played(world, "background", before, START, begin)
        world.close()
        for name, reviews in told.items():
            world = World(Path(shutil.copy(folder / "before.db", folder / f"{name}.db")), mailbox, reader)
            yield played(world, name, reviews, begin, None)
            world.close()


@contextmanager
def _mailbox() -> Iterator[tuple[Path, Mailbox]]:
    with tempfile.TemporaryDirectory() as folder:
        mailbox = Mailbox(Path(folder) / "mail", free_port())
        mailbox.start()
        try:
            yield Path(folder), mailbox
        finally:
            mailbox.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readings", choices=("model", "given"), default="model")
    parser.add_argument("--stories", nargs="*", choices=STORIES, default=list(STORIES))
    parser.add_argument("--background", type=int, default=BACKGROUND)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--within", type=parse_duration, default=HOUR, help="how long the 60 complaints take")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    log.set_up(level="WARNING")
    labelled, model = are_labelled(), asked.readings == "model"
    if not asked.json:
        print(f"texts: {'UMSAB, English' if labelled else 'made'}; readings: {asked.readings}; seed {asked.seed}")
    numbers = {"number": asked.background, "days": asked.days, "within": asked.within}
    for outcome in run(asked.stories, model=model, labelled=labelled, seed=asked.seed, **numbers):
        print(json.dumps(asdict(outcome)) if asked.json else _line(outcome), flush=True)


def _line(outcome: Outcome) -> str:
    over = f", over after {outcome.over_after_hours} h" if outcome.over_after_hours is not None else ""
    head = f"{outcome.story}: {len(outcome.mails)} mails for {outcome.texts} texts{over}"
    rest = [f"    at minute {mail.minutes:,.0f}: {mail.subject}" for mail in outcome.mails]
    return "\n".join([f"{head} ({outcome.looks:,} looks, {outcome.seconds} s)", *rest])


if __name__ == "__main__":
    main()
