"""Who is suggested as an owner, from the config and from what the database knows of loads."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.jobs import answer
from monitor.models import Brand, Case, CaseState, Source
from monitor.store import owners
from monitor.store.owners import Carried
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_case, make_mention, make_source

DAY = timedelta(days=1)
PEOPLE = [
    {"name": "Sana", "languages": ["ur", "ur-Latn", "en"], "themes": ["refund"]},
    {"name": "Ravi", "languages": ["te", "en"], "most": 2},
    {"name": "Eve", "role": "viewer", "languages": ["en"]},
]


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    return brand, make_source(session, brand)


def opened(session: Session, shop: tuple[Brand, Source], language: str = "en", **values: Any) -> Case:
    mention = make_mention(session, *shop, "Where is my refund?", language=language, themes=["refund"])
    case = make_case(session, mention, **values)
    session.commit()
    return case


def suggested(session: Session, *cases: Case, people: Any = PEOPLE) -> list[list[str]]:
    found = answer.suggest(session, make_settings(people=people), [case.id or 0 for case in cases], NOON)
    return [[f"{one.name}: {one.words}" for one in found[case.id or 0]] for case in cases]


def test_people_of_the_config_are_suggested_with_the_reason(session: Session, shop: tuple[Brand, Source]):
    for _ in range(3):
        opened(session, shop, owner="Sana", state=CaseState.OWNED)
    case = opened(session, shop, language="ur-Latn")
    assert suggested(session, case) == [["Sana: reads Roman Urdu, knows refund, 3 open"]]


def test_who_only_looks_or_is_full_is_not_suggested(session: Session, shop: tuple[Brand, Source]):
    for _ in range(2):
        opened(session, shop, owner="Ravi", state=CaseState.WAITING)
    case = opened(session, shop)
    assert suggested(session, case) == [["Sana: reads English, knows refund, 0 open"]]


def test_the_owner_is_not_suggested_again(session: Session, shop: tuple[Brand, Source]):
    case = opened(session, shop, owner="Sana", state=CaseState.OWNED)
    assert suggested(session, case) == [["Ravi: reads English, 0 open"]]


def test_where_nobody_is_named_those_who_answered_lately_are_suggested(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop, owner="Bilal", state=CaseState.ANSWERED, answered_at=NOON)
    opened(session, shop, owner="Amna", state=CaseState.OWNED)
    opened(session, shop, owner="Zoya", state=CaseState.SOLVED, answered_at=NOON, at=NOON - 15 * DAY)
    case = opened(session, shop)
    assert suggested(session, case, people=[]) == [["Bilal: 1 open, answered 1 lately"]]


def test_a_page_of_cases_takes_five_queries(session: Session, shop: tuple[Brand, Source]):
    cases = [opened(session, shop) for _ in range(30)]
    numbers, settings = [case.id or 0 for case in cases], make_settings(people=PEOPLE)
    asked: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *of: asked.append(of[2]))
    assert len(answer.suggest(session, settings, numbers, NOON)) == 30
    assert len(asked) == 5


def test_a_case_that_is_not_there_has_no_suggestion(session: Session):
    assert answer.suggest(session, make_settings(people=PEOPLE), [99], NOON) == {}


def test_loads_count_open_cases_of_those_who_are_asked_for(session: Session, shop: tuple[Brand, Source]):
    for state in CaseState:
        opened(session, shop, owner="" if state is CaseState.NEW else "Sana", state=state)
    opened(session, shop, owner="Ravi", state=CaseState.OWNED)
    assert owners.loads(session) == {"Sana": 3, "Ravi": 1}
    assert owners.loads(session, ["Ravi", "Nobody"]) == {"Ravi": 1}


@pytest.mark.sqlite("reads SQLite's query plans")
def test_loads_are_answered_by_an_index_alone(session: Session):
    asked: list[tuple[str, Any]] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *of: asked.append((of[2], of[3])))
    owners.loads(session)
    (statement, values) = asked[0]
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "USING COVERING INDEX ix_case_owner" in str(plan)


def test_what_people_carried_lately_is_counted_with_its_hostile_share(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop, owner="Sana", state=CaseState.SOLVED, hostile=True, answered_at=NOON)
    opened(session, shop, owner="Sana", state=CaseState.OWNED, hostile=True)
    opened(session, shop, owner="Sana", state=CaseState.OWNED)
    opened(session, shop, owner="Sana", state=CaseState.OWNED, hostile=True, at=NOON - 15 * DAY)
    opened(session, shop, hostile=True)
    found = owners.carried(session, NOON - 14 * DAY)
    assert found == {"Sana": Carried(cases=3, hostile=2, answered=1)}
    assert found["Sana"].hostile_share == pytest.approx(2 / 3)


def test_what_people_carry_is_told_by_brand(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop, owner="Sana", state=CaseState.OWNED)
    assert owners.carried(session, NOON - DAY, brand_id=99) == {}
