"""The page Settings: what the config means, for those who may see it, without any secret."""

from pathlib import Path

import pytest
import yaml

from dashboard.views.settings import TOPICS
from monitor.config import Settings
from monitor.facts import Role
from tests.dashboard.logins import logged_in
from tests.dashboard.pages import open_page, words_of

SECRET = "hush-hush-not-to-be-seen-0123456789abcdef"


def _set(folder: Path, **sections: object) -> None:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | sections))


@pytest.mark.parametrize("topic", [*TOPICS, "audit", "nonsense"])
def test_every_topic_renders(empty: str, topic: str):
    app = open_page("settings", show=topic)
    assert not app.exception
    assert "Nothing here writes to that file" in words_of(app)


def test_every_section_of_the_config_stands_under_some_topic(empty: str):
    shown = "".join(words_of(open_page("settings", show=topic)) for topic in TOPICS)
    assert [name for name in Settings.model_fields if f"<summary><code>{name}</code>" not in shown] == []


def test_a_topic_is_chosen_and_stands_in_the_address(empty: str):
    app = open_page("settings")
    app.button_group[0].set_value("service").run()
    assert app.query_params["show"] == "service"
    assert "all others" in words_of(app)


def test_the_service_policy_is_told_in_plain_words(empty: str, tmp_path: Path):
    policy = {
        "hours": ["mon-sat 09:00-18:00"], "holidays": ["12-25", "2026-08-14"],
        "times": [{"kinds": ["review"], "answer_within": "3h", "solve_within": "2d", "round_the_clock": True}],
        "escalate": {"to": "Sana", "channels": ["mail-lead"], "after": "45m"}, "open_for": {"stars_at_most": 2},
    }  # fmt: skip
    _set(tmp_path, service=policy, people=[{"name": "Sana", "role": "lead"}])
    words = words_of(open_page("settings", show="service"))
    assert '<td data-label="Complaints">review</td><td data-label="First answer within"><b>3 h</b></td>' in words
    assert "People work <b>mon-sat 09:00-18:00</b>" in words
    assert "2 holidays are left out" in words
    assert "<b>45 min</b> after a due time passed, <b><bdi>Sana</bdi></b> is told" in words


def test_who_is_told_of_what_is_one_sentence_per_route(empty: str, tmp_path: Path):
    route = {"channels": ["slack-support"], "at_least": "high", "repeat": "1h", "themes": ["refund"],
             "escalate": [{"after": "15m", "channels": ["mail-lead"]}]}  # fmt: skip
    _set(tmp_path, routes=[route])
    words = words_of(open_page("settings", show="told"))
    assert "<bdi>refund</bdi>, at least <b>high</b>, that opened, worsened, resolved" in words
    assert "Again every <b>1 h</b> until somebody acknowledges it." in words
    assert "After <b>15 min</b> without that, <b><bdi>mail-lead</bdi></b> too." in words


def test_secrets_are_said_to_be_set_and_never_shown(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUSH", SECRET)
    hook = {"type": "webhook", "id": "hook", "url": f"https://hook.example/{SECRET}", "secret": {"env": "HUSH"}}
    _set(
        tmp_path,
        channels=[hook],
        database={"url": yaml.safe_load((tmp_path / "config.yaml").read_text())["database"]["url"]},
    )
    for topic in TOPICS:
        words = words_of(open_page("settings", show=topic))
        assert SECRET not in words
    assert "set, and never shown" in words_of(open_page("settings", show="told"))


def test_hostile_names_in_the_config_are_shown_as_they_stand(empty: str, tmp_path: Path):
    _set(tmp_path, brands=[{"id": "rosecart", "name": "<b>Rose</b>", "aliases": ["<img src=x onerror=alert(1)>"]}])
    words = words_of(open_page("settings"))
    assert "<b>Rose</b>" not in words
    assert "<img" not in words
    assert "&lt;img" in words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
def test_agents_and_viewers_see_no_settings(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role):
    logged_in(monkeypatch, tmp_path, role=role)
    words = words_of(open_page("settings"))
    assert "Not for your role" in words
    assert "config.yaml" not in words


def test_leads_see_the_settings_and_not_the_audit_log(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    logged_in(monkeypatch, tmp_path, role=Role.LEAD)
    app = open_page("settings", show="audit")
    options = [str(option) for option in app.button_group[0].options]
    assert "What is watched" in options[0]
    assert "Who did what" not in "".join(options)
