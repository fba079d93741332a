"""Tests of the file by which Streamlit hears of the login."""

import os
import stat
import threading
import tomllib
from pathlib import Path

import pytest

from dashboard import secret_file
from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from tests.dashboard.logins import SECRETS, login_options, with_login
from tests.dashboard.pages import write_config

KEY = 'a "key" with \\ and # and \x7f and \x01 and ü and \U0001f511 ' + "x" * 32


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    for name, value in {**SECRETS, "COOKIE_SECRET": KEY}.items():
        monkeypatch.setenv(name, value)
    path = with_login(
        write_config(tmp_path, "sqlite://"), login_options(scopes=["openid", "email"]), url="http://localhost:8501"
    )
    return load_settings(path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_streamlit_reads_there_what_the_config_says(settings: Settings):
    secret_file.write(settings)
    assert tomllib.loads(secret_file.path_for(settings).read_text(encoding="utf-8")) == {
        "auth": {
            "redirect_uri": "http://localhost:8501/oauth2callback",
            "cookie_secret": KEY,
            "client_id": "emberwatch",
            "client_secret": "of the client",
            "server_metadata_url": "http://localhost:1/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid email", "prompt": "select_account"},
        }
    }


def test_the_server_takes_it_and_it_is_gone(settings: Settings):
    secret_file.write(settings)
    assert secret_file.take(settings)["auth"]["cookie_secret"] == KEY
    assert not list(secret_file.path_for(settings).parent.iterdir())
    assert secret_file.take(settings) == {}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_it_whatever_the_mask(settings: Settings, mask: int):
    before = os.umask(mask)
    try:
        secret_file.write(settings)
    finally:
        os.umask(before)
    path = secret_file.path_for(settings)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_nobody_else_can_read_it_while_it_is_written(settings: Settings):
    folder, seen, ended = secret_file.path_for(settings).parent, set(), threading.Event()

    def look() -> None:
        while not ended.is_set():
            for path in folder.iterdir():
                try:
                    seen.add(mode(path))
                except FileNotFoundError:
                    continue

    looking = threading.Thread(target=look)
    before = os.umask(0)
    looking.start()
    try:
        for _ in range(300):
            secret_file.write(settings)
    finally:
        os.umask(before)
        ended.set()
        looking.join()
    assert seen == {0o600}
    assert [path.suffix for path in folder.iterdir()] == [".toml"]


def test_an_older_file_that_others_could_read_is_replaced(settings: Settings):
    path = secret_file.path_for(settings)
    path.write_text("old")
    path.chmod(0o644)
    secret_file.write(settings)
    assert (mode(path), "old" in path.read_text()) == (0o600, False)


def test_a_link_in_its_place_is_not_followed(settings: Settings, tmp_path: Path):
    path, other = secret_file.path_for(settings), tmp_path / "other"
    other.write_text("mine")
    path.symlink_to(other)
    secret_file.write(settings)
    assert (other.read_text(), path.is_symlink()) == ("mine", False)


def test_without_a_login_an_older_file_goes(settings: Settings):
    secret_file.write(settings)
    without = settings.dashboard.model_copy(update={"login": None})
    secret_file.write(settings.model_copy(update={"dashboard": without}))
    assert not secret_file.path_for(settings).exists()


def test_a_folder_that_others_can_read_is_refused(settings: Settings):
    folder = secret_file.path_for(settings).parent
    folder.chmod(0o755)
    with pytest.raises(ConfigError, match="others can read it"):
        secret_file.write(settings)


def test_a_folder_that_leads_elsewhere_is_refused(settings: Settings, tmp_path: Path):
    folder = secret_file.path_for(settings).parent
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="others can read it"):
        secret_file.write(settings)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_where_no_folder_can_be_made_the_operator_hears_of_it(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere/at/all")
    with pytest.raises(ConfigError, match="cannot be made"):
        secret_file.path_for(settings)
