"""The doctor asks the provider of logins who it is, and says when nobody may come in."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.doctor import Area, login, steps
from monitor.verdict import State, Verdict
from tests.contexts import make_settings
from tests.crawlers.site import Answer, Site
from tests.factories import NOON

LOGIN = {
    "server_metadata_url": "http://127.0.0.1:9/x",
    "client_id": "emberwatch",
    "client_secret": {"env": "OIDC_SECRET"},
    "cookie_secret": {"env": "COOKIE_SECRET"},
    "default_role": "viewer",
}
WHOLE = {name: f"https://id.example/{name}" for name in login.NEEDED}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_SECRET", "of the client")
    monkeypatch.setenv("COOKIE_SECRET", "0123456789abcdef" * 2)


def looked_at(**changes: object) -> dict[str, Verdict]:
    settings = make_settings(dashboard={"login": {**LOGIN, **changes}})
    return {verdict.subject: verdict for verdict in login.examine(settings)}


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (Answer(json.dumps(WHOLE)), State.OK, "https://id.example/issuer answers"),
        (Answer(json.dumps(WHOLE | {"token_endpoint": None})), State.FAILS, "without token_endpoint"),
        (Answer("<html>"), State.FAILS, "no description of a provider"),
        (Answer("[]"), State.FAILS, "no description of a provider"),
        (Answer("no such realm", 404), State.FAILS, "answers 404"),
    ],
)
def test_the_provider_of_logins_is_asked_who_it_is(answer: Answer, state: State, words: str):
    with Site().open() as site:
        site.pages["/provider"] = answer
        verdict = looked_at(server_metadata_url=f"{site.url}/provider")["provider of logins"]
    assert (verdict.state, words in verdict.found) == (state, True), verdict


def test_a_provider_that_nobody_reaches_is_told():
    verdict = looked_at()["provider of logins"]
    assert (verdict.state, "cannot be reached" in verdict.found) == (State.FAILS, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [({}, False), ({"default_role": None}, True), ({"default_role": None, "listed": {"lead": ["a@b.example"]}}, False)],
)
def test_a_login_that_lets_nobody_in_is_told(changes: dict[str, Any], told: bool):
    assert ("who may come in" in looked_at(**changes)) is told


def test_where_nobody_logs_in_nothing_is_said_of_it(tmp_path: Path):
    for dashboard, asked in (({}, False), ({"login": LOGIN}, True)):
        found = steps(make_settings(dashboard=dashboard), tmp_path, NOON, offline=True)
        assert (Area.LOGIN in {step.area for step in found}) is asked
