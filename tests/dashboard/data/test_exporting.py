"""What a page gives to take away: what it shows, in its form, with the role for it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlmodel import select

from dashboard.data import exporting
from dashboard.data.alerts import Asked as AskedAlerts
from dashboard.data.alerts import Show as Shown
from dashboard.data.asked import Asked, Sort, WithCase
from dashboard.data.brands import BrandRow, brands
from dashboard.data.exporting import Wisher, made, of_alerts, of_cases, of_mentions
from dashboard.data.queues import NOBODY, Filters, Show
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.exports import Form
from monitor.facts import Person, Role, Severity, Way
from monitor.jobs.answer.exporting import Shape
from monitor.models import AlertState, AuditEntry, Brand, CaseState
from tests.factories import (
    database_session,
    make_alert,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

NOW = utcnow()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def shop(empty: str) -> str:
    """Four complaints: overdue, Sana's, solved and to be asked again, and one without a case; and some alerts."""
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand, "shop")
        texts = [make_mention(session, brand, source, f"text {i}", at=NOW - i * MINUTE) for i in range(4)]
        make_case(session, texts[0], at=NOW - 3 * HOUR)
        make_case(session, texts[1], at=NOW - 2 * HOUR, owner="Sana", state=CaseState.OWNED, severity=Severity.HIGH)
        make_case(session, texts[2], at=NOW - HOUR, owner="Sana", state=CaseState.SOLVED, follow_up_at=NOW - HOUR)
        incident = make_incident(session, brand, at=NOW - HOUR)
        make_alert(session, make_change(session, incident, at=NOW - HOUR))
        make_alert(session, make_change(session, incident, at=NOW - timedelta(days=9)), "mail", AlertState.PENDING)
        other = make_brand(session, "lily", "Lily")
        make_alert(session, make_change(session, make_incident(session, other, at=NOW), at=NOW))
        session.commit()
    return empty


def rows(wish: Wisher, role: Role = Role.AGENT, **shape: object) -> list[dict[str, str]]:
    file = made(wish, Shape(**shape), Person("Sana", role, Way.DASHBOARD))  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def _shop() -> BrandRow:
    return next(brand for brand in brands() if brand.slug == "rosecart")


def texts(wish: Wisher) -> list[str]:
    return [row["text"][-1] for row in rows(wish)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), "0123"),
        (Asked(sort=Sort.NEGATIVE), "0123"),
        (Asked('"text 2"'), "2"),
        (Asked(case=WithCase.NO), "3"),
        (Asked(source="shop"), "0123"),
        (Asked(source="unknown"), ""),
    ],
)
def test_the_results_of_a_search_are_given(shop: str, asked: Asked, found: str):
    assert texts(of_mentions(_shop(), asked)) == list(found)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(1), "10"),
        (Filters(1, Show.MINE, "Sana"), "1"),
        (Filters(1, Show.MINE), ""),
        (Filters(1, Show.FOLLOW_UP), "2"),
        (Filters(1, Show.CLOSED), "2"),
        (Filters(1, owner=NOBODY), "0"),
        (Filters(1, owner="Sana"), "1"),
        (Filters(1, severity=Severity.HIGH), "1"),
        (Filters(1, overdue=True), "10"),
        (Filters(1, words='"text 1"'), "1"),
        (Filters(1, language="ur"), ""),
    ],
)
def test_the_cases_of_a_list_are_given(shop: str, filters: Filters, found: str):
    assert sorted(texts(of_cases(filters))) == sorted(found)


@pytest.mark.parametrize(
    ("asked", "channels"),
    [
        (AskedAlerts(brand_id=1), ["slack-support"]),
        (AskedAlerts(), ["slack-support", "slack-support"]),
        (AskedAlerts(Shown.WAITING, 1), ["mail"]),  # however long it has waited
        (AskedAlerts(Shown.DEAD, 1), []),
        (AskedAlerts(brand_id=1, channel="mail"), []),
    ],
)
def test_the_alerts_of_a_list_are_given(shop: str, asked: AskedAlerts, channels: list[str]):
    assert [row["channel"] for row in rows(of_alerts(asked, NOW))] == channels


def test_so_many_are_given_as_the_page_says(shop: str):
    assert len(rows(of_mentions(_shop(), Asked()), most=2)) == 2
    assert exporting.MOST > 10_000


def test_a_viewer_gets_nothing_and_the_log_tells(shop: str):
    with pytest.raises(AnswerRefused, match="takes the role agent"):
        rows(of_mentions(_shop(), Asked()), Role.VIEWER)
    with pytest.raises(AnswerRefused, match="takes the role lead"):
        rows(of_mentions(_shop(), Asked()), names=True)
    with database_session(shop) as session:
        deeds = [(row.deed, row.outcome) for row in session.exec(select(AuditEntry))]
    assert deeds == [("export", "refused"), ("see names of authors", "refused")]


def test_each_form_can_be_had(shop: str):
    for form, begins in ((Form.XLSX, b"PK"), (Form.PARQUET, b"PAR1"), (Form.JSONL, b"{")):
        file = made(of_cases(Filters(1)), Shape(form), Person("Sana", Role.AGENT, Way.DASHBOARD))
        assert file.startswith(begins)
