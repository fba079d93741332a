"""Tests of the way from one complaint to the next."""

import pytest

from dashboard import frame
from dashboard.casework.walking import neighbours
from monitor.clock import utcnow
from monitor.jobs import answer
from monitor.models import CaseState
from tests.dashboard.pages import act_as, button, open_page
from tests.dashboard.scenario import Scene
from tests.factories import database_session, person

Full = tuple[str, Scene]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(1, (None, 2)), (2, (1, 3)), (3, (2, None)), (None, (None, 1)), (99, (None, 1))],
)
def test_the_neighbours_are_those_of_the_list(chosen: int | None, expected: tuple[int | None, int | None]):
    assert neighbours([1, 2, 3], chosen, ()) == expected


def test_a_complaint_that_has_left_the_list_keeps_its_place_there():
    assert neighbours([1, 3, 4], 2, (1, 2, 3, 4)) == (1, 3)
    assert neighbours([1, 4], 2, (1, 2, 3, 4)) == (1, 4)
    assert neighbours([], 2, (1, 2, 3)) == (None, None)


def test_next_opens_the_next_complaint_beside_the_same_list(full: Full):
    app = open_page("inbox", case="1", theme="refund")
    button(app, "Next complaint").click().run()
    assert not app.exception
    assert app.query_params["case"] == "2"
    assert app.query_params["theme"] == "refund"


def test_the_next_one_is_shown_without_a_second_run_of_the_page(full: Full, monkeypatch: pytest.MonkeyPatch):
    app = open_page("inbox", case="1")
    monkeypatch.delattr(frame, "go")
    button(app, "Next complaint").click().run()
    assert not app.exception
    assert app.query_params["case"] == "2"


def test_after_a_case_is_closed_the_next_one_is_one_press_away(full: Full):
    url, _scene = full
    app = act_as(open_page("inbox", case="2"), "Ayesha")
    with database_session(url) as session:
        answer.solve(session, 2, person("Ayesha"), utcnow(), "Refunded.", seen=CaseState.OWNED)
    app.run()
    button(app, "Next complaint").click().run()
    assert app.query_params["case"] == "3"


def test_back_leads_to_the_list_with_its_filters(full: Full):
    app = open_page("inbox", case="1", language="en", show="mine")
    button(app, "Back to the list").click().run()
    assert "case" not in app.query_params
    assert (app.query_params["language"], app.query_params["show"]) == ("en", "mine")
