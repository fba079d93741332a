"""Prepared databases with work for each job, and how that job does it: first at once, later again until all is over."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import Session, select

from monitor.alerting.stored import to_dict
from monitor.config import Settings, load_settings
from monitor.doors import folder as watched
from monitor.errors import AnswerRefused
from monitor.facts import ChangeKind, Collected, MentionKind, Sentiment
from monitor.jobs import alert, analyse, answer, detect, prune, receive, report
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Case, CaseState, IncidentChange, Mention, Source
from monitor.store import authors, mentions, retention, sources
from monitor.store.corrections import Seen
from monitor.store.database import file_of, open_database, session_of
from monitor.supervisor import Stop, Supervisor
from tests.alerting import samples
from tests.factories import (
    NOON,
    make_alert,
    make_author,
    make_case,
    make_change,
    make_coverage,
    make_incident,
    make_mention,
    make_run,
    person,
)
from tests.fakes import FakeAssessor

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
REPORT_DUE = datetime(2026, 3, 9, 8, tzinfo=UTC)
SLACK = "EMBERWATCH_TEST_SLACK"


@dataclass(frozen=True)
class Scene:
    """What is there before, how a job is run some minutes later, and when it is run again to its end."""

    prepare: Callable[[Path], None]
    run: Callable[[Path, int], None]
    later: tuple[int, ...] = (0,)  # minutes; past the lease of what is read (2) and of what is sent (5)


def write_config(folder: Path, *, site: str, slack: str, mail: int, database: str = "") -> None:
    """The config of all scenes, in a folder of its own; the database is beside it unless another one is named."""
    config: dict[str, Any] = {
        "database": {"url": database or f"sqlite:///{folder}/emberwatch.db"},
        "brands": [{"id": "karak", "name": "Karak House"}, {"id": "rose", "name": "Rose Cart"}],
        "sources": [
            {"id": "feed", "type": "feed", "brands": ["karak", "rose"], "params": {"url": f"{site}/feed"}},
            {"id": "reviews", "type": "schemaorg", "brands": ["karak"], "params": {"urls": [f"{site}/reviews"]}},
        ],
        "doors": [
            {"id": "drop", "type": "folder", "brands": ["karak"], "path": str(folder / "drop"), "settle": "0s"},
        ],
        "channels": [
            {"id": "team", "type": "slack", "url": {"env": SLACK}, "timeout": "5s"},
            {
                "id": "mail",
                "type": "email",
                "host": "127.0.0.1",
                "port": mail,
                "security": "none",
                "sender": "alerts@shop.example",
                "recipients": ["amna@shop.example"],
                "timeout": "5s",
            },
        ],
        "analysis": {"batch_size": 2},
        "crawling": {"contact": "bot@shop.example", "allow_private": ["127.0.0.1"], "delay_seconds": 0},
        "report": {"folder": str(folder / "reports"), "channels": ["mail"]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "slack.txt").write_text(slack)


def settings_of(folder: Path) -> Settings:
    os.environ[SLACK] = (folder / "slack.txt").read_text()
    return load_settings(folder / "config.yaml")


@contextmanager
def _session(folder: Path) -> Iterator[tuple[Session, Settings]]:
    settings = settings_of(folder)
    engine = open_database(settings.database.url)
    with session_of(engine) as session:
        yield session, settings
    engine.dispose()


def _prepared(fill: Callable[[Session, Settings], None]) -> Callable[[Path], None]:
    """Make the database of a scene: the config's rows, the key of the installation, and what `fill` adds."""

    def prepare(folder: Path) -> None:
        with _session(folder) as (session, settings):
            sources.sync(session, settings)
            authors.installation_key(session)
            fill(session, settings)
            session.commit()
            if file_of(settings.database.url):
                session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    return prepare


def _job(run: Callable[[Context], Any], at: datetime = NOON) -> Callable[[Path, int], None]:
    def again(folder: Path, minutes: int) -> None:
        with _session(folder) as (session, settings):
            run(Context(settings, session, at + minutes * MINUTE, folder / "config.yaml"))
            session.commit()

    return again


def _brand(session: Session, slug: str) -> Brand:
    return session.exec(select(Brand).where(Brand.slug == slug)).one()


def _source(session: Session, slug: str) -> Source:
    return session.exec(select(Source).where(Source.slug == slug)).one()


def collect(session: Session, *texts: str, at: datetime = NOON, first: int = 1, slug: str = "feed") -> None:
    found = [
        Collected(
            kind=MentionKind.POST,
            host="news.example",
            external_id=str(number),
            url=f"https://news.example/{number}",
            text=text,
            published_at=at - 10 * MINUTE,
            author_name=f"Amna {number % 3}",
        )
        for number, text in enumerate(texts, start=first)
    ]
    key = authors.installation_key(session)
    mentions.save_many(session, [(one, True) for one in found], source=_source(session, slug), now=at, author_key=key)


STORY = "Karak House: the delivery was terrible, the tea spilled over everything and nobody answered the telephone"


def _to_read(session: Session, settings: Settings) -> None:
    """Texts that wait: a story told twice, one of two brands, one of none, and one that was edited after reading."""
    collect(session, "Karak House is lovely", STORY)
    session.commit()
    analyse.run(Context(settings, session, NOON - HOUR), FakeAssessor())
    collect(session, "Karak House is terrible now", STORY)  # the first of these is an edit
    collect(session, STORY + "!", "Rose Cart or Karak House?", "Weather today", "Rose Cart: lovely", first=3)


def _history(session: Session, slug: str) -> None:
    """Two quiet weeks: two texts a day, one in six a complaint."""
    brand, source = _brand(session, slug), _source(session, "feed")
    for number in range(28):
        at = NOON - 14 * DAY + number * 12 * HOUR
        make_mention(session, brand, source, f"{slug} {number}", at=at, negative=0.8 if number % 6 == 0 else 0.05)


def _to_detect(session: Session, _settings: Settings) -> None:
    """A burst that opens an incident, and an incident of another brand that is over."""
    make_coverage(session, _source(session, "feed"), NOON - 15 * DAY, NOON + DAY)
    _history(session, "karak")
    for number in range(12):
        at = NOON - (12 - number) * MINUTE
        make_mention(session, _brand(session, "karak"), _source(session, "feed"), f"complaint {number}", at=at)
    calm = make_mention(session, _brand(session, "rose"), _source(session, "feed"), at=NOON - 9 * HOUR)
    make_incident(session, _brand(session, "rose"), [calm], at=NOON - 8 * HOUR)


def _to_tell(session: Session, _settings: Settings) -> None:
    """Two changes to be routed, and an alert of a channel that left the config."""
    brand, source = _brand(session, "karak"), _source(session, "feed")
    told = [make_mention(session, brand, source, f"Where is refund number {number}?") for number in range(3)]
    incident = make_incident(session, brand, told)
    change = make_change(session, incident, ChangeKind.WORSENED, sentence="41 negative in 50 min, usually 0.6.")
    make_alert(session, change, "gone", AlertState.PENDING, next_try_at=NOON, message={})


def _to_send_together(session: Session, _settings: Settings) -> None:
    """Messages of one brand that go out as one, one that goes alone, and some that were begun and left."""
    brand = _brand(session, "rose")
    for number in range(4):
        change = make_change(session, make_incident(session, brand, at=NOON - HOUR))
        told = samples.message(key=f"{change.id}:mail", thread=f"incident:{change.incident_id}")
        values = {"next_try_at": NOON, "due_at": NOON, "together": "rose" if number else "", "message": to_dict(told)}
        make_alert(session, change, "mail", AlertState.PENDING, **values)
        begun = values | {"leased_until": NOON, "attempts": 1}
        make_alert(session, change, "team", AlertState.SENDING, **begun)
    team = session.exec(select(Alert).where(Alert.channel == "team")).all()
    for begun_with in team[2:]:
        begun_with.bundle_id = team[1].id
    session.execute(sa.update(IncidentChange).values(routed_at=NOON))


def _to_answer(session: Session, _settings: Settings) -> None:
    """Two incidents without a case: one whose complaint has a case already, one whose has not."""
    brand, source = _brand(session, "karak"), _source(session, "feed")
    for number in range(2):
        complaints = [make_mention(session, brand, source, f"Still no answer {number} {i}") for i in range(2)]
        make_incident(session, brand, complaints, at=NOON - number * HOUR, sentence=f"incident {number}")
        if number:
            make_case(session, complaints[0])


def _owned(session: Session, _settings: Settings) -> None:
    mention = make_mention(session, _brand(session, "karak"), _source(session, "feed"))
    make_case(session, mention)


def _people(context: Context) -> None:
    """A person takes a case, answers and solves it, and corrects how its text was read.

    What is done already is refused, as on a second click.
    """
    case_id = context.session.exec(select(Case.id)).one() or 0
    with suppress(AnswerRefused):
        answer.take(context.session, case_id, person("Amna"), context.now, seen=CaseState.NEW)
    with suppress(AnswerRefused):
        answer.answer(
            context.session, case_id, person("Amna"), context.now, "Here is your refund.", seen=CaseState.OWNED
        )
    with suppress(AnswerRefused):
        answer.solve(context.session, case_id, person("Amna"), context.now, "Refunded.", seen=CaseState.ANSWERED)
    mention = context.session.exec(select(Mention)).one()
    shown = Seen(1, mention.text_hash)
    with suppress(AnswerRefused):
        answer.correct(context.session, mention.id or 0, Sentiment.NEUTRAL, person("Amna"), context.now, seen=shown)


def _to_report(session: Session, _settings: Settings) -> None:
    """A week with texts for two brands."""
    for slug in ("feed", "reviews"):
        source = _source(session, slug)
        source.health = sources.SourceHealth.HEALTHY
        make_coverage(session, source, NOON - 30 * DAY, REPORT_DUE)
    for number in range(6):
        slug = ("karak", "rose")[number % 2]
        make_mention(
            session, _brand(session, slug), _source(session, "feed"), f"{slug} {number}", at=NOON + number * DAY / 2
        )


def _to_prune(session: Session, _settings: Settings) -> None:
    """Fine counts, runs and names past their time, and some that are not."""
    brand, source = _brand(session, "karak"), _source(session, "feed")
    for number in range(3):
        make_mention(session, brand, source, at=NOON - (number * 2 + 1) * DAY)
        make_run(session, job="detect", at=NOON - (60 + number) * DAY)
        make_author(session, f"Amna {number}", at=NOON - 400 * DAY)


def _prune(context: Context) -> None:
    retention.BATCH = 2
    prune.run(context)


def _nothing(_session: Session, _settings: Settings) -> None:
    """A crawl begins with an empty database."""


def _crawl(slug: str) -> Callable[[Path, int], None]:
    def again(folder: Path, _minutes: int) -> None:
        from crawlers import pipelines
        from crawlers.command import main

        settings_of(folder)
        pipelines.BATCH = 2
        code = main(["--source", slug, "--config", str(folder / "config.yaml")])
        assert code == 0, f"the crawl ended with {code}"

    return again


def _to_live(session: Session, _settings: Settings) -> None:
    """Two quiet weeks, and complaints that wait to be read."""
    make_coverage(session, _source(session, "feed"), NOON - 15 * DAY, NOON + DAY)
    _history(session, "karak")
    texts = [f"Karak House was terrible on {number} occasions, order {number} never came" for number in range(12)]
    collect(session, *texts)


def _live(folder: Path, minutes: int) -> None:
    """What the supervisor does: every job in its turn, each with its Run."""
    settings, now = settings_of(folder), NOON + (minutes + 1) * MINUTE
    engine = open_database(settings.database.url)
    supervisor = Supervisor(settings, engine, folder / "config.yaml", Stop())
    for name, job in {"analyse": _analyse, "detect": detect.run, "alert": alert.run, "answer": answer.run}.items():
        assert supervisor.run_job(name, job, now) is None, f"{name} failed"
    engine.dispose()


def _to_receive(_session: Session, settings: Settings) -> None:
    """A file for the watched folder, and one that is refused."""
    drop = settings.door("drop").path
    drop.mkdir()
    rows = "".join(f"{number},Cold tea {number},2,{number:02}/01/2026\n" for number in range(1, 6))
    (drop / "march.csv").write_text(f"Review ID,Review,Stars,Date\n{rows}", encoding="utf-8")
    (drop / "bad.csv").write_text("Review,Date\nCold,yesterday\n", encoding="utf-8")


def _receive(context: Context) -> None:
    """Batches of two texts, after the file has settled whatever the clock of the file system says."""
    watched.BATCH = 2
    receive.run(context)
    left = sorted(path.name for path in context.settings.door("drop").path.iterdir())
    assert left == ["done", "refused"], left


def _analyse(context: Context) -> Any:
    return analyse.run(context, FakeAssessor())


SCENES = {
    "crawl a feed": Scene(_prepared(_nothing), _crawl("feed"), (0, 0)),
    "crawl reviews": Scene(_prepared(_nothing), _crawl("reviews")),
    "receive": Scene(_prepared(_to_receive), _job(_receive, LONG_AFTER), (2,)),
    "analyse": Scene(_prepared(_to_read), _job(_analyse), (0, 3)),
    "detect": Scene(_prepared(_to_detect), _job(detect.run)),
    "alert": Scene(_prepared(_to_tell), _job(alert.run), (0, 7)),
    "outbox": Scene(_prepared(_to_send_together), _job(alert.run), (0, 7)),
    "answer": Scene(_prepared(_to_answer), _job(answer.run)),
    "people": Scene(_prepared(_owned), _job(_people)),
    "report": Scene(_prepared(_to_report), _job(report.run, REPORT_DUE)),
    "prune": Scene(_prepared(_to_prune), _job(_prune)),
    "supervisor": Scene(_prepared(_to_live), _live, (0, 3, 10)),
}
