"""The page Spread: one incident, chosen in the address, with its growth, carriers, places and stories."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.data.spread import Step
from dashboard.trouble import growing
from monitor.clock import utcnow
from monitor.facts import Forecast, Spread
from monitor.models import Brand, Snapshot, Story
from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import HOSTILE, Scene
from tests.factories import NOON, database_session, make_brand, make_incident, make_mention, make_source

Full = tuple[str, Scene]
HOUR = timedelta(hours=1)
SPREAD = Spread(
    voices=30, per_hour=5.0, authors=20, reach=0, sources=2, languages=1, video=False,
    forecasts=(Forecast(1, 31, 40, 55), Forecast(6, 33, 60, 120), Forecast(24, 35, 90, 300)),
)  # fmt: skip


def test_when_nothing_spreads_it_says_what_would_be_shown(empty: str):
    words = words_of(open_page("spread"))
    assert "Nothing spreads" in words
    assert "how fast they grow" in words


def test_the_worst_incident_is_shown_first_with_all_there_is_of_it(full: Full):
    app = open_page("spread")
    words = words_of(app)
    assert "27 negative in 80 min about refunds" in words
    assert "<b>Where it goes:</b> growing" in words
    assert "expected, nine times of ten" in words
    assert "120,000 followers" in words
    assert "first heard here" in words
    assert "Roman Urdu" in words
    assert len(app.get("vega_lite_chart")) == 2


def test_another_incident_is_chosen_and_stands_in_the_address(full: Full):
    app = open_page("spread")
    app.selectbox(key="spread-of-1").select(2).run()
    assert not app.exception
    assert app.query_params["id"] == "2"
    assert "No texts are kept of this incident." in words_of(app)


def test_an_incident_that_is_over_has_no_forecast(full: Full):
    words = words_of(open_page("spread", id="2"))
    assert "expected, nine times of ten" not in words
    assert "Where it goes" not in words


@pytest.mark.parametrize("number", ["999", "x", "-1"])
def test_an_unknown_number_shows_the_worst_one(full: Full, number: str):
    app = open_page("spread", id=number)
    assert not app.exception
    assert "27 negative in 80 min about refunds" in words_of(app)


@pytest.mark.parametrize(
    ("show", "words"), [("reach", "Followers of each author, once"), ("reposts", "None of the sources")]
)
def test_what_is_counted_stands_in_the_address(full: Full, show: str, words: str):
    app = open_page("spread", show=show)
    assert not app.exception
    assert words in words_of(app)


def test_choosing_what_is_counted_changes_the_address(full: Full):
    app = open_page("spread")
    app.button_group(key="spread-show").set_value("reposts").run()
    assert app.query_params["show"] == "reposts"
    assert "None of the sources told how often these texts were reposted." in words_of(app)


def test_reposts_are_drawn_where_sources_tell_them(full: Full):
    with database_session(full[0]) as session:
        session.add(Snapshot(mention_id=full[1].evidence[0].id, taken_at=utcnow() - HOUR, reposts=12))
        session.commit()
    app = open_page("spread", show="reposts")
    assert "Reposts and quotes, as the sources count them" in words_of(app)
    assert len(app.get("vega_lite_chart")) == 2


def test_a_story_leads_to_all_its_copies(full: Full):
    url, scene = full
    with database_session(url) as session:
        story = Story(fingerprint="f", first_seen_at=NOON)
        session.add(story)
        session.flush()
        for mention in scene.evidence[:4]:
            row = session.get_one(type(mention), mention.id)
            row.story_id = story.id
            session.add(row)
        session.commit()
        number = story.id
    app = open_page("spread")
    assert "<b>4 texts</b>" in words_of(app)
    button(app, "All copies of this story").click().run()
    assert app.query_params["story"] == str(number)


def test_hostile_texts_and_names_are_shown_as_they_stand(full: Full):
    with database_session(full[0]) as session:
        brand = session.get_one(Brand, full[1].brand.id)
        source = make_source(session, brand, "<img src=x>")
        story = Story(fingerprint="h", first_seen_at=NOON)
        session.add(story)
        session.flush()
        found = [make_mention(session, brand, source, HOSTILE, at=utcnow() - HOUR) for _ in range(2)]
        for mention in found:
            mention.story_id = story.id
            session.add(mention)
        made = make_incident(session, brand, found, at=utcnow())
        session.commit()
    words = words_of(open_page("spread", id=str(made.id)))
    assert "&lt;script&gt;" in words
    assert "<script" not in words
    assert "<img" not in words


def test_a_link_to_an_incident_of_another_brand_shows_that_brand(full: Full):
    with database_session(full[0]) as session:
        other = make_brand(session, "acme", "Acme", "Europe/London")
        made = make_incident(session, other, at=utcnow(), sentence="9 negative in 2 h.")
        session.commit()
    app = open_page("spread", id=str(made.id))
    assert "9 negative in 2 h." in words_of(app)
    assert app.selectbox[0].value.slug == "acme"


def test_a_forecast_goes_on_from_what_is_counted_here():
    ahead = growing.ahead(SPREAD, NOON, 25, 2 * HOUR)
    assert [(one.at, one.low, one.middle, one.high) for one in ahead] == [
        (NOON, 25, 25, 25),
        (NOON + HOUR, 26, 35, 50),
        (NOON + 6 * HOUR, 28, 55, 115),
    ]


def test_a_long_incident_is_forecast_further_and_none_without_forecasts():
    assert growing.ahead(SPREAD, NOON, 30, 48 * HOUR)[-1].at == NOON + 24 * HOUR
    assert growing.ahead(replace(SPREAD, forecasts=()), NOON, 30, HOUR) == ()
    assert growing.ahead(None, None, 30, HOUR) == ()


def test_the_chart_holds_the_totals_and_the_band():
    steps = [Step(NOON, HOUR, 2, 2), Step(NOON + HOUR, HOUR, 3, 5)]
    zone = ZoneInfo("Asia/Karachi")
    drawn = growing.in_all(steps, growing.ahead(SPREAD, NOON + 2 * HOUR, 5, 2 * HOUR), zone, "Texts").to_dict()
    values = [value for layer in drawn["layer"] for value in layer["data"]["values"]]
    assert [value["total"] for value in values if "total" in value][:3] == [0, 2, 5]
    assert max(value["high"] for value in values if "high" in value) == 95
