"""The commands as people type them: figures as JSON, mistakes in one line, and the right exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.contexts import BRAND

ROOT = Path(__file__).parent.parent


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(settings(tmp_path)), encoding="utf-8")
    return path


def settings(folder: Path) -> dict[str, object]:
    return {
        "brands": [BRAND],
        "sources": [],
        "channels": [{"id": "terminal", "type": "console"}],
        "database": {"url": f"sqlite:///{folder}/e.db"},
        "report": {"folder": str(folder / "reports")},
    }


def emberwatch(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


def test_check_counts_what_the_config_names(config: Path):
    done = emberwatch("check", "--config", config, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["brands"] == 1


def test_a_mistake_in_the_config_ends_with_two_and_one_line(config: Path, tmp_path: Path):
    config.write_text(yaml.safe_dump({**settings(tmp_path), "chanels": []}), encoding="utf-8")
    done = emberwatch("check", "--config", config)
    assert done.returncode == 2
    assert "chanels: unknown key" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_a_source_is_found_by_check(config: Path, tmp_path: Path):
    source = {"id": "news", "type": "feed", "brands": ["karak"], "params": {"adress": "https://news.example"}}
    config.write_text(yaml.safe_dump({**settings(tmp_path), "sources": [source]}), encoding="utf-8")
    done = emberwatch("check", "--config", config)
    assert done.returncode == 2
    assert "sources[0].params" in done.stderr


def test_a_job_on_a_database_that_is_behind_says_which_command_mends_it(config: Path):
    done = emberwatch("detect", "--config", config)
    assert done.returncode == 1
    assert "emberwatch upgrade" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("job", ["crawl", "analyse", "detect", "alert", "answer", "report", "prune"])
def test_a_job_with_nothing_to_do_says_so(config: Path, job: str):
    emberwatch("upgrade", "--config", config)
    done = emberwatch(job, "--config", config, "--json")
    assert done.returncode == 0, done.stderr
    assert [key for key in json.loads(done.stdout) if not key.startswith("waiting: ")] == []


def test_a_test_message_reaches_the_channel(config: Path):
    done = emberwatch("alert", "--test", "terminal", "--config", config)
    assert done.returncode == 0, done.stderr
    assert "This is a test." in done.stdout + done.stderr


def test_a_test_of_an_unknown_channel_names_the_known_ones(config: Path):
    done = emberwatch("alert", "--test", "pager", "--config", config)
    assert done.returncode in (1, 2)
    assert "terminal" in done.stderr


@pytest.mark.slow
def test_a_report_of_any_week_can_be_asked_for(config: Path):
    emberwatch("upgrade", "--config", config)
    done = emberwatch("report", "--week", "2026-W10", "--format", "json", "--out", "-", "--config", config)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
