"""The main job, end to end: the demo's shop crawled over HTTP, read, watched, told of, and reported.

Everything is real: the site, the spiders in their processes, the model, the database file, the mail server. The
complaint spreads twenty times as fast as in the demo.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from demo.mailbox import Mailbox
from demo.phrases import LANGUAGES
from demo.posts import Place
from demo.scenario import Scenario, write
from demo.site import Site
from demo.story import free_port
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.facts import ChangeKind, Severity
from monitor.jobs import alert, analyse, answer, crawl, detect
from monitor.jobs.context import Context
from monitor.jobs.report import make_report
from monitor.models import (
    Alert,
    AlertState,
    Case,
    Incident,
    IncidentChange,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    Run,
    RunOutcome,
    Source,
    SourceHealth,
)
from monitor.reports import render
from monitor.store import sources
from monitor.store.database import open_database, session_of, upgrade

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parents[2] / "config.yaml"
SPEED = 20
PATIENCE = timedelta(minutes=3)
"""The promise: who should know does so within three minutes of the first complaint."""


@dataclass
class Journey:
    """One run of the whole scenario, and what stood in the database at its turning points."""

    settings: Settings
    config: Path
    engine: sa.Engine
    site: Site
    mailbox: Mailbox
    clock: list[datetime] = field(default_factory=list)  # the moment at which the site stands still, if it does
    quiet_mentions: int = 0
    quiet_incidents: int = 0
    quiet_mails: int = 0
    before_second_run: tuple[int, ...] = ()
    after_second_run: tuple[int, ...] = ()

    @property
    def scenario(self) -> Scenario:
        return self.site.scenario

    def live(self) -> None:
        """Two quiet weeks, then the complaint until it has spread, then the same site once more."""
        self.round()
        self.quiet_mentions, self.quiet_incidents = self.count(Mention), self.count(Incident)
        self.quiet_mails = len(self.mailbox.files())
        begin = (utcnow() + timedelta(seconds=1) - self.scenario.start) * SPEED
        self.site.scenario = write(7, self.scenario.start, complaint_after=begin, speed=SPEED)
        over = self.scenario.complaint_at + timedelta(minutes=5) / SPEED
        while utcnow() < over:
            self.round()
        self.clock.append(utcnow())
        self.round()
        self.before_second_run = self.sizes()
        self.round()
        self.after_second_run = self.sizes()

    def round(self) -> None:
        """Every job once, in order."""
        for job in (crawl, analyse, detect, alert, answer):
            with session_of(self.engine) as session:
                job.run(Context(self.settings, session, utcnow(), self.config))
                session.commit()

    def count(self, table: type[SQLModel]) -> int:
        with session_of(self.engine) as session:
            return session.exec(select(sa.func.count()).select_from(table)).one()

    def sizes(self) -> tuple[int, ...]:
        return tuple(self.count(table) for table in (Mention, MentionBrand, Incident, IncidentChange, Alert, Case))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with session_of(self.engine) as session:
            yield session


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("journey")
    config = folder / "config.yaml"
    hurried = CONFIG.read_text(encoding="utf-8").replace("every: 15s", "every: 1s").replace("every: 30s", "every: 1s")
    config.write_text(hurried, encoding="utf-8")
    clock: list[datetime] = []
    site = Site(write(7, utcnow(), complaint_after=timedelta(days=1)), lambda: clock[0] if clock else utcnow())
    mailbox = Mailbox(folder / "mail", free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBERWATCH_DEMO_PORT", str(site.port))
        patch.setenv("EMBERWATCH_DEMO_MAIL_PORT", str(mailbox.port))
        patch.setenv("EMBERWATCH_DATABASE__URL", f"sqlite:///{folder / 'emberwatch.db'}")
        settings = load_settings(config)
        engine = open_database(settings.database.url)
        upgrade(engine)
        with session_of(engine) as session:
            sources.sync(session, settings)
            session.commit()
        site.start()
        mailbox.start()
        try:
            journey = Journey(settings, config, engine, site, mailbox, clock)
            journey.live()
            yield journey
        finally:
            mailbox.stop()
            site.stop()
            engine.dispose()


@pytest.fixture
def session(journey: Journey) -> Iterator[Session]:
    with journey.session() as session:
        yield session


@pytest.fixture
def told(session: Session) -> list[tuple[Alert, IncidentChange]]:
    """What was sent, with the change it tells of."""
    sent = select(Alert, IncidentChange).join(IncidentChange).where(Alert.state == AlertState.SENT)
    return [(alert, change) for alert, change in session.exec(sent).all()]


def evidence(session: Session) -> list[Mention]:
    return list(session.exec(select(Mention).join(IncidentMention)).all())


def test_the_quiet_weeks_are_read_and_nobody_is_alarmed(journey: Journey) -> None:
    history = journey.scenario.until(journey.scenario.start)
    assert journey.quiet_mentions >= len(history)
    assert (journey.quiet_incidents, journey.quiet_mails) == (0, 0)


def test_every_post_of_the_site_is_one_mention(journey: Journey, session: Session) -> None:
    there = sorted(post.text for post in journey.scenario.until(journey.clock[0]))
    stored = [mention.text for mention in session.exec(select(Mention)).all()]
    assert len(stored) == len(there)
    assert all(any(text.endswith(said) for text in stored) for said in there)


def test_all_sources_are_healthy(session: Session) -> None:
    assert {source.slug: source.health for source in session.exec(select(Source)).all()} == dict.fromkeys(
        ("reviews", "blog", "neighbours", "news"), SourceHealth.HEALTHY
    )
    assert session.exec(select(Run).where(Run.outcome != RunOutcome.OK)).all() == []


def test_there_is_one_incident_and_it_is_urgent(session: Session) -> None:
    (incident,) = session.exec(select(Incident)).all()
    assert incident.severity.rank >= Severity.HIGH.rank


def test_each_channel_is_told_once_that_it_opened(told: list[tuple[Alert, IncidentChange]]) -> None:
    opened = [sent.channel for sent, change in told if change.kind is ChangeKind.OPENED]
    assert sorted(opened) == ["console", "mail"]


def test_the_alert_comes_within_three_minutes_of_the_first_complaint(
    journey: Journey, told: list[tuple[Alert, IncidentChange]]
) -> None:
    delays = [sent.sent_at - journey.scenario.complaint_at for sent, _ in told if sent.sent_at]
    assert timedelta() < min(delays) < PATIENCE


def test_the_mail_says_what_happened_and_shows_who_says_so(journey: Journey) -> None:
    mail = journey.mailbox.mails()[0]
    text = body_of(mail)
    assert "Mirchado" in str(mail["Subject"])
    assert "negative mentions" in text
    assert f"http://127.0.0.1:{journey.site.port}/" in text


def body_of(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def test_no_mail_comes_twice(journey: Journey) -> None:
    ids = [mail["Message-ID"] for mail in journey.mailbox.mails()]
    assert len(set(ids)) == len(ids)


def test_the_evidence_is_in_every_language_of_the_complaint(journey: Journey, session: Session) -> None:
    written = {post.text: post.language for post in journey.scenario.posts if post.mood == "crisis"}
    found = {
        language for mention in evidence(session) for text, language in written.items() if mention.text.endswith(text)
    }
    assert found == set(LANGUAGES)


def test_most_of_the_evidence_belongs_to_the_complaint(journey: Journey, session: Session) -> None:
    said = [post.text for post in journey.scenario.posts if post.mood == "crisis"]
    belongs = [any(mention.text.endswith(text) for text in said) for mention in evidence(session)]
    assert len(belongs) > 30
    assert sum(belongs) / len(belongs) > 0.9


def test_the_film_and_the_thread_are_kept(journey: Journey, session: Session) -> None:
    (film,) = session.exec(select(Media)).all()
    assert film.url == f"{journey.site.url}/media/kettle.webm"
    posts = [post for post in journey.scenario.posts if post.place is Place.FORUM]
    answers = {post.text for post in posts if post.parent and not post.quotes_parent}
    assert answers
    assert answers <= set(session.exec(select(Mention.text).where(col(Mention.parent_id).is_not(None))))


def test_someone_can_own_it(session: Session) -> None:
    (incident,) = session.exec(select(Incident)).all()
    case = session.exec(select(Case).where(Case.incident_id == incident.id)).first()
    assert case is not None
    assert case.answer_due_at is not None


def test_what_is_not_about_the_shop_does_not_count(journey: Journey, session: Session) -> None:
    elsewhere = [post.text for post in journey.scenario.until(journey.clock[0]) if post.mood == "elsewhere"]
    links = select(Mention.text, MentionBrand.relevance).join(MentionBrand)
    relevance = dict(session.exec(links).all())
    assert elsewhere
    assert {relevance[text] for text in elsewhere} == {0.0}


def test_the_same_site_once_more_adds_nothing(journey: Journey) -> None:
    assert journey.after_second_run == journey.before_second_run


def test_the_report_of_the_week_tells_of_it(journey: Journey, session: Session, tmp_path: Path) -> None:
    figures = make_report(session, journey.settings, "mirchado", "current", utcnow())
    page = tmp_path / "report.html"
    page.write_text(render.html(figures), encoding="utf-8")
    assert "Mirchado" in page.read_text(encoding="utf-8")
    assert len(figures.incidents) == 1
