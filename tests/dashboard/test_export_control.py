"""The control that gives a page as a table: who sees it, what it offers, and who is looked at when it is clicked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import acting
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.facts import Role
from tests.dashboard.logins import logged_in
from tests.dashboard.pages import act_as, open_page
from tests.dashboard.scenario import Scene

Full = tuple[str, Scene]
PAGES = ("mentions", "inbox", "alerts")


def _label(app: AppTest) -> list[str]:
    return [found.proto.label for found in app.get("download_button")]


def _forms(app: AppTest) -> list[str]:
    (found,) = [group for group in app.button_group if group.label == "Form"]
    return [str(option) for option in found.options]


def _checks(app: AppTest) -> list[str]:
    return [box.label for box in app.checkbox]


@pytest.mark.parametrize("page", PAGES)
def test_each_form_is_offered(full: Full, page: str):
    app = open_page(page)
    assert not app.exception
    assert _label(app) == ["Download"]
    assert [form.split(":")[-1].strip() for form in _forms(app)] == ["CSV", "Excel", "JSON lines", "Parquet"]


@pytest.mark.parametrize("page", PAGES)
def test_a_viewer_is_offered_none(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str):
    logged_in(monkeypatch, tmp_path, role=Role.VIEWER)
    assert _label(open_page(page)) == []


@pytest.mark.parametrize(("role", "offered"), [(Role.AGENT, False), (Role.LEAD, True)])
def test_names_are_offered_to_who_may_see_them(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role, *, offered: bool
):
    logged_in(monkeypatch, tmp_path, role=role)
    for page in ("mentions", "inbox"):
        assert ("Authors by name" in _checks(open_page(page))) is offered


def test_alerts_have_no_authors(full: Full):
    assert "Authors by name" not in _checks(open_page("alerts"))


def test_who_has_not_said_their_name_is_told_to(full: Full):
    (found,) = open_page("mentions").get("download_button")
    assert found.proto.disabled
    assert "Say who you are" in found.proto.help


def test_who_has_can_click(full: Full):
    app = open_page("mentions")
    act_as(app, "Sana")
    (found,) = app.get("download_button")
    assert not found.proto.disabled


def test_where_nothing_is_a_case_nothing_is_offered(full: Full):
    assert _label(open_page("inbox", show="nobodys")) == []
    assert _label(open_page("alerts", show="silences")) == []


def test_a_form_that_is_chosen_names_the_file(full: Full):
    app = open_page("mentions")
    (group,) = [found for found in app.button_group if found.label == "Form"]
    group.set_value("parquet").run()
    assert not app.exception
    assert _label(app) == ["Download"]


@pytest.fixture
def who(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """What a lead's page keeps for a download, and Streamlit that knows nobody any more, as outside of a page."""
    logged_in(monkeypatch, tmp_path, role=Role.LEAD)
    asked = acting.later()
    monkeypatch.setattr(st, "user", {})
    return asked


def test_outside_of_a_page_it_is_still_known_who_asks(who: Callable[[], Any]):
    assert who().role is Role.LEAD


def test_when_the_login_has_ended_nothing_is_made(who: Callable[[], Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acting, "utcnow", lambda: utcnow() + timedelta(days=365))
    with pytest.raises(AnswerRefused, match="your login has ended"):
        who()


def test_without_a_login_it_is_who_they_said_they_are(full: Full):
    assert acting.later()().role is Role.ADMIN
