"""Kept views on a page: kept under a name, gone to, deleted; shared ones are marked."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from monitor.clock import utcnow
from monitor.facts import Role
from monitor.jobs import answer
from monitor.models import SavedView
from tests.dashboard.pages import button, open_page
from tests.factories import database_session, person


def _control() -> None:
    import streamlit as st

    from dashboard import acting
    from dashboard.texts import views_kept

    acting.say()
    views_kept.control("mentions", st.query_params.to_dict())


@pytest.fixture
def me(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Role], None]:
    """Be somebody at the page."""

    def be(name: str, role: Role = Role.AGENT) -> None:
        monkeypatch.setattr("dashboard.acting.person", lambda: person(name, role))

    return be


def shown(**query: str) -> AppTest:
    app = AppTest.from_function(_control, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def keep(url: str, name: str, query: str, by: str, *, shared: bool = False) -> int:
    with database_session(url) as session:
        return answer.keep_view(session, "mentions", name, query, person(by), utcnow(), shared=shared).id or 0


def kept(url: str) -> list[tuple[str, str, str, bool]]:
    with database_session(url) as session:
        return [(row.name, row.query, row.actor, row.shared) for row in session.exec(select(SavedView))]


def test_what_is_seen_is_kept_without_what_is_just_open(empty: str, me: Callable[..., None]):
    me("Sana")
    app = shown(q="late refund", language="ur", before="77", mention="3")
    app.text_input[0].set_value("Urdu refunds")
    app = button(app, "Keep this view").click().run()
    assert kept(empty) == [("Urdu refunds", "q=late+refund&language=ur", "Sana", False)]
    assert (app.text_input[0].value, button(app, "Urdu refunds").label) == ("", "Urdu refunds")


def test_only_leads_are_asked_if_it_is_for_everybody(empty: str, me: Callable[..., None]):
    me("Sana")
    assert list(shown().checkbox) == []
    me("Lea", Role.LEAD)
    app = shown(q="fire")
    app.checkbox[0].check()
    app.text_input[0].set_value("Fires")
    button(app, "Keep this view").click().run()
    assert kept(empty) == [("Fires", "q=fire", "Lea", True)]


def test_a_view_without_a_name_is_refused_with_the_reason(empty: str, me: Callable[..., None]):
    me("Sana")
    app = button(shown(q="fire"), "Keep this view").click().run()
    assert kept(empty) == []
    assert any("give the view a name" in toast.value for toast in app.toast)


def test_shared_views_say_whose_they_are_and_hostile_names_stay_text(empty: str, me: Callable[..., None]):
    keep(empty, "**All** [x](y)", "q=fire", "Lea", shared=True)
    keep(empty, "hers", "q=x", "Lea")
    me("Sana")
    labels = [one.label for one in shown().button]
    assert labels == [r"\*\*All\*\* \[x\]\(y\) (shared by Lea)", "Keep this view"]


def test_one_deletes_ones_own(empty: str, me: Callable[..., None]):
    keep(empty, "mine", "q=x", "Sana")
    me("Sana")
    app = button(shown(), "Delete").click().run()
    assert kept(empty) == []
    assert "Delete" not in {one.label for one in app.button}


def test_choosing_a_view_goes_there(empty: str, me: Callable[..., None]):
    keep(empty, "Urdu refunds", "brand=rosecart&q=late+refund&language=ur", "Sana")
    me("Sana")
    app = button(open_page("mentions"), "Urdu refunds").click().run()
    assert {name: app.query_params[name] for name in ("q", "language")} == {"q": "late refund", "language": "ur"}
