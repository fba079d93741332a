"""Figures of a report computed a second time, in plain SQL on the stored rows: without the report's code and counts.

The SQL is written for SQLite, where times are texts that sort as they should.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import IncidentState, Stage
from monitor.models import AlertState, Case, CaseState, Mention, Praise, ReadState
from monitor.models.case import CaseEvent
from monitor.reports.figures import Figures, Unit
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
    make_theme,
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
SPOKEN = """
    FROM mention m JOIN mention_brand b ON b.mention_id = m.id AND b.relevance >= 0.5 JOIN assessment a ON
    a.mention_id = m.id AND a.is_current AND a.label = 'negative' WHERE m.kind <> 'article' AND m.deleted_at IS NULL
    AND m.repost_of_id IS NULL AND m.repost_ref IS NULL
"""
WEEK = "m.published_at >= :start AND m.published_at < :end"
DONE = "SELECT COUNT(*) FROM case_event e WHERE e.case_id = c.id AND e.at < :now AND e.action ="
QUESTIONS |= {
    "response_rate": (
        "SELECT AVG(COALESCE(c.answered_at < :now, 0)) FROM mention m JOIN assessment a ON a.mention_id = m.id AND "
        f"a.is_current LEFT JOIN 'case' c ON c.mention_id = m.id AND c.opened_at < :now WHERE {WEEK} AND (a.label = "
        "'negative' OR c.id IS NOT NULL) AND NOT COALESCE(c.state = 'dismissed' AND c.answered_at IS NULL, 0)"
    ),
    "solved_in_time": (
        f"SELECT AVG(COALESCE(c.solved_at <= c.solve_due_at AND c.solved_at < :now, 0)) {CASES} AND (c.solved_at < "
        ":now OR c.solve_due_at <= :now) AND NOT (c.state = 'dismissed' AND c.solved_at IS NULL)"
    ),
    "first_contact": (
        f"SELECT AVG(({DONE} 'reopened') = 0 AND ({DONE} 'answered') <= 1) {CASES} AND c.state <> 'dismissed' AND "
        f"(c.solved_at < :now OR ({DONE} 'reopened') > 0)"
    ),
    "escalations": "SELECT COUNT(*) FROM 'case' WHERE escalated_at >= :start AND escalated_at < :end",
    "unanswered": (
        f"SELECT COUNT(*) {SPOKEN} AND {WEEK} AND julianday(m.published_at) + 1 / 24.0 <= julianday(:now) AND NOT "
        "EXISTS (SELECT 1 FROM 'case' c WHERE c.mention_id = m.id)"
    ),
    "complained_twice": (
        f"SELECT COUNT(*) FROM (SELECT SUM({WEEK}) AS now, COUNT(*) AS ever {SPOKEN} AND m.published_at < :end AND "
        "julianday(m.published_at) >= julianday(:start) - 90 GROUP BY m.author_id) WHERE now BETWEEN 1 AND 20 AND "
        "ever >= 2"
    ),
    "first_time_let_down": f"SELECT COUNT(*) {SPOKEN} AND {WEEK} AND m.first_purchase",
    "follow_ups_due": (
        "SELECT COUNT(*) FROM 'case' c LEFT JOIN case_event e ON e.case_id = c.id AND e.action = 'followed up' WHERE "
        "julianday(COALESCE(c.follow_up_at, CASE WHEN e.id THEN DATETIME(c.solved_at, '+3 days') END)) >= "
        "julianday(:start) AND julianday(COALESCE(c.follow_up_at, CASE WHEN e.id THEN DATETIME(c.solved_at, '+3 days') "
        "END)) < julianday(:end)"
    ),
    "follow_ups_done": ("SELECT COUNT(*) FROM case_event WHERE action = 'followed up' AND at >= :start AND at < :end"),
    "follow_ups_overdue": (
        "SELECT COUNT(*) FROM 'case' c LEFT JOIN case_event e ON e.case_id = c.id AND e.action = 'followed up' WHERE "
        "c.follow_up_at < :end OR (e.at >= :end AND julianday(c.solved_at) + 3 < julianday(:end))"
    ),
    "reach": f"SELECT SUM(most) FROM (SELECT MAX(m.author_followers) AS most {HEARD} GROUP BY m.author_id)",
    "negative_reach": (
        f"SELECT SUM(most) FROM (SELECT MAX(m.author_followers) AS most {HEARD} AND a.label = 'negative' GROUP BY "
        "m.author_id)"
    ),
}
STAGE = (
    f"SELECT SUM(a.{{feeling}}) {HEARD} AND EXISTS (SELECT 1 FROM assessment_theme l JOIN theme t ON t.id = l.theme_id "
    "WHERE l.assessment_id = a.id AND t.stage = '{stage}')"
)
PRAISED = (
    "SELECT COUNT(*) FROM praise p JOIN mention m ON m.id = p.mention_id JOIN assessment a ON a.mention_id = m.id AND "
    f"a.is_current WHERE p.person = '{{person}}' AND a.label = 'positive' AND {WEEK}"
)
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
        mention.author_followers = n * 37 % 4_000 if n % 5 else None
        mention.first_purchase = [None, True, False][n % 3]
        if n % 3 == 0:
            heard.session.add(
                Praise(mention_id=mention.id, brand_id=heard.brand.id, person=["Sana", "Omar"][n % 2], found_at=at)
            )
        if n % 4 == 0:
            _case(heard.session, mention, at, chance)
    for mention in heard.session.exec(select(Mention).where(col(Mention.id) % 7 == 0)):
        mention.read_state = ReadState.WAITING
    for n in range(9):
        _incident(heard, MONDAY - timedelta(days=5) + timedelta(hours=chance.randrange(280), minutes=n), chance)
    for theme, stage in zip(THEMES, (Stage.RECEIVE, Stage.RETURN, Stage.RECEIVE), strict=True):
        make_theme(heard.session, theme).stage = stage
    _duties(heard.session, random.Random(SEED))
    heard.session.flush()
    return heard.session, heard.report()


def _duties(session: Session, chance: random.Random) -> None:
    """Answers as the history tells them, managers who were told, follow-ups that wait and that are done."""
    for case in session.exec(select(Case).order_by(col(Case.id))).all():
        number = case.id or 0
        for _ in range(chance.randrange(1, 3) if case.answered_at else 0):
            session.add(CaseEvent(case_id=number, at=case.answered_at, actor="Sana", action="answered"))
        if chance.random() < 0.2:
            case.escalated_at = case.opened_at + timedelta(hours=chance.randrange(60))
        if case.solved_at and chance.random() < 0.5:
            case.follow_up_at = case.solved_at + timedelta(days=3)
        elif case.solved_at and case.solved_at < DUE - timedelta(days=5):
            moment = case.solved_at + timedelta(hours=chance.randrange(60, 110))
            session.add(CaseEvent(case_id=number, at=moment, actor="Omar", action="followed up"))


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
        moment = min(opened + timedelta(hours=chance.randrange(70)), DUE - timedelta(minutes=1))
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
    figure = figures.figure(name)
    exactly = 0.06 if figure.unit is Unit.MINUTES else 0.001  # minutes are kept with one decimal
    assert figure.value == pytest.approx(asked(session, QUESTIONS[name], MONDAY, NEXT_MONDAY), abs=exactly)


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


@pytest.mark.parametrize("stage", ["receive", "return"])
def test_a_stage_of_the_journey_is_what_plain_sql_says(told: tuple[Session, Figures], stage: str) -> None:
    session, figures = told
    values = {one.name: one.value for group in figures.stages if group.key == stage for one in group.figures}
    for name, feeling in (("stage_complaints", "negative"), ("stage_compliments", "positive")):
        question = STAGE.format(feeling=feeling, stage=stage)
        assert values[name] == pytest.approx(asked(session, question, MONDAY, NEXT_MONDAY), abs=0.001)


def test_praise_by_name_is_what_plain_sql_says(told: tuple[Session, Figures]) -> None:
    session, figures = told
    assert len(figures.praised) == 2
    for one in figures.praised:
        question = PRAISED.format(person=one.person)
        assert one.figure.value == asked(session, question, MONDAY, NEXT_MONDAY)
        assert one.figure.last == asked(session, question, MONDAY - timedelta(weeks=1), MONDAY)


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
