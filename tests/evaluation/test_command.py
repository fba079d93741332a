"""`emberwatch evaluate` as people type it: mistakes in words, figures as a table or as JSON."""

import gzip
import io
import json
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from monitor.cli.evaluation import shown
from monitor.evaluation import Columns, evaluate, opened, survey
from tests import commands
from tests.fakes import FakeAssessor

ROOT = Path(__file__).parents[2]


def emberwatch(folder: Path, *words: object, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return commands.emberwatch("evaluate", *words, folder=folder, environment=environment, given=given)


def table_of(folder: Path, content: str, *, skip_bad: bool = False) -> list[str]:
    path = folder / "labelled.csv"
    path.write_text(content, encoding="utf-8")
    with opened(str(path)) as source:
        figures = evaluate(source, survey(source, Columns(), {}, skip_bad=skip_bad), FakeAssessor())
    screen = Console(file=io.StringIO(), width=80)
    for part in shown(figures):
        screen.print(part, soft_wrap=not isinstance(part, Table))
    return screen.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


def test_an_unknown_label_ends_with_one_and_names_line_and_choices(tmp_path: Path):
    done = emberwatch(tmp_path, "-", given="text,label\ncold,neg\nso so,mixed\n")
    assert done.returncode == 1
    assert "line 3: unknown label: the label 'mixed' is not known; allowed: negative, neutral" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_that_is_named_and_not_there_ends_with_two(tmp_path: Path):
    done = emberwatch(tmp_path, "-", "--config", "my.yaml", given="text,label\ncold,neg\n")
    assert done.returncode == 2


def test_the_table_has_the_figures_the_languages_and_the_confusions(tmp_path: Path):
    rows = ["terrible,neg,te"] * 30 + ["lovely,neg,ur"] * 30 + ["tea,neutral,en"] * 3
    lines = table_of(tmp_path, "\n".join(["text,label,lang", *rows]))
    assert any(line.split()[:4] == ["accuracy", "52.4", "40.3", "64.2"] for line in lines)
    assert any(line.split()[:3] == ["ur", "30", "0.0"] for line in lines)
    assert any(line.split() == ["negative", "30", "0", "30", "30", "0", "30"] for line in lines)


def test_the_table_says_what_is_to_be_known(tmp_path: Path):
    rows = ["terrible,neg,te"] * 30 + ["lovely,neg,ur"] * 30 + ["tea,neutral,en"] * 3
    told = "\n".join(table_of(tmp_path, "\n".join(["text,label,lang", *rows])))
    assert "1 more languages with 3 texts" in told
    assert "Worst language: ur, macro-F1 0.0 %." in told
    assert "Suggested threshold of P(negative): " in told


def test_the_table_lists_what_was_left_out(tmp_path: Path):
    told = "\n".join(table_of(tmp_path, "text,label\nterrible,neg\ntea,\n,neg\n", skip_bad=True))
    assert "2 bad rows left out (1 no label, 1 no text)" in told
    assert "line 4: no text" in told


def test_names_from_the_file_are_no_markup(tmp_path: Path):
    rows = ["terrible,neg,[red]"] * 30
    assert "[red] 30" in "\n".join(table_of(tmp_path, "\n".join(["text,label,lang", *rows])))


@pytest.mark.slow
def test_the_shipped_weights_are_measured_without_a_config(tmp_path: Path):
    good, bad = "I love it, the best tea and lovely staff", "Terrible, I waited two hours and the food was cold"
    lines = [
        json.dumps({"text": f"{text} {n}", "label": label})
        for n in range(20)
        for text, label in ((good, "pos"), (bad, "neg"))
    ]
    (tmp_path / "own.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    done = emberwatch(tmp_path, "own.jsonl.gz", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["n"], found["accuracy"], found["model"]) == (40, 1.0, "builtin")
    assert found["worst_language"] == "en"
    assert "no config.yaml here" in done.stderr


@pytest.mark.slow
def test_a_mistake_of_the_models_name_is_told_in_one_line(tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text("brands: [{id: a, name: A}]\nsources: []\nanalysis: {model: ./none}\n", encoding="utf-8")
    done = emberwatch(tmp_path, "-", given="text,label\ncold,neg\n")
    assert done.returncode == 1
    assert "none" in done.stderr
