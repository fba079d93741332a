"""The settings as lines: what was set, what is a default, and that no secret is ever among them."""

from typing import Any

import pytest

from dashboard.data import settled
from dashboard.data.settled import Line
from monitor.config import Settings

SECRET = "hush-hush-not-to-be-seen-0123456789abcdef"


def _settings(**values: Any) -> Settings:
    return Settings(**({"brands": [{"id": "acme", "name": "Acme"}]} | values))


def _lines(settings: Settings) -> dict[str, Line]:
    found = {}
    for name in Settings.model_fields:
        unset = name not in settings.model_fields_set
        found |= {line.name: line for line in settled.lines(name, getattr(settings, name), default=unset)}
    return found


def test_what_was_set_is_told_from_what_is_a_default():
    lines = _lines(_settings(service={"answer_within": "2h"}))
    assert (lines["service.answer_within"].value, lines["service.answer_within"].default) == ("2h", False)
    assert (lines["service.solve_within"].value, lines["service.solve_within"].default) == ("1d", True)
    assert lines["service.answer_within"].meaning == "first answer"


def test_the_threshold_of_the_usual_sensitivity_is_a_default_though_it_was_filled_in():
    lines = _lines(_settings())
    assert lines["detection.detectors[0].threshold"].default


def test_what_is_set_to_its_default_is_called_a_default():
    assert _lines(_settings(dashboard={"port": 8501}))["dashboard.port"].default


def test_no_secret_is_ever_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUSH", SECRET)
    hidden = {"env": "HUSH"}
    url = f"https://user:{SECRET}@shop.example/feed?key={SECRET}"
    channels = [
        {"type": "webhook", "id": "hook", "url": f"https://hook.example/{SECRET}", "secret": hidden,
         "headers": {"X-Shop": SECRET}},
        {"type": "email", "id": "mail", "host": "mail.example", "username": "me", "password": hidden,
         "sender": "a@shop.example", "recipients": ["b@shop.example"]},
    ]  # fmt: skip
    params = {"url": url, "token": SECRET, "login": hidden, "deep": {"password": SECRET}, "list": [url]}
    settings = _settings(
        database={"url": f"postgresql://me:{SECRET}@db/x?password={SECRET}"},
        channels=channels,
        heartbeat={"url": f"https://beat.example/{SECRET}"},
        sources=[{"id": "shop", "type": "feed", "brands": ["acme"], "params": params}],
    )
    lines = _lines(settings)
    assert SECRET not in str(lines)
    assert lines["channels[1].password"].hidden
    assert lines["sources[0].params.login"] == Line(
        "sources[0].params.login", "HUSH", default=False, hidden=True, meaning=""
    )
    assert lines["sources[0].params.url"].value == "https://…@shop.example/feed?…"


def test_long_lists_of_sentences_are_counted_and_long_values_cut():
    themes = [{"id": "late", "name": "Late", "examples": ["It came late.", "Where is it?"]}]
    lines = _lines(_settings(themes=themes, brands=[{"id": "acme", "name": "Acme", "aliases": ["x" * 500]}]))
    assert lines["themes[0].examples"].value == "2"
    assert len(lines["brands[0].aliases"].value) == settled.LONGEST


def test_hours_and_holidays_are_said_as_they_were_written():
    lines = _lines(_settings(service={"hours": ["mon-fri 09:00-18:00"], "holidays": ["12-25"]}))
    assert lines["service.hours"].value == "mon-fri 09:00-18:00"
    assert lines["service.holidays[0].on"].value == "12-25"


def test_variables_that_stand_above_the_file_are_named_and_no_others(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_DATABASE__URL", SECRET)
    monkeypatch.setenv("EMBERWATCH_CONFIG", "config.yaml")
    monkeypatch.setenv("EMBERWATCH_TOKEN_OF_SHOP", SECRET)
    assert settled.from_environment() == ("EMBERWATCH_DATABASE__URL",)
