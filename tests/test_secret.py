"""Secrets come from the environment or from files, and are taken out of whatever is about to be printed."""

from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.secret import _Known, hide, read_hidden, read_secret, remember
from tests.contexts import make_settings

ODD = 's3cret /"+word'


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Known, "forms", ())


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "token").write_text("xoxb-123456\n")
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "token"))
    assert read_secret({"env": "TOKEN"}).get_secret_value() == "xoxb-123456"


def test_the_variable_itself_goes_over_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("TOKEN", "xoxb-123456")
    assert read_secret({"env": "TOKEN"}).get_secret_value() == "xoxb-123456"


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match=r"TOKEN_FILE: .*nowhere cannot be read: FileNotFoundError"):
        read_secret({"env": "TOKEN"})


def test_an_empty_file_is_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "token").write_text("\n")
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(ValueError, match="TOKEN is not set"):
        read_secret({"env": "TOKEN"})


def test_values_of_the_config_are_filled_in_from_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "password").write_text("pa55-word\n")
    config = tmp_path / "config.yaml"
    config.write_text("brands: [{id: a, name: A}]\ndatabase: {url: 'postgresql+psycopg://me:${PASSWORD}@db/e'}\n")
    monkeypatch.setenv("PASSWORD_FILE", str(tmp_path / "password"))
    assert load_settings(config).database.url == "postgresql+psycopg://me:pa55-word@db/e"
    assert hide("connecting with pa55-word failed") == "connecting with *** failed"
    monkeypatch.setenv("PASSWORD_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match=r"database\.url: PASSWORD_FILE: .*nowhere"):
        load_settings(config)


@pytest.mark.parametrize("form", [ODD, quote(ODD, safe=""), quote_plus(ODD), ODD.replace('"', '\\"')])
def test_a_secret_is_hidden_in_every_form_it_takes(form: str):
    remember(ODD)
    assert hide(f"GET /x?key={form} failed") == "GET /x?key=*** failed"


@pytest.mark.parametrize(
    "words",
    [
        "https://hooks.example/services/T000/B000/abcdefghijklmnop",
        "Max retries exceeded with url: /services/T000/B000/abcdefghijklmnop",
        "404 for abcdefghijklmnop",
    ],
)
def test_of_an_address_the_pieces_are_hidden_too(words: str):
    read_hidden("https://hooks.example/services/T000/B000/abcdefghijklmnop")
    assert "abcdefghijklmnop" not in hide(words)


def test_the_longest_form_goes_first():
    remember("abcdef")
    remember("abcdef-ghijkl")
    assert hide("abcdef-ghijkl") == "***"


def test_what_is_too_short_takes_no_word_apart():
    remember("a")
    assert hide("a plain line") == "a plain line"


def test_settings_without_secrets_hide_nothing():
    make_settings()
    assert hide("news from karak") == "news from karak"
