"""How an incident went around, as the page Spread reads it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from dashboard.data import spread
from dashboard.data.cause import cause
from dashboard.data.incidents import incident
from dashboard.data.spread import Growth
from monitor.facts import Cell, Dimension
from monitor.models import Brand, Incident, Mention, Snapshot, Story
from tests.dashboard.scenario import Scene
from tests.factories import (
    NOON,
    database_session,
    make_author,
    make_brand,
    make_incident,
    make_mention,
    make_source,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def _told(session: Session, brand: Brand, texts: list[tuple[str, int, int | None]]) -> tuple[Incident, list[Mention]]:
    """An incident of texts: the source of each, its minute after noon, and the followers of its author."""
    sources = {slug: make_source(session, brand, slug) for slug in dict.fromkeys(slug for slug, _, _ in texts)}
    found = [
        make_mention(
            session, brand, sources[slug], f"Late again {place}.", at=NOON + minute * MINUTE,
            author=make_author(session, followers=followers),
        )
        for place, (slug, minute, followers) in enumerate(texts)
    ]  # fmt: skip
    made = make_incident(session, brand, found, at=NOON + HOUR)
    session.commit()
    return made, found


def test_voices_come_in_order_and_each_author_reaches_people_once(empty: str):
    with database_session(empty) as session:
        brand = make_brand(session, "acme", "Acme")
        made, found = _told(session, brand, [("blog", 5, 100), ("forum", 1, None), ("blog", 9, 40)])
        found[2].author_id = found[0].author_id
        session.add(found[2])
        session.commit()
        rises = spread.growth(made.id or 0)
    assert [at for at, _ in rises.voices] == [NOON + minute * MINUTE for minute in (1, 5, 9)]
    assert rises.reach == ((NOON + 5 * MINUTE, 100),)


def test_of_more_than_are_drawn_the_rest_is_counted(empty: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spread, "MOST", 2)
    with database_session(empty) as session:
        made, _found = _told(
            session, make_brand(session, "acme"), [("blog", 1, None), ("blog", 2, None), ("blog", 3, None)]
        )
        rises = spread.growth(made.id or 0)
    assert (len(rises.voices), rises.voices_before) == (2, 1)
    assert rises.voices[0][0] == NOON + 2 * MINUTE


def test_reposts_rise_by_what_each_look_found_more_and_never_fall(empty: str):
    with database_session(empty) as session:
        made, found = _told(session, make_brand(session, "acme"), [("blog", 1, None)])
        for minute, reposts, quotes in ((10, 4, None), (20, 3, None), (30, 5, 2), (40, None, None)):
            taken = NOON + minute * MINUTE
            session.add(Snapshot(mention_id=found[0].id, taken_at=taken, reposts=reposts, quotes=quotes, likes=1))
        session.commit()
        rises = spread.growth(made.id or 0)
    assert rises.reposts == ((NOON + 10 * MINUTE, 4), (NOON + 30 * MINUTE, 3))


def test_places_come_in_the_order_in_which_they_were_reached(empty: str):
    with database_session(empty) as session:
        texts = [("forum", 7, None), ("blog", 2, None), ("forum", 20, None), ("news", 9, None)]
        made, _found = _told(session, make_brand(session, "acme"), texts)
        places = spread.around(made.id or 0).places
    assert [(place.source, place.voices) for place in places] == [("blog", 1), ("forum", 2), ("news", 1)]
    assert places[1].last_at - places[1].first_at == 13 * MINUTE


def test_a_story_told_twice_is_told_with_its_first_text_that_still_stands(empty: str):
    with database_session(empty) as session:
        made, found = _told(
            session, make_brand(session, "acme"), [("blog", 1, None), ("blog", 2, None), ("forum", 3, None)]
        )
        story = Story(fingerprint="f", first_seen_at=NOON)
        session.add(story)
        session.flush()
        for mention in found:
            mention.story_id = story.id
        found[0].deleted_at = NOON + HOUR
        session.add_all(found)
        session.commit()
        (told,) = spread.around(made.id or 0).stories
        assert spread.copies(made.id or 0) == 3
    assert (told.voices, told.sources, told.first_at) == (3, 2, NOON + MINUTE)
    assert told.text is not None
    assert told.text.text == "Late again 1."


def test_an_incident_without_texts_has_nothing_to_show(empty: str):
    with database_session(empty) as session:
        made = make_incident(session, make_brand(session, "acme"))
        session.commit()
        assert spread.growth(made.id or 0) == Growth((), (), ())
        assert spread.around(made.id or 0).places == ()
        assert spread.copies(made.id or 0) == 0


def test_bars_are_as_narrow_as_there_is_room_for():
    rises = [(NOON + minute * MINUTE, 1) for minute in (0, 4, 31)]
    bars = spread.steps(rises, NOON, NOON + HOUR)
    assert {bar.step for bar in bars} == {5 * MINUTE}
    assert [bar.new for bar in bars] == [2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert bars[-1].total == 3


@pytest.mark.parametrize("days", [2, 20, 400])
def test_long_incidents_have_few_bars(days: int):
    bars = spread.steps([(NOON, 2)], NOON, NOON + timedelta(days=days), before=5)
    assert len(bars) <= spread.MOST_STEPS + 1
    assert bars[-1].total == 7


def test_what_came_before_the_first_bar_is_in_the_total():
    bars = spread.steps([(NOON - HOUR, 3), (NOON, 1)], NOON, NOON + HOUR)
    assert (bars[0].new, bars[0].total) == (1, 4)


def test_the_cause_names_theme_beginning_and_carrier(full: tuple[str, Scene]):
    row = incident(full[1].incident.id or 0)
    assert row is not None
    found = cause(row)
    assert (found.theme, found.share) == ("Refunds", 0.7)
    assert found.first is not None
    assert found.first.mention_id == full[1].evidence[0].id
    assert found.carrier is not None
    assert found.carrier[0].followers == 120_000


def test_an_incident_of_no_theme_takes_the_one_that_most_voices_share(empty: str):
    with database_session(empty) as session:
        made = make_incident(session, make_brand(session, "acme"), cell=Cell(Dimension.SOURCE, "blog"))
        session.commit()
    row = incident(made.id or 0)
    assert row is not None
    assert cause(row).theme == "refund"
    assert cause(row).first is None
