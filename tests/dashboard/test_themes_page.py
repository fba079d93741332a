"""Tests of the page Themes."""

from dashboard.data.theme_detail import Part
from dashboard.data.themes import Bar, Board, Step, ThemeRow
from dashboard.learning import diverging, themed
from monitor.clock import utcnow
from monitor.models import Brand
from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import HOSTILE, HOUR, Scene
from tests.factories import NOON, database_session, make_mention, make_source, make_theme

Full = tuple[str, Scene]


def row(**values: object) -> ThemeRow:
    told: dict[str, object] = {
        "slug": "refund", "name": "Refunds", "mentions": 60, "complaints": 34.2, "complaints_before": 12.1,
        "complaints_step": None, "compliments": 5, "compliments_before": 6, "compliments_step": None,
        "weeks_in_a_row": 0, "bars": (Bar(NOON.date(), 3.0, 1),),
    }  # fmt: skip
    return ThemeRow(**(told | values))


def test_the_page_shows_each_theme_with_both_sides(full: Full):
    app = open_page("themes", days="7")
    assert not app.exception
    words = words_of(app)
    assert "Refunds" in words
    assert "complaints" in words
    assert "compliments" in words
    assert "open case" in words


def test_an_empty_page_says_what_to_do(empty: str):
    words = words_of(open_page("themes"))
    assert "Nothing was said about any theme" in words
    assert "<code>emberwatch run</code>" in words


def test_a_card_opens_the_theme_and_keeps_the_days(full: Full):
    app = open_page("themes", days="7")
    button(app, "Open theme Refunds").click().run()
    assert app.query_params["theme"] == "refund"
    assert app.query_params["days"] == "7"


def test_a_theme_shows_figures_chart_examples_and_ideas(full: Full):
    app = open_page("themes", theme="refund", days="7")
    assert not app.exception
    words = words_of(app)
    for told in ("Share that is negative", "Stars, median", "In which languages", "On which sources", "Ideas"):
        assert told in words
    assert app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")


def test_examples_stand_in_their_own_script_and_direction(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        told = {"language": "ur", "themes": ("refund",)}
        make_mention(session, brand, source, "بہت برا تجربہ", at=utcnow() - HOUR, **told)
        make_mention(session, brand, source, "بہت عمدہ", at=utcnow() - HOUR, negative=0.02, **told)
        session.commit()
    words = words_of(open_page("themes", theme="refund"))
    assert words.count('dir="rtl" lang="ur"') == 2


def test_a_theme_leads_to_its_texts_and_cases(full: Full):
    app = open_page("themes", theme="refund", days="7")
    button(app, "Read the complaints").click().run()
    assert app.query_params["theme"] == "refund"
    assert app.query_params["sentiment"] == "negative"
    assert "from" in app.query_params


def test_a_theme_of_which_nobody_spoke_says_so(empty: str):
    with database_session(empty) as session:
        make_theme(session, "parking", "Parking")
        session.commit()
    app = open_page("themes", theme="parking")
    assert not app.exception
    assert "Nothing was said about it" in words_of(app)


def test_a_theme_that_there_is_not_is_said_to_be_unknown(full: Full):
    words = words_of(open_page("themes", theme="<script>alert(1)</script>"))
    assert "There is no theme of that name" in words
    assert "<script>" not in words


def test_hostile_texts_and_names_are_escaped(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        make_theme(session, "refund", "<b>Refunds</b>")
        make_mention(session, brand, make_source(session, brand), HOSTILE, at=utcnow() - HOUR, themes=("refund",))
        session.commit()
    for query in ({}, {"theme": "refund"}):
        words = words_of(open_page("themes", **query))
        assert "&lt;b&gt;Refunds" in words
        assert "<b>Refunds" not in words
        assert "<script>" not in words
    assert "&lt;script&gt;" in words


def test_what_stands_out_is_said_with_signs_and_words():
    rising, again = row(complaints_step=Step.MORE), row(name="Staff", weeks_in_a_row=5)
    praised = row(name="Delivery", compliments=30, compliments_step=Step.MORE)
    said = themed.standing_out(Board((rising, again, praised), compared=True, behind=False))
    assert "<b><bdi>Refunds</bdi></b>: 34 complaints, 12 in the days before." in said[0]
    assert "for 5 weeks in a row: rethink the policy behind it." in said[1]
    assert "30 compliments, 6 in the days before. Tell the people who earned them." in said[2]
    assert ["▲" in said[0], "↻" in said[1], "✓" in said[2]] == [True, True, True]


def test_signs_of_complaints_and_compliments_are_not_those_of_rising_and_falling():
    words = themed.numbers(row()) + themed.told_apart((Part("en", 4, 2),), {"en": "English"})
    assert "✗" in words
    assert "✓" in words
    assert not {"▲", "▼"} & set(words)


def test_numbers_are_told_with_what_was_before():
    words = themed.numbers(row())
    assert "<b>34</b> complaints <small>before: 12</small>" in words
    assert "57% negative" in words
    assert "before" not in themed.numbers(row(complaints_before=None, compliments_before=None))


def test_complaints_go_up_and_compliments_down():
    chart = diverging.chart((Bar(NOON.date(), 4.0, 2),), NOON.date().replace(day=3)).to_dict()
    values = next(iter(chart["datasets"].values())) if "datasets" in chart else chart["data"]["values"]
    assert (values[0]["up"], values[0]["down"]) == (4.0, -2)


def test_the_small_picture_says_what_it_shows():
    picture = diverging.small((Bar(NOON.date(), 4.0, 2),))
    assert 'alt="Complaints above the line, compliments below it' in picture
    assert diverging.small(()) == ""
