"""Tests of the filters of the Inbox: the address and the fields say the same."""

import pytest

from dashboard.data.queues import NOBODY, Show
from monitor.models import Case
from tests.dashboard.pages import act_as, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_brand

Full = tuple[str, Scene]


def test_an_address_fills_the_fields_and_narrows_the_list(full: Full):
    app = open_page("inbox", language="te", theme="refund")
    assert (app.selectbox(key="inbox-language").value, app.selectbox(key="theme").value) == ("te", "refund")
    words = words_of(app)
    assert 'lang="te"' in words
    assert 'lang="ur"' not in words


def test_a_field_writes_the_address(full: Full):
    app = act_as(open_page("inbox"), "Bilal")
    app.selectbox(key="inbox-language").select("te").run()
    app.button_group(key="show").set_value(Show.MINE).run()
    app.checkbox(key="inbox-overdue").check().run()
    assert not app.exception
    assert app.query_params == {"show": "mine", "language": "te", "overdue": "yes"}


def test_the_language_of_complaints_is_not_that_of_the_viewer(full: Full):
    app = open_page("inbox")
    app.selectbox(key="inbox-language").select("te").run()
    assert app.button_group(key="show").options[0] == "To do"


def test_the_complaint_at_hand_stays_when_the_list_is_narrowed(full: Full):
    app = open_page("inbox", case="2")
    app.selectbox(key="theme").select("refund").run()
    assert (app.query_params["case"], app.query_params["theme"]) == ("2", "refund")
    assert "case 2" in words_of(app)


def test_an_address_that_changes_changes_the_fields(full: Full):
    app = open_page("inbox", language="te")
    app.query_params.clear()
    app.query_params["show"] = "closed"
    app.run()
    assert app.selectbox(key="inbox-language").value == ""
    assert app.button_group(key="show").value is Show.CLOSED


@pytest.mark.parametrize(
    "query",
    [
        {"theme": "nothing-like-it"},
        {"language": "qq"},
        {"owner": "Mallory"},
        {"source": "elsewhere"},
        {"severity": "worst", "kind": "rumour", "show": "all"},
    ],
)
def test_values_that_nobody_knows_are_ignored(full: Full, query: dict[str, str]):
    app, plain = open_page("inbox", **query), open_page("inbox")
    assert not app.exception
    assert [box.key for box in app.checkbox] == [box.key for box in plain.checkbox]


def test_words_are_searched(full: Full):
    app = open_page("inbox", q="rain soaked")
    words = words_of(app)
    assert "Parcel was left in the rain" in words
    assert "Third week without my refund" not in words


def test_what_nobody_owns_can_be_asked_for(full: Full):
    words = words_of(open_page("inbox", owner=NOBODY))
    assert "Ayesha" not in words
    assert "Bilal" not in words


def test_only_hostile_ones(full: Full):
    url, _scene = full
    with database_session(url) as session:
        case = session.get_one(Case, 2)
        case.hostile = True
        session.add(case)
        session.commit()
    app = open_page("inbox", hostile="yes")
    assert [box.key for box in app.checkbox if str(box.key).startswith("pick-")] == [f"pick-{case.mention_id}"]


def test_nothing_that_fits_says_what_to_do(full: Full):
    assert "Nothing fits" in words_of(open_page("inbox", severity="watch", hostile="yes"))


def test_a_shared_address_names_the_brand_where_there_are_several(full: Full):
    url, _scene = full
    with database_session(url) as session:
        make_brand(session, "acme", "Acme", "Europe/London")
        session.commit()
    app = open_page("inbox")
    app.button_group(key="show").set_value(Show.CLOSED).run()
    assert app.query_params == {"brand": "rosecart", "show": "closed"}


def test_the_lists_say_how_much_they_have(full: Full):
    words = words_of(act_as(open_page("inbox"), "Bilal"))
    assert 'button:nth-of-type(3)::after{content:"1"}' in words


def test_an_empty_list_of_ones_own_says_how_to_fill_it(full: Full):
    assert "You own no open case" in words_of(act_as(open_page("inbox", show="mine"), "Zoya"))
