"""Tests of starting the server."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from dashboard import launch, secret_file
from monitor.config import DashboardOptions, load_settings
from monitor.errors import ConfigError
from tests.dashboard.logins import SECRETS, with_login
from tests.dashboard.pages import write_config


def test_the_server_listens_on_this_machine_only(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://", port=8700)))
    assert "--server.address=127.0.0.1" in words
    assert "--server.port=8700" in words
    assert "--browser.gatherUsageStats=false" in words


def test_nobody_waits_while_the_server_looks_for_garbage(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://")))
    assert "--runner.postScriptGC=false" in words


def test_another_address_is_refused_even_if_the_config_let_it_through(tmp_path: Path):
    settings = load_settings(write_config(tmp_path, "sqlite://"))
    open_to_all = DashboardOptions.model_construct(host="0.0.0.0", port=8501, url="")
    with pytest.raises(ConfigError, match=r"0\.0\.0\.0"):
        launch.command(settings.model_copy(update={"dashboard": open_to_all}))


def test_the_server_is_told_the_config_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert launch.environment(Path("config.yaml"))["EMBERWATCH_CONFIG"] == str(tmp_path / "config.yaml")


@pytest.mark.parametrize("url", ["https://watch.shop.example", "http://192.168.1.7:8501"])
def test_an_address_for_others_is_refused_until_somebody_asks_who_they_are(tmp_path: Path, url: str):
    settings = load_settings(write_config(tmp_path, "sqlite://"))
    told = DashboardOptions(url=url)
    with pytest.raises(ConfigError, match=r"dashboard\.url: .* set dashboard\.login"):
        launch.command(settings.model_copy(update={"dashboard": told}))
    behind = told.model_copy(update={"proxy_login": True})
    assert launch.command(settings.model_copy(update={"dashboard": behind}))


def test_with_a_login_it_listens_where_the_config_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    path = with_login(write_config(tmp_path, "sqlite://"), host="0.0.0.0", url="https://watch.shop.example")
    words = launch.command(load_settings(path))
    assert "--server.address=0.0.0.0" in words
    assert "--server.allowedHosts=watch.shop.example" in words
    assert not [word for word in words for secret in SECRETS.values() if secret in word]


def test_what_keeps_other_pages_out_is_on(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://")))
    assert {"--server.enableCORS=true", "--server.enableXsrfProtection=true"} <= set(words)
    assert {"--server.trustedUserHeaders={}", "--server.enableAgentApi=false", "--server.maxUploadSize=0"} <= set(words)
    assert [word for word in words if "allowedHosts" in word] == [
        f"--server.allowedHosts={name}" for name in ("127.0.0.1", "::1", "localhost")
    ]


def test_no_page_leads_to_others_or_tells_them_anything(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://")))
    assert {"--client.showErrorLinks=false", "--client.showErrorDetails=type"} <= set(words)
    assert "--browser.gatherUsageStats=false" in words


def test_no_login_of_another_program_is_read(tmp_path: Path):
    words = launch.command(load_settings(write_config(tmp_path, "sqlite://")))
    (file,) = [word.partition("=")[2] for word in words if word.startswith("--secrets.files=")]
    assert Path(file) == secret_file.path_for(load_settings(tmp_path / "config.yaml"))


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


@pytest.mark.parametrize(
    ("dashboard", "words"),
    [
        ("{host: 0.0.0.0}", "dashboard.host: '0.0.0.0' is refused: without a login"),
        ("{url: 'https://watch.shop.example'}", "dashboard.url: 'https://watch.shop.example' is refused: others reach"),
    ],
)
def test_without_a_login_nothing_starts_for_others(tmp_path: Path, dashboard: str, words: str):
    path = tmp_path / "config.yaml"
    path.write_text(f"brands: [{{id: a, name: A}}]\ndashboard: {dashboard}\n")
    command = [sys.executable, "-m", "dashboard", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.splitlines()[0].startswith(words)) == (2, True)
    assert "set dashboard.login (docs/operating.md says how)" in done.stderr
