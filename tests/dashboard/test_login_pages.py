"""Tests of who sees which page, under which name, and what comes of what they may not do."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from dashboard import acting, login
from dashboard.views import overview
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.facts import Role
from monitor.models import AuditEntry, Outcome
from tests.dashboard.logins import GROUPS, SECRETS, claims, logged_in, login_options, with_login
from tests.dashboard.pages import ADDRESSES, act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session

Full = tuple[str, Scene]


def texts_of(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


@pytest.fixture
def asked_to_log_in(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """As if the config asked for a login, and this was what the provider said; nothing: nobody logged in."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    def ask(said: dict[str, Any] | None = None, **options: object) -> None:
        with_login(tmp_path / "config.yaml", login_options(**options))
        monkeypatch.setattr(st, "user", {"is_logged_in": True, **said} if said else {"is_logged_in": False})

    return ask


def test_before_a_login_there_is_only_its_page(asked_to_log_in: Callable[..., None]):
    asked_to_log_in()
    app = open_page()
    assert not app.exception
    assert [found.label for found in app.button] == ["Log in"]
    assert "It is for those who answer them." in texts_of(app)


def test_a_login_without_any_role_is_told_whom_to_ask(asked_to_log_in: Callable[..., None]):
    asked_to_log_in(claims("ali@shop.example"), contact="Sana, it@shop.example")
    told = texts_of(open_page())
    assert "You are logged in as ali@shop.example." in told
    assert "Nobody has given you a role here yet" in told
    assert "Ask Sana, it@shop.example." in told


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"iat": 0}, "Log in again, and you are back where you were."),
        ({"email": None}, "The login did not say who you are"),
        ({"email_verified": False}, "did not say that this e-mail address is yours"),
    ],
)
def test_whoever_is_refused_is_told_why(asked_to_log_in: Callable[..., None], said: dict[str, Any], words: str):
    asked_to_log_in({**claims("ali@shop.example", "bosses"), **said})
    assert words in texts_of(open_page())


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_every_page_is_shown_to_who_has_a_role(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, role: Role
):
    logged_in(monkeypatch, tmp_path, role=role)
    app = open_page(address)
    assert not app.exception
    assert "ew-h1" in words_of(app)
    assert "Log in" not in [found.label for found in app.button]


def test_the_head_says_who_and_what_one_is(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    logged_in(monkeypatch, tmp_path, login="sana@shop.example", name="Sana <b>M</b>", role=Role.LEAD)
    app = open_page()
    label = next(block.proto.popover.label for block in app.get("popover") if "Sana" in block.proto.popover.label)
    assert label == "Sana \\<b\\>M\\<\\/b\\>, lead"
    assert "Logged in as sana@shop.example." in texts_of(app)
    assert button(app, "Log out")


def test_a_name_that_somebody_types_is_not_theirs_when_people_log_in(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    logged_in(monkeypatch, tmp_path, login="sana@shop.example", name="Sana", role=Role.AGENT)
    app = act_as(open_page("incident", id=str(full[1].incident.id)), "The boss")
    button(app, "Acknowledge").click().run()
    assert not app.exception
    with database_session(full[0]) as session:
        entry = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.actor, entry.login) == ("Sana (sana@shop.example)", "sana@shop.example")
    assert (entry.role, entry.outcome) == (Role.AGENT, Outcome.DONE)


def test_what_a_viewer_presses_on_an_old_page_is_refused_and_kept(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The button was drawn while they had the role."""
    logged_in(monkeypatch, tmp_path, role=Role.AGENT)
    app = open_page("incident", id=str(full[1].incident.id))
    pressed = button(app, "Acknowledge").click()
    st.user["groups"] = [GROUPS[Role.VIEWER]]
    pressed.run()
    assert any("takes the role agent; yours is viewer" in toast.value.replace("\\", "") for toast in app.toast)
    with database_session(full[0]) as session:
        entry = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.deed, entry.role, entry.outcome) == ("acknowledge incident", Role.VIEWER, Outcome.REFUSED)


def test_what_is_pressed_after_the_login_ended_is_not_done(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    logged_in(monkeypatch, tmp_path, role=Role.ADMIN)
    app = open_page("incident", id=str(full[1].incident.id))
    pressed = button(app, "Acknowledge").click()
    st.user["iat"] = (utcnow() - timedelta(days=2)).timestamp()
    pressed.run()
    assert not app.exception
    assert "Log in again, and you are back where you were." in texts_of(app)
    with database_session(full[0]) as session:
        assert not [row for row in session.exec(select(AuditEntry)) if row.login]


def test_a_login_that_ends_while_its_page_is_drawn_leaves_nothing_of_it(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    logged_in(monkeypatch, tmp_path)
    monkeypatch.setattr(overview, "_nothing", lambda _: st.user.update(is_logged_in=False))
    app = open_page()
    assert not app.exception
    assert [found.label for found in app.button] == ["Log in"]
    assert "Rose Cart" not in words_of(app)


def test_a_login_that_was_ended_is_worth_nothing_in_another_tab(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    logged_in(monkeypatch, tmp_path, role=Role.ADMIN)
    app = open_page()
    monkeypatch.setattr(st, "logout", lambda: None)  # it would lead the browser to the provider
    button(app, "Log out").click().run()
    assert [found.label for found in open_page().button] == ["Log in"]


def test_a_role_that_is_taken_away_is_gone_at_the_next_look(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    logged_in(monkeypatch, tmp_path, role=Role.AGENT)
    app = open_page()
    with_login(tmp_path / "config.yaml", login_options(roles={"admin": ["bosses"]}))
    app.run()
    assert "Nobody has given you a role here yet" in texts_of(app)


def test_without_the_file_of_the_login_nobody_is_let_in(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As when somebody starts Streamlit by hand: it knows of no login."""
    logged_in(monkeypatch, tmp_path)
    monkeypatch.setattr(st, "user", {})
    assert [found.label for found in open_page().button] == ["Log in"]


@pytest.mark.parametrize("url", ["https://watch.shop.example", "http://192.168.1.7:8501"])
def test_an_address_for_others_shows_nothing_until_people_log_in(full: Full, tmp_path: Path, url: str):
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text().replace("dashboard: {", f'dashboard: {{url: "{url}", '))
    app = open_page()
    assert "This address is refused" in words_of(app)
    assert "Rose Cart" not in words_of(app)
    path.write_text(path.read_text().replace("dashboard: {", "dashboard: {proxy_login: true, "))
    assert "Rose Cart" in words_of(open_page())


def test_a_server_for_others_shows_nothing_until_people_log_in(full: Full, monkeypatch: pytest.MonkeyPatch):
    real = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else real(name))
    assert "This address is refused" in words_of(open_page())


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the server had been started for people who log in at an address elsewhere."""
    real = st.get_option
    hosts = ["127.0.0.1", "::1", "localhost", "watch.shop.example"]
    monkeypatch.setattr(st, "get_option", lambda name: hosts if name == "server.allowedHosts" else real(name))


@pytest.mark.usefixtures("behind_a_proxy")
def test_when_the_login_leaves_the_config_of_a_running_server_nothing_is_shown(full: Full):
    app = open_page()
    assert "This address is refused" in words_of(app)
    assert "Rose Cart" not in words_of(app)


@pytest.mark.usefixtures("behind_a_proxy")
def test_a_mistake_in_the_config_of_a_running_server_is_not_told_to_everybody(full: Full, tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + "password-of-sana: secret\n")
    app = open_page()
    assert "Ask whoever runs this dashboard." in words_of(app)
    assert "sana" not in words_of(app)


def test_words_of_roles_are_those_of_people():
    assert [login.role_words(role) for role in Role] == ["viewer", "agent", "lead", "admin"]


def test_outside_of_a_page_nobody_is_known_where_people_log_in(asked_to_log_in: Callable[..., None]) -> None:
    """Streamlit can end no run there: who is not known must not be taken for whoever sits at this machine."""
    asked_to_log_in()
    with pytest.raises(AnswerRefused, match="your login has ended"):
        acting.person()
