"""Tests of how much waits, on each list and for each person."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.data import loads, opening
from dashboard.data.queues import Show
from monitor.clock import utcnow
from monitor.models import Brand, CaseState
from tests.factories import database_session, make_case, make_mention, make_source

NOW = utcnow()
HOUR = timedelta(hours=1)


@pytest.fixture
def filled(empty: str) -> str:
    """Ayesha has two open cases, one of them hostile, and one that is to be followed up; Bilal solved an old one."""
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        texts = [make_mention(session, brand, source, f"text {i}", at=NOW - HOUR) for i in range(6)]
        make_case(session, texts[0], at=NOW - HOUR, state=CaseState.OWNED, owner="Ayesha", hostile=True)
        make_case(session, texts[1], at=NOW - HOUR, state=CaseState.WAITING, owner="Ayesha")
        solved = {"state": CaseState.SOLVED, "owner": "Ayesha", "follow_up_at": NOW - HOUR}
        make_case(session, texts[2], at=NOW - 9 * HOUR, **solved)
        make_case(session, texts[3], at=NOW - 999 * HOUR, state=CaseState.SOLVED, owner="Bilal", hostile=True)
        make_case(session, texts[4], at=NOW - HOUR)
        session.commit()
    return empty


def test_each_list_says_how_much_it_has(filled: str):
    sizes = loads.sizes(1, "Ayesha", opening.now() + HOUR / 6)
    assert sizes == {Show.OPEN: 4, Show.UNTAKEN: 1, Show.MINE: 2, Show.FOLLOW_UP: 1, Show.CLOSED: 2}


def test_nobody_in_particular_has_no_list_of_their_own(filled: str):
    assert loads.sizes(1, "", opening.now())[Show.MINE] == 0


def test_each_person_shows_open_cases_and_the_share_of_hostile_texts(filled: str):
    (ayesha,) = loads.people(opening.now())
    assert (ayesha.name, ayesha.open, ayesha.hostile, ayesha.cases) == ("Ayesha", 2, 1, 3)
    assert ayesha.share == pytest.approx(1 / 3)


def test_those_of_the_config_are_there_before_they_own_anything(filled: str, tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text() + "people: [{name: Sana, most: 5}, {name: Vera, role: viewer}]\n")
    found = {load.name: load for load in loads.people(opening.now())}
    assert set(found) == {"Ayesha", "Sana"}
    assert (found["Sana"].open, found["Sana"].most, found["Sana"].share) == (0, 5, 0.0)
