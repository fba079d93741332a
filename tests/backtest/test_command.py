"""`emberwatch backtest` as people type it: a table, a page or JSON, mistakes in words, and a database left alone."""

import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from rich.table import Table
from sqlmodel import Session
from typer.testing import CliRunner

from monitor.backtest import Outcome, Range, as_json, html, run, with_sensitivity
from monitor.cli.backtesting import shown
from monitor.cli.frame import app
from monitor.errors import ConfigError
from monitor.facts import Mark, Sensitivity
from monitor.models import Incident
from monitor.store.database import open_database
from tests import commands
from tests.backtest.scenes import (
    BRAND_CONFIG,
    DAY,
    END,
    EVERY,
    HOUR,
    START,
    WITHIN,
    arrive,
    burst,
    context_of,
    live,
    quiet,
    rows,
)
from tests.contexts import make_settings
from tests.dialects import rows_of
from tests.factories import NOON, make_incident

SETTINGS = make_settings(detection={"every": "15m", "detectors": [{"type": "spike"}]})


IN_MEMORY = pytest.mark.sqlite("worked out in memory, from what the command reads from both")


@pytest.fixture
def marked(session: Session) -> Session:
    """One trouble that the job raised, and five more incidents of then; all are marked."""
    context = context_of(session)
    live(
        context,
        [*quiet(7, until=5 * HOUR), *burst(2 * HOUR, themes=("refund",))],
        Range(START, START + 5 * HOUR, EVERY),
    )
    brand, _ = rows(session)
    for hours in range(5):
        make_incident(session, brand, at=START + (20 + hours) * HOUR, sentence="<b>late</b>", mark=Mark.NOISE)
    first = session.get_one(Incident, 1)
    first.mark = Mark.USEFUL
    session.add(first)
    session.commit()
    return session


@pytest.fixture
def outcome(marked: Session) -> Outcome:
    return run(marked, SETTINGS, WITHIN, ["karak"])


def emberwatch(config: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return commands.emberwatch("backtest", "--config", config, *words)


def config_of(folder: Path, url: str) -> Path:
    path = folder / "config.yaml"
    settings = BRAND_CONFIG | {
        "database": {"url": url},
        "detection": {"every": "15m", "detectors": [{"type": "spike"}]},
    }
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def dump(url: str) -> dict[str, list[str]]:
    engine = open_database(url)
    rows = rows_of(engine)
    engine.dispose()
    return rows


def test_the_command_says_what_would_have_been_raised_and_changes_no_row(
    marked: Session, database_url: str, tmp_path: Path
):
    before = dump(database_url)
    page = tmp_path / "report.html"
    config = config_of(tmp_path, database_url)
    done = emberwatch(config, "--from", "2026-03-02T12:00", "--to", "2026-03-03T18:00", "--out", page, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (raised,) = told["raised"]
    assert (raised["mark"], raised["incident"], raised["minutes_sooner"]) == ("useful", 1, 0.0)
    assert raised["negative_voices_seen_first"] < raised["negative_voices"]
    assert told["suggested_sensitivity"] == "balanced"
    assert "What would have been raised" in page.read_text(encoding="utf-8")
    assert dump(database_url) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "soon"], "--from: 'soon' is not a day such as 2026-09-01"),
        (["--from", "0001-01-01T00:00+14:00"], "is not a day such as 2026-09-01"),
        (["--from", "2126-01-01"], "--from: 2126-01-01 is in the future"),
        (["--from", "2026-03-02", "--to", "2126-01-01"], "--to: 2126-01-01 is in the future; leave --to out"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "2026-03-02 is not before 2026-03-01"),
        (["--from", "2024-03-02", "--to", "2026-03-01"], "at most 366 days"),
        (["--from", "2026-03-02", "--brand", "kärak"], "--brand: 'kärak' is not one of karak"),
        (["--from", "2026-03-02", "--set", "spike.treshold=6"], "there is no 'treshold'"),
        (["--from", "2026-03-02", "--detectors", "spyke"], "'spyke' is not one of"),
        (["--from", "2026-03-02", "--out", "/nowhere/report.html"], "is not a file in a folder that is there"),
        (["--from", "2025-03-02", "--to", "2025-04-02"], "there is nothing to replay: no text of these brands"),
    ],
)
def test_a_mistake_is_told_in_words(database_url: str, tmp_path: Path, words: list[str], told: str):
    config = config_of(tmp_path, database_url)
    done = CliRunner().invoke(app, ["backtest", "--config", str(config), *words])
    assert isinstance(done.exception, ConfigError)
    assert told in str(done.exception)


def test_a_mistake_ends_with_two_and_without_a_traceback(database_url: str, tmp_path: Path):
    done = emberwatch(config_of(tmp_path, database_url), "--from", "soon")
    assert done.returncode == 2
    assert "'soon' is not a day" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_range_before_all_texts_is_refused_with_how_far_they_reach(session: Session):
    context = context_of(session)
    arrive(session, quiet(7))
    old = Range(NOON - 90 * DAY, NOON - 60 * DAY, WITHIN.every)
    with pytest.raises(ConfigError, match=r"no text is stored of 2025-12-02 12:00 .* reach from 2026-02-1"):
        run(session, context.settings, old, ["karak"])


def test_a_range_that_begins_before_the_texts_is_replayed_with_a_word_of_caution(session: Session):
    context = context_of(session)
    arrive(session, quiet(7, days=3))
    (note, *_) = run(session, context.settings, WITHIN, ["karak"]).notes
    assert note.startswith("Karak House: texts are kept from 2026-02-2")


def test_deleted_texts_are_said_to_be_missing(session: Session):
    context = context_of(session)
    made = arrive(session, [*quiet(7), *burst(2 * HOUR, 1)])
    made[-1].deleted_at = NOON + DAY
    session.add(made[-1])
    session.commit()
    notes = run(session, context.settings, WITHIN, ["karak"]).notes
    assert any("1 text was deleted at the source since" in note for note in notes)


@IN_MEMORY
def test_with_marks_every_sensitivity_is_tried(outcome: Outcome):
    assert [name for name, _ in outcome.suggestion.tried] == list(Sensitivity)
    assert outcome.then.noise == 5
    assert outcome.whole.precision is not None
    assert outcome.whole.precision.value == 1.0


@IN_MEMORY
def test_a_setting_of_ones_own_stands_beside_the_three(marked: Session):
    own = with_sensitivity(SETTINGS, Sensitivity.EARLY)
    found = run(marked, own, WITHIN, ["karak"])
    assert [name for name, _ in found.suggestion.tried] == list(Sensitivity)
    assert found.settings[0] == f"spike (threshold {own.detection.detectors[0].threshold})"


@IN_MEMORY
def test_the_terminal_shows_incidents_rules_and_the_suggestion(outcome: Outcome):
    screen = Console(file=io.StringIO(), width=80)
    for part in shown(outcome):
        screen.print(part, soft_wrap=not isinstance(part, Table))
    told = screen.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    assert "Suggested sensitivity: balanced" in told
    assert "5 incidents of then not raised" in told
    (line,) = [line for line in told.splitlines() if line.startswith("03-02 14:")]
    assert " high " in line
    assert " spike same " in " ".join(line.split())
    assert line.split()[-1] == "useful"


@IN_MEMORY
def test_the_page_needs_nothing_else_and_escapes_what_it_quotes(outcome: Outcome):
    page = html(outcome, NOON)
    assert "<script" not in page
    assert "src=" not in page
    assert "&lt;b&gt;late" in page
    assert page == html(outcome, NOON)
    assert page.count("<svg") == page.count("</svg>") > 5


@IN_MEMORY
def test_the_json_has_stable_keys(outcome: Outcome):
    told = as_json(outcome)
    assert json.loads(json.dumps(told)) == told
    assert told["replay"]["false_alarms_per_brand_week"] == 0
    assert told["replay"]["precision_interval"][1] == 1
    assert {one["name"] for one in told["sensitivities"]} == set(Sensitivity)
    assert len(told["not_raised"]) == 5


def test_an_empty_outcome_is_told_too(session: Session):
    context = context_of(session)
    arrive(session, quiet(7))
    found = run(session, context.settings, Range(START, END, WITHIN.every), ["karak"])
    assert "Nothing was raised, then or now." in html(found, datetime(2026, 3, 9, tzinfo=UTC))
    assert as_json(found)["raised"] == []
    assert found.whole.before_half is None
    assert found.whole.weeks == pytest.approx((END - START) / timedelta(weeks=1))


def test_one_text_is_one_mention(session: Session):
    context = context_of(session)
    arrive(session, burst(2 * HOUR, 1, negative=0.05))
    head = next(shown(run(session, context.settings, WITHIN, ["karak"])))
    assert str(head).endswith(", 1 mention, 1 look")
