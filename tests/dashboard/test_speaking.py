"""Tests of the viewer's language, direction and zone."""

import re
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import viewer
from tests.dashboard.pages import open_page

UTC = ZoneInfo("UTC")


def styles(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html") if "<style>" in str(element.proto.body))


def chosen(app: AppTest, language: str) -> AppTest:
    field = next(found for found in app.selectbox if str(found.key).startswith("language-choice"))
    return field.set_value(language).run()


@pytest.mark.parametrize(
    ("told", "language"),
    [("ur-PK", "ur"), ("te", "te"), ("fil-PH", "fil"), ("tl", "fil"), ("en-GB", "en"), ("de-DE", "en"), ("", "en")],
)
def test_a_browser_is_answered_in_its_language_where_we_speak_it(told: str, language: str):
    assert viewer.of_browser(told) == language


@pytest.mark.parametrize("told", ["", "../../etc/passwd", "/etc/passwd", "Mars/Phobos", "America", "x\0y", None])
def test_a_zone_that_is_none_is_not_taken(monkeypatch: pytest.MonkeyPatch, told: str | None):
    monkeypatch.setattr(type(st.context), "timezone", property(lambda _self: told))
    assert viewer.zone(UTC) is UTC


def test_times_are_those_of_the_browser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(st.context), "timezone", property(lambda _self: "Asia/Manila"))
    assert viewer.zone(UTC) == ZoneInfo("Asia/Manila")


def test_languages_are_offered_by_their_own_names(full: object):
    app = open_page("sources")
    field = next(found for found in app.selectbox if str(found.key).startswith("language-choice"))
    assert field.options == ["English", "Filipino", "తెలుగు", "اردو"]


def test_urdu_turns_the_page_and_english_turns_it_back(full: object):
    app = open_page("sources")
    assert "direction: ltr" in styles(app)
    app = chosen(app, "ur")
    assert "direction: rtl" in styles(app)
    assert not app.exception
    app = chosen(app, "en")
    assert "direction: ltr" in styles(app)


@pytest.mark.parametrize("language", ["fil", "te", "ur"])
def test_a_language_that_was_chosen_is_kept_on_other_pages(full: object, language: str):
    app = chosen(open_page("sources"), language)
    app._page_hash = app.session_state["pages"]["alerts"]._script_hash
    assert not app.run().exception
    assert app.session_state["language"] == language


def test_a_language_that_we_do_not_speak_changes_nothing(full: object):
    app = open_page("sources")
    app.session_state["language"] = "<script>"
    assert not app.run().exception
    assert not re.search("direction: rtl", styles(app))
