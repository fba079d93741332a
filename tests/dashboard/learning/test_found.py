"""Tests of what the page Themes shows of found complaints, and of deciding on them there."""

from datetime import timedelta

import pytest
from sqlmodel import select

from monitor.clock import utcnow
from monitor.jobs import finding
from monitor.jobs.context import Context
from monitor.models import Brand, FoundState, FoundTheme, Theme
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import HOSTILE
from tests.factories import database_session, make_source
from tests.reports.conftest import settings_of
from tests.threads.told import complain


def look(url: str, *subjects: str, texts: tuple[str, ...] = ()) -> None:
    """Complaints about the subjects, found."""
    now = utcnow()
    with database_session(url) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        for subject in subjects:
            complain(session, brand, source, subject, 12, now=now + timedelta(hours=12), texts=texts)
        finding.run(Context(settings_of("Asia/Karachi"), session, now))


def state(url: str) -> list[tuple[str, FoundState]]:
    with database_session(url) as session:
        return [(one.name, one.state) for one in session.exec(select(FoundTheme).order_by(FoundTheme.id))]


def test_found_complaints_stand_with_words_trend_and_examples(empty: str):
    look(empty, "fee")
    app = open_page("themes")
    assert not app.exception
    words = words_of(app)
    for told in ("Found: what no theme tells of", "hidden fee", "complaints", "of the last 8 weeks", "this week:"):
        assert told in words
    assert words.count('<div class="ew-said">') == 2


def test_where_nothing_was_found_nothing_is_said(empty: str):
    assert "Found:" not in words_of(open_page("themes"))


@pytest.mark.parametrize("texts", [tuple(f"{HOSTILE} {word}" for word in ("a", "b", "c"))])
def test_words_from_outside_are_escaped(empty: str, texts: tuple[str, ...]):
    look(empty, "fee", texts=texts)
    app = open_page("themes")
    assert not app.exception
    assert HOSTILE not in words_of(app)


def test_it_is_adopted_on_the_page(empty: str):
    look(empty, "fee")
    app = act_as(open_page("themes"), "Sana")
    app.text_input(key="found-name-1").set_value("Fees")
    button(app, "Adopt it").click().run()
    assert not app.exception
    with database_session(empty) as session:
        assert session.exec(select(Theme.name).where(Theme.adopted)).one() == "Fees"
    assert state(empty) == [("Fees", FoundState.ADOPTED)]


def test_it_is_dismissed_and_taken_up_again(empty: str):
    look(empty, "fee")
    app = act_as(open_page("themes"), "Sana")
    button(app, "Dismiss").click().run()
    assert [one for _, one in state(empty)] == [FoundState.DISMISSED]
    button(app, "Take up again").click().run()
    assert [one for _, one in state(empty)] == [FoundState.OPEN]


def test_one_is_merged_into_another_and_renamed(empty: str):
    look(empty, "fee", "music")
    app = act_as(open_page("themes"), "Sana")
    app.text_input(key="found-called-1").set_value("Dear fees")
    button(app, "Call it so").click().run()
    app.selectbox(key="found-into-2").set_value("found:1")
    next(one for one in app.button if one.label == "Merge it" and "2" in one.form_id).click().run()
    assert state(empty) == [("Dear fees", FoundState.OPEN), (state(empty)[1][0], FoundState.MERGED)]
