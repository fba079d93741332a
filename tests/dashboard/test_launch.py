"""Tests of starting the server."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from dashboard import launch
from monitor.config import DashboardOptions, load_settings
from monitor.errors import ConfigError
from tests.dashboard.pages import write_config


def test_the_server_listens_on_this_machine_only(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://", port=8700)))
    assert "--server.address=127.0.0.1" in words
    assert "--server.port=8700" in words
    assert "--browser.gatherUsageStats=false" in words


def test_another_address_is_refused_even_if_the_config_let_it_through(tmp_path: Path):
    settings = load_settings(write_config(tmp_path, "sqlite://"))
    open_to_all = DashboardOptions.model_construct(host="0.0.0.0", port=8501, url="")
    with pytest.raises(ConfigError, match=r"0\.0\.0\.0"):
        launch.command(settings.model_copy(update={"dashboard": open_to_all}))


def test_the_server_is_told_the_config_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert launch.environment(Path("config.yaml"))["EMBERWATCH_CONFIG"] == str(tmp_path / "config.yaml")


@pytest.mark.parametrize("name", launch.OPTIONS)
def test_every_option_is_one_that_streamlit_knows(name: str):
    assert name in streamlit_config._config_options_template


def test_a_mistake_in_the_config_ends_the_command_with_one_line(tmp_path: Path):
    (tmp_path / "config.yaml").write_text("brands: []\n")
    words = [sys.executable, "-m", "dashboard", "--config", str(tmp_path / "config.yaml")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("brands: ")
    assert "Traceback" not in done.stderr
