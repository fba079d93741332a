"""Average ratings on the pages: in their own scale, with a sign for each change, and never as markup."""

from datetime import timedelta
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from dashboard.data.ratings import RatingRow, Step
from dashboard.learning import rated
from tests.dashboard.pages import open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import NOON

DAY = timedelta(days=1)
Full = tuple[str, Scene]


def row(**values: object) -> RatingRow:
    usual: dict[str, object] = {
        "key": (1, "k"), "source": "reviews", "place": "https://shop.example", "item": "Kettle", "value": 4.1,
        "worst": 1.0, "best": 5.0, "ratings": 1203, "reviews": None, "difference": -0.2,
        "compared_at": NOON - 7 * DAY, "seen_at": NOON,
    }  # fmt: skip
    return RatingRow(**{**usual, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "4.1 of 5"),
        ({"value": 87.0, "worst": 0.0, "best": 100.0}, "87 of 100"),
        ({"value": 8.55, "worst": 1.0, "best": 10.0}, "8.6 of 10"),
        ({"value": 92.0, "worst": None, "best": None}, "92"),
    ],
)
def test_a_value_is_shown_on_its_own_scale(values: dict[str, object], words: str):
    assert f">{words}<" in rated.value(row(**values))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "1,203 ratings"),
        ({"ratings": 1, "reviews": 2}, "1 rating, 2 reviews"),
        ({"ratings": None, "reviews": 1}, "1 review"),
        ({"ratings": None}, ""),
    ],
)
def test_it_says_how_many_people_rated_as_far_as_the_page_does(values: dict[str, object], words: str):
    assert rated.people(row(**values)) == words


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (-0.2, "▼</i> \N{MINUS SIGN}0.2 in 7 days"),
        (-0.06, "▼</i> \N{MINUS SIGN}0.06 in 7 days"),
        (0.31, "▲</i> +0.3 in 7 days"),
        (0.01, "unchanged in 7 days"),
        (0.0, "unchanged in 7 days"),
        (None, "first seen 7 days ago"),
    ],
)
def test_a_change_has_a_sign_and_a_time(difference: float | None, words: str):
    assert words in rated.change(row(difference=difference), NOON)


def test_a_fall_is_measured_by_its_scale():
    assert row(difference=-0.2).share_lost == pytest.approx(0.05)
    assert row(difference=-0.2, worst=0.0, best=100.0).has_fallen is False


def test_the_line_is_drawn_as_a_step_and_said_in_words():
    steps = [Step(NOON - 28 * DAY, 4.5), Step(NOON - 14 * DAY, 4.3), Step(NOON, 4.1)]
    picture = rated.drawn(steps, row(), NOON)
    svg = ET.fromstring(unquote(picture.partition('src="data:image/svg+xml,')[2].removesuffix('">')))
    assert svg[0].attrib["d"].startswith("M3.0 8.5H60.0V14.0H117.0V19.5")
    assert 'alt="Rating over the last 28 days: from 4.5 to 4.1"' in picture


def test_a_tenth_of_a_star_does_not_fall_to_the_ground():
    steps = [Step(NOON - 28 * DAY, 4.1), Step(NOON, 4.0)]
    assert "V15.4" in unquote(rated.drawn(steps, row(value=4.0), NOON))


def test_without_a_history_nothing_is_drawn():
    assert rated.drawn([], row(), NOON) == ""


def test_the_sources_page_shows_each_rating_with_its_change(full: Full):
    words = words_of(open_page("sources"))
    assert words.index("Rose lamp, brass") < words.index("Bouquet of twelve")
    assert "3.9 of 5</b><small>1,234 ratings, 312 reviews" in words
    assert "87 of 100" in words
    assert "&lt;b&gt;Rose Cart&lt;/b&gt;" in words


def test_the_overview_shows_only_what_fell(full: Full):
    words = words_of(open_page())
    assert "Ratings on pages" in words
    assert "Rose lamp, brass</bdi>" in words
    assert "and 3 more under Sources" in words
    assert "Bouquet" not in words


@pytest.mark.parametrize("address", ["", "sources"])
def test_without_ratings_nothing_is_said_of_them(empty: str, address: str):
    assert "Rating" not in words_of(open_page(address))


def test_a_quiet_source_says_so_and_since_when(full: Full):
    words = words_of(open_page("sources"))
    assert "quieter than usual" in words
    assert "1 failing, 1 blocked, 1 quiet" in words
    assert "<small>no new text since" in words
