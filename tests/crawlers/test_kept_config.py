"""A config that is kept for forked crawls is the one that stands there, as each crawl would read it."""

import os
from pathlib import Path

import pytest

from crawlers import kept_config
from monitor.config import Settings
from monitor.errors import ConfigError

CONFIG = "brands: [{{id: acme, name: '{name}'}}]\nsources: []\n"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_config, "_kept", kept_config._Kept())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was read from its file."""
    seen: list[Path] = []
    load = kept_config.load_settings

    def noted(path: Path) -> Settings:
        seen.append(path)
        return load(path)

    monkeypatch.setattr(kept_config, "load_settings", noted)
    return seen


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("config.yaml")
    path.write_text(CONFIG.format(name="Acme"), encoding="utf-8")
    return path


def name_in(config: Path) -> str:
    """As a crawl does that is forked after the server was asked for one."""
    kept_config.keep(config, dict(os.environ), str(Path.cwd()))
    return kept_config.settings(config).brands[0].name


def test_it_is_read_once(config: Path, reads: list[Path]) -> None:
    assert [name_in(config) for _ in range(3)] == ["Acme"] * 3
    assert len(reads) == 1


def test_a_change_counts_at_once_also_between_the_server_and_the_crawl(config: Path, reads: list[Path]) -> None:
    name_in(config)
    config.write_text(CONFIG.format(name="Other"), encoding="utf-8")
    assert kept_config.settings(config).brands[0].name == "Other"
    assert name_in(config) == "Other"


def test_another_environment_is_another_config(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    config.write_text(CONFIG.format(name="${ITS_NAME}"), encoding="utf-8")
    file = tmp_path / "name"
    monkeypatch.setenv("ITS_NAME", "One")
    assert name_in(config) == "One"
    monkeypatch.setenv("ITS_NAME", "Two")
    assert name_in(config) == "Two"
    monkeypatch.delenv("ITS_NAME")
    monkeypatch.setenv("ITS_NAME_FILE", str(file))
    for name in ("Three", "Seven"):  # a secret that is replaced, as long as before
        file.write_text(name, encoding="utf-8")
        os.utime(file, ns=(0, len(name) + ord(name[0])))
        assert name_in(config) == name


def test_what_each_crawl_has_for_itself_changes_nothing(
    config: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        monkeypatch.setenv("EMBERWATCH_RUN_ID", f"crawl-2026010{number}T000000.000000Z")
        monkeypatch.setenv("EMBERWATCH_STARTED_BY", str(number))
        name_in(config)
    assert len(reads) == 1


def test_a_config_that_is_wrong_is_told_by_the_crawl_and_read_when_it_was_mended(config: Path) -> None:
    config.write_text("brands: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid YAML"):
        name_in(config)
    config.write_text(CONFIG.format(name="Mended"), encoding="utf-8")
    assert name_in(config) == "Mended"


def test_who_keeps_it_stays_where_and_who_it_is(config: Path, tmp_path: Path) -> None:
    before, here = dict(os.environ), Path.cwd()
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.yaml").write_text(CONFIG.format(name="Other"), encoding="utf-8")
    kept_config.keep(config, {**before, "MORE": "1"}, str(other))
    assert (dict(os.environ), Path.cwd()) == (before, here)
    assert kept_config.settings(config).brands[0].name == "Acme"
    kept_config.keep(config, before, str(tmp_path / "gone"))
    assert Path.cwd() == here
