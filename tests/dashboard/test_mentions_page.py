"""The Mentions page as people use it: search, narrow, follow links; the address holds it all."""

import pytest

from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import HOSTILE, Scene
from tests.factories import database_session, make_brand, make_mention, make_source

Full = tuple[str, Scene]


def test_a_new_installation_says_when_there_will_be_something(empty: str):
    assert "Nothing to search yet" in words_of(open_page("mentions"))


def test_words_of_the_address_are_searched_and_marked(full: Full):
    words = words_of(open_page("mentions", q="receipt"))
    assert "I have the <mark>receipt</mark>" in words
    assert "lamp inside" not in words


def test_urdu_is_found_however_it_is_typed_and_reads_from_right_to_left(full: Full):
    words = words_of(open_page("mentions", q="پيسے واپس"))
    assert "<mark>پیسے واپس</mark>" in words or "<mark>پیسے</mark> <mark>واپس</mark>" in words
    assert 'dir="rtl" lang="ur"' in words


def test_typing_words_puts_them_into_the_address(full: Full):
    app = open_page("mentions")
    next(field for field in app.text_input if field.label == "Search").input("refund").run()
    assert not app.exception
    assert (app.query_params["q"], app.query_params["brand"]) == ("refund", "rosecart")
    assert "<mark>refund</mark>" in words_of(app)


def test_a_click_on_a_choice_narrows(full: Full):
    app = open_page("mentions", q="refund")
    choice = next(found for found in app.button_group if found.label == "Language")
    choice.set_value("tl").run()
    assert not app.exception
    assert app.query_params["language"] == "tl"
    assert 'lang="ur-Latn"' not in words_of(app)


def test_choices_have_counts_beside_them(full: Full):
    app = open_page("mentions", language="te")
    labels = next(found for found in app.button_group if found.label == "Theme").options
    assert any("Refunds" in str(label) for label in [str(option) for option in labels])


def test_most_negative_first_and_back(full: Full):
    app = open_page("mentions", sort="most-negative")
    order = next(found for found in app.button_group if found.label == "Order")
    order.set_value("newest").run()
    assert not app.exception
    assert "sort" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"q": '"\'; DROP TABLE mention --'}, {"q": "NEAR(a b) AND * OR ^x {y}:z"}, {"story": "-1"},
        {"language": "<script>"}, {"from": "x", "to": "9999-99-99"}, {"before": "999999999999999999999"},
        {"brand": "nobody"}, {"theme": "' OR 1=1"}, {"author": "1; --"}, {"rating": "NaN"},
    ],
)  # fmt: skip
def test_a_hostile_address_is_no_error(full: Full, query: dict[str, str]):
    app = open_page("mentions", **query)
    assert not app.exception
    assert "<script" not in words_of(app)


def test_hostile_text_is_shown_as_it_stands(full: Full):
    app = open_page("mentions", q="danger bold")
    words = words_of(app)
    assert not app.exception
    assert "&lt;script&gt;" in words
    assert "<script" not in words
    assert "<img" not in words
    assert "javascript:" not in words
    assert not [element for element in app.markdown if HOSTILE[:20] in element.value]


def test_nothing_found_says_how_to_ask(full: Full):
    app = open_page("mentions", q="zzzz")
    assert "Nothing fits" in words_of(app)
    button(app, "Show all mentions").click().run()
    assert "q" not in app.query_params
    assert "Nothing fits" not in words_of(app)


def test_a_mention_leads_to_its_complaint_and_its_incident(full: Full):
    app = open_page("mentions", q="receipt", sort="most-negative")
    labels = [found.label for found in app.button]
    assert "Open case 1" in labels
    assert "Incident 1" in labels
    button(app, "Open case 1").click().run()
    assert app.query_params["case"] == "1"


def test_all_texts_of_an_author_are_one_click_away(full: Full):
    app = open_page("mentions", q="receipt")
    button(app, "This author").click().run()
    assert not app.exception
    author = next(found for found in app.button if found.label.startswith("All texts of"))
    author.click().run()
    assert "author" not in app.query_params


def test_the_brand_of_a_shared_address_is_shown_and_can_be_changed(full: Full):
    with database_session(full[0]) as session:
        other = make_brand(session, "acme", "Acme", "Europe/London")
        make_mention(session, other, make_source(session, other, "acme-blog"), "The tap drips.")
        session.commit()
    app = open_page("mentions", brand="acme", q="tap")
    assert "<mark>tap</mark>" in words_of(app)
    app.selectbox[0].select_index(0).run()
    assert app.query_params["brand"] == "rosecart"
    assert "The tap drips." not in words_of(app)
