"""Figures of a report computed a second time, in plain SQL on the stored rows: without the report's code and counts.

The SQL is written for SQLite, where times are texts that sort as they should.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import IncidentState
from monitor.models import AlertState, CaseState, Mention, ReadState
from monitor.models.case import CaseEvent
from monitor.reports.figures import Figures
from tests.factories import (
    database_session,
    make_alert,
    make_author,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
    new_database,
)
from tests.reports.conftest import DUE, MONDAY, NEXT_MONDAY, Watched, settings_of

SEED = 46
THEMES = ("delivery", "refund", "staff")
HEARD = """
    FROM mention_brand b JOIN mention m ON m.id = b.mention_id JOIN assessment a ON a.mention_id = m.id AND a.is_current
    WHERE b.published_at >= :start AND b.published_at < :end AND b.relevance >= 0.5
"""
MIDDLE = """
    WITH took AS ({took}), numbered AS (SELECT took, ROW_NUMBER() OVER (ORDER BY took) n, COUNT(*) OVER () of FROM took)
    SELECT AVG(took) FROM numbered WHERE n IN ((of + 1) / 2, (of + 2) / 2)
"""
CASES = "FROM 'case' c WHERE c.opened_at >= :start AND c.opened_at < :end"
OPENED = "FROM incident i WHERE i.opened_at >= :start AND i.opened_at < :end"

QUESTIONS = {
    "mentions": f"SELECT COUNT(*) {HEARD}",
    "negative": f"SELECT SUM(a.negative) {HEARD}",
    "negative_share": f"SELECT AVG(a.negative) {HEARD}",
    "positive_share": f"SELECT AVG(a.positive) {HEARD}",
    "rating": f"SELECT AVG(m.rating_value) {HEARD} AND m.rating_value IS NOT NULL",
    "authors": f"SELECT COUNT(DISTINCT m.author_id) {HEARD}",
    "incidents_opened": f"SELECT COUNT(*) {OPENED}",
    "incidents_dismissed": f"SELECT COUNT(*) {OPENED} AND i.state = 'dismissed'",
    "time_to_detect": MIDDLE.format(
        took=f"SELECT (julianday(i.opened_at) - julianday(i.started_at)) * 1440 AS took {OPENED}"
    ),
    "time_to_alert": MIDDLE.format(
        took="SELECT (julianday(MIN(l.sent_at)) - julianday(i.opened_at)) * 1440 AS took FROM incident i JOIN alert l "
        "ON l.incident_id = i.id AND l.state = 'sent' WHERE i.opened_at >= :start AND i.opened_at < :end GROUP BY i.id"
    ),
    "alerts_sent": "SELECT COUNT(*) FROM alert WHERE state = 'sent' AND created_at >= :start AND created_at < :end",
    "alerts_withheld": (
        "SELECT COUNT(*) FROM alert WHERE state = 'withheld' AND created_at >= :start AND created_at < :end"
    ),
    "alerts_failed": (
        "SELECT COUNT(*) FROM alert WHERE state IN ('failed', 'pending', 'sending') AND created_at >= :start AND "
        "created_at < :end"
    ),
    "cases_opened": f"SELECT COUNT(*) {CASES}",
    "answers_given": "SELECT COUNT(*) FROM 'case' WHERE answered_at >= :start AND answered_at < :end",
    "cases_solved": "SELECT COUNT(*) FROM 'case' WHERE solved_at >= :start AND solved_at < :end",
    "answered_in_time": (
        f"SELECT AVG(COALESCE(c.answered_at <= c.answer_due_at AND c.answered_at < :now, 0)) {CASES} AND "
        "(c.answered_at < :now OR c.answer_due_at <= :now) AND NOT (c.state = 'dismissed' AND c.answered_at IS NULL)"
    ),
    "first_answer": MIDDLE.format(
        took=f"SELECT (julianday(c.answered_at) - julianday(c.opened_at)) * 1440 AS took {CASES} AND c.answered_at < "
        ":now"
    ),
    "cases_reopened": (
        "SELECT COUNT(*) FROM case_event e JOIN 'case' c ON c.id = e.case_id WHERE e.action = 'reopened' AND e.at >= "
        ":start AND e.at < :end"
    ),
    "overdue": (
        "SELECT COUNT(*) FROM 'case' c WHERE c.opened_at < :end AND c.state <> 'dismissed' AND (c.solved_at IS NULL OR "
        "c.solved_at >= :end) AND ((c.answer_due_at < :end AND (c.answered_at IS NULL OR c.answered_at >= :end)) OR "
        "c.solve_due_at < :end)"
    ),
    "unread": (
        "SELECT COUNT(*) FROM mention WHERE read_state = 'waiting' AND published_at >= :start AND published_at < :end"
    ),
}
THEME = (
    "SELECT SUM(a.{feeling}) FROM mention_brand b JOIN assessment a ON a.mention_id = b.mention_id AND a.is_current "
    "JOIN assessment_theme l ON l.assessment_id = a.id JOIN theme t ON t.id = l.theme_id WHERE t.slug = '{theme}' AND "
    "b.published_at >= :start AND b.published_at < :end"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Figures]]:
    with database_session(new_database(tmp_path_factory.mktemp("recomputed"))) as session:
        brand = make_brand(session, time_zone="Asia/Kolkata")
        watched = Watched(session, brand, make_source(session, brand), settings_of())
        watched.hear(MONDAY - timedelta(weeks=9), NEXT_MONDAY + timedelta(days=1))
        yield _filled(watched)


def _filled(heard: Watched) -> tuple[Session, Figures]:
    """Three weeks of a brand by chance, with everything that the figures are made of, and their report."""
    chance = random.Random(SEED)
    blog = make_source(heard.session, heard.brand, "blog", "feed")
    authors = [make_author(heard.session, followers=chance.randrange(5_000)) for _ in range(90)]
    for n in range(420):
        at = MONDAY - timedelta(weeks=2) + timedelta(minutes=chance.randrange(3 * 7 * 24 * 60 - 400))
        mention = make_mention(
            heard.session, heard.brand, chance.choice([blog, heard.source]), f"Text {n}", at=at,
            language=chance.choice(["en", "ur", "te"]), negative=round(chance.random(), 3),
            themes=chance.sample(THEMES, chance.randrange(3)), author=chance.choice(authors),
            rating=chance.choice([None, 1, 2, 3, 4, 5]),
        )  # fmt: skip
        if n % 4 == 0:
            _case(heard.session, mention, at, chance)
    for mention in heard.session.exec(select(Mention).where(col(Mention.id) % 7 == 0)):
        mention.read_state = ReadState.WAITING
    for n in range(9):
        _incident(heard, MONDAY - timedelta(days=5) + timedelta(hours=chance.randrange(280), minutes=n), chance)
    heard.session.flush()
    return heard.session, heard.report()


def _case(session: Session, mention: object, at: datetime, chance: random.Random) -> None:
    opened = at + timedelta(minutes=chance.randrange(30))
    answered = opened + timedelta(minutes=chance.randrange(200)) if chance.random() < 0.7 else None
    solved = answered + timedelta(hours=chance.randrange(1, 60)) if answered and chance.random() < 0.6 else None
    state = CaseState.SOLVED if solved else CaseState.ANSWERED if answered else chance.choice(
        [CaseState.NEW, CaseState.OWNED, CaseState.DISMISSED]
    )  # fmt: skip
    again = chance.random() < 0.15
    case = make_case(
        session, mention, at=opened, state=state, owner=chance.choice(["", "Sana", "Omar"]), answered_at=answered,
        solved_at=solved, reopened=int(again),
    )  # fmt: skip
    if again:
        moment = opened + timedelta(hours=chance.randrange(70))
        session.add(CaseEvent(case_id=case.id or 0, at=moment, actor="Sana", action="reopened"))


def _incident(heard: Watched, at: datetime, chance: random.Random) -> None:
    state = chance.choice([IncidentState.OPEN, IncidentState.DISMISSED, IncidentState.RESOLVED])
    incident = make_incident(heard.session, heard.brand, at=at, state=state)
    incident.started_at = at - timedelta(minutes=chance.randrange(90))
    change = make_change(heard.session, incident, at=at)
    for channel, outcome in (("slack", AlertState.SENT), ("mail", chance.choice(list(AlertState)))):
        alert = make_alert(heard.session, change, channel, outcome)
        if outcome is AlertState.SENT:
            alert.sent_at = at + timedelta(seconds=chance.randrange(1, 900))


def asked(session: Session, question: str, start: datetime, end: datetime) -> float:
    moments = {"start": start, "end": end, "now": DUE}
    plain = {name: f"{at:%Y-%m-%d %H:%M:%S}.000000" for name, at in moments.items()}
    return float(session.connection().execute(sa.text(question), plain).scalar() or 0.0)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_figure_is_what_plain_sql_says(told: tuple[Session, Figures], name: str) -> None:
    session, figures = told
    assert figures.figure(name).value == pytest.approx(asked(session, QUESTIONS[name], MONDAY, NEXT_MONDAY), abs=0.06)


@pytest.mark.parametrize("name", ["mentions", "negative", "authors", "rating", "cases_opened", "cases_solved"])
def test_last_weeks_figure_is_what_plain_sql_says(told: tuple[Session, Figures], name: str) -> None:
    session, figures = told
    before = asked(session, QUESTIONS[name], MONDAY - timedelta(weeks=1), MONDAY)
    assert figures.figure(name).last == pytest.approx(before, abs=0.001)


@pytest.mark.parametrize("theme", THEMES)
def test_complaints_and_compliments_of_a_theme_are_what_plain_sql_says(
    told: tuple[Session, Figures], theme: str
) -> None:
    session, figures = told
    for rows, feeling in ((figures.complaints, "negative"), (figures.compliments, "positive")):
        question = THEME.format(feeling=feeling, theme=theme)
        value = next(row.figure.value for row in rows if row.slug == theme)
        assert value == pytest.approx(asked(session, question, MONDAY, NEXT_MONDAY), abs=0.001)


def test_languages_sources_and_days_add_up_to_plain_sql(told: tuple[Session, Figures]) -> None:
    session, figures = told
    urdu = asked(session, f"SELECT COUNT(*) {HEARD} AND a.language = 'ur'", MONDAY, NEXT_MONDAY)
    assert next(one.mentions for one in figures.languages if one.code == "ur") == urdu
    blog = "AND m.source_id = (SELECT id FROM source WHERE slug = 'blog')"
    assert next(one.mentions for one in figures.sources if one.slug == "blog") == asked(
        session, f"SELECT COUNT(*) {HEARD} {blog}", MONDAY, NEXT_MONDAY
    )
    tuesday = asked(session, f"SELECT COUNT(*) {HEARD}", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert figures.days[1].mentions == tuesday
