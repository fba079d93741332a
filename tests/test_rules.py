"""Rules over all modules and plug-ins: each says what it is, is named like its type, and keeps to its room."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from monitor.alerting.notifiers import NOTIFIERS
from monitor.detection import DETECTORS
from monitor.doors import DOORS
from monitor.posting import POSTERS

ROOT = Path(__file__).parent.parent
PACKAGES = ("monitor", "crawlers", "dashboard", "demo", "training", "benchmarks")
MODULES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts
]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_module_says_what_it_is_in_one_sentence():
    said = {name(path): ast.get_docstring(tree(path)) for path in MODULES}
    assert [path for path, told in said.items() if not told] == []
    firsts = {path: told.splitlines()[0].rstrip() for path, told in said.items() if told}
    assert {path: told for path, told in firsts.items() if not told.endswith((".", ":"))} == {}


def test_no_file_is_too_long():
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: number for path, number in lines.items() if number > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    functions = [
        (name(path), node)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > len(MODULES)
    long = [(path, node.name) for path, node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]
    assert long == []


@pytest.mark.parametrize(
    ("kind", "module"),
    [*NOTIFIERS.items(), *DETECTORS.items(), *DOORS.items(), *POSTERS.items()],
    ids=lambda value: value.rsplit(".")[-1],
)
def test_a_plug_in_is_named_like_its_type(kind: str, module: str):
    assert module.rsplit(".", 1)[-1] == kind
    options = importlib.import_module(module).Options
    assert options.model_config["frozen"]
    assert options.model_config["extra"] == "forbid"


@pytest.mark.parametrize("kind", ["notifiers", "detectors", "doors", "posters"])
def test_no_plug_in_is_left_out_of_its_registry(kind: str):
    folder, registry = {
        "notifiers": (ROOT / "monitor/alerting/notifiers", NOTIFIERS),
        "detectors": (ROOT / "monitor/detection", DETECTORS),
        "doors": (ROOT / "monitor/doors", DOORS),
        "posters": (ROOT / "monitor/posting", POSTERS),
    }[kind]
    plug_ins = {
        path.stem for path in folder.glob("*.py") if re.search(r"^Options\b|^class Options\b", path.read_text(), re.M)
    }
    assert plug_ins == set(registry)


def test_broad_excepts_are_few():
    """One: the supervisor, so that a job that fails does not stop the others."""
    found = [
        name(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert found == ["monitor/jobs/looking.py"]  # of the supervisor, and of its twin the worker


def test_the_product_needs_no_data_of_its_training():
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] not in ("training", "benchmarks"):
            assert not re.search(r"EMBERWATCH_DATA\b", path.read_text(encoding="utf-8")), path


def test_lock_files_pin_hashes_and_name_no_host():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(extra-)?index-url |--find-links ", text)
