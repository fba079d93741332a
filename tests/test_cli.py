"""The commands as people type them: figures as JSON, mistakes in one line, and the right exit codes."""

import io
import json
import shutil
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from monitor.cli.screen import print_verdict
from monitor.verdict import fails
from tests.alerting.receivers import free_port
from tests.commands import emberwatch
from tests.contexts import BRAND


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(settings(tmp_path)), encoding="utf-8")
    return path


@pytest.fixture
def upgraded(config: Path, empty_database: Path) -> Path:
    """A config whose database has all tables."""
    shutil.copy(empty_database, config.with_name("e.db"))
    return config


def settings(folder: Path) -> dict[str, object]:
    return {
        "brands": [BRAND],
        "sources": [],
        "channels": [{"id": "terminal", "type": "console"}],
        "database": {"url": f"sqlite:///{folder}/e.db"},
        "report": {"folder": str(folder / "reports")},
    }


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


def test_check_ends_with_one_when_something_fails_and_says_what_to_do_in_one_line(config: Path, tmp_path: Path):
    away = {"id": "mail", "type": "email", "host": "127.0.0.1", "port": free_port(), "security": "none"}
    channels = [{**away, "sender": "a@shop.example", "recipients": ["b@shop.example"]}]
    config.write_text(yaml.safe_dump({**settings(tmp_path), "channels": channels}), encoding="utf-8")
    done = emberwatch("check", "--only", "channels", "--config", config)
    assert done.returncode == 1, done.stderr
    line, summary = done.stdout.splitlines()
    assert line.startswith("✗ fails")
    assert "To do: check host, port and network" in line
    assert summary == "1 failing"
    assert "\x1b" not in done.stdout


def test_check_as_json_has_a_verdict_for_everything(config: Path):
    done = emberwatch("check", "--only", "database", "--only", "reports", "--config", config, "--json")
    told = json.loads(done.stdout)
    assert {verdict["area"] for verdict in told["verdicts"]} == {"database", "reports"}
    assert (told["fails_count"], told["warning_count"]) == (0, 1)


def test_check_makes_no_database(config: Path, tmp_path: Path):
    emberwatch("check", "--only", "database", "--only", "jobs", "--config", config)
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_verdicts_fit_a_narrow_terminal_and_say_more_than_colours():
    screen = Console(file=io.StringIO(), force_terminal=True, width=60, color_system=None)
    long = "robots.txt of a-very-long-host-name.example does not allow /a/path/that/goes/on/and/on/without/a/break"
    verdict = fails("sources", "source of-a-name-that-is-long", long, "ask the owner of the site")
    print_verdict(screen, verdict, len(verdict.subject))
    lines = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(len(line) for line in lines) <= 60
    assert lines[0].startswith("✗ fails")
    assert "→ ask the owner" in screen.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("terminal", [True, False])
def test_words_of_other_machines_do_not_steer_the_terminal(terminal: bool):
    screen = Console(file=io.StringIO(), force_terminal=terminal, width=80, color_system=None)
    print_verdict(screen, fails("sources", "source a", "the server says \x1b]0;title\x07\x1b[2Jhello", "none"), 8)
    assert "\x1b" not in screen.file.getvalue()  # type: ignore[attr-defined]
    assert "hello" in screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_job_on_a_database_that_is_behind_says_which_command_mends_it(config: Path):
    done = emberwatch("detect", "--config", config)
    assert done.returncode == 1
    assert "emberwatch upgrade" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("job", ["crawl", "analyse", "detect", "alert", "answer", "report", "prune"])
def test_a_job_with_nothing_to_do_says_so(upgraded: Path, job: str):
    done = emberwatch(job, "--config", upgraded, "--json")
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
def test_a_report_of_any_week_can_be_asked_for(upgraded: Path):
    done = emberwatch("report", "--week", "2026-W10", "--format", "json", "--out", "-", "--config", upgraded)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_report_sent_to_an_unknown_channel_names_the_known_ones(upgraded: Path):
    done = emberwatch("report", "--send", "pager", "--config", upgraded)
    assert done.returncode == 2
    assert "terminal" in done.stderr


@pytest.mark.slow
def test_a_report_of_one_brand_or_file_needs_its_week(config: Path, tmp_path: Path):
    done = emberwatch("report", "--out", tmp_path / "r.html", "--config", config)
    assert (done.returncode, "--week" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_report_of_last_week_can_be_sent_at_once(upgraded: Path):
    done = emberwatch("report", "--send", "terminal", "--config", upgraded, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"channel": "terminal", "karak": "printed"}
    assert "REPORT Karak House, week " in done.stderr


@pytest.mark.slow
def test_the_report_of_all_brands_says_what_it_was_made_of(upgraded: Path, tmp_path: Path):
    rival = {"id": "rival", "name": "Rival House", "competitor": True}
    upgraded.write_text(yaml.safe_dump({**settings(tmp_path), "brands": [BRAND, rival]}), encoding="utf-8")
    words = ("report", "--week", "last", "--together", "--format", "json", "--out", "-", "--config", upgraded)
    done = emberwatch(*words)
    assert done.returncode == 0, done.stderr
    assert [one["key"] for one in json.loads(done.stdout)["brands"]] == ["karak", "rival"]
    assert "from what is stored now; no report of the week is kept" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_the_ending_of_the_file_says_the_form_of_a_report(upgraded: Path, tmp_path: Path):
    done = emberwatch("report", "--week", "last", "--out", tmp_path / "week.xlsx", "--config", upgraded)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "week.xlsx").read_bytes()[:2] == b"PK"


def test_a_report_to_be_sent_takes_no_file(config: Path, tmp_path: Path):
    done = emberwatch("report", "--send", "terminal", "--out", tmp_path / "r.pdf", "--config", config)
    assert (done.returncode, "do not go with --send" in " ".join(done.stderr.split())) == (2, True)


@pytest.mark.slow
def test_an_unknown_form_is_refused_before_anything_is_read(upgraded: Path):
    done = emberwatch("report", "--week", "last", "--format", "docx", "--config", upgraded)
    assert (done.returncode, "'docx' is not one of html, pdf" in done.stderr) == (2, True)
