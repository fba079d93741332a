"""The threat model is true: every test that it names exists, and no way in or out is left out of it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from monitor.alerting.notifiers import NOTIFIERS
from monitor.doors import DOORS

ROOT = Path(__file__).parents[2]
TOLD = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", TOLD)))
WORDS = {"imap": "mailbox", "folder": "watched folder", "survey": "surveys", "webhook": "webhook"}


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_it_names_tests():
    assert len(NAMED) > 60


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_it_names_exists(name: str):
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file()
    assert not test or test in functions_of(path)


def test_every_threat_has_a_test_or_says_that_it_has_none():
    rows = [line for line in TOLD.splitlines() if re.match(r"\| [STRIDE](, [STRIDE])* \|", line)]
    assert len(rows) > 40
    assert [row for row in rows if not re.search(r"\| (`tests/.*|– .*|–) \|$", row)] == []


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_in_it(door: str):
    assert WORDS[door] in TOLD


@pytest.mark.parametrize("kind", NOTIFIERS)
def test_every_channel_says_whether_it_may_ask_private_addresses(kind: str):
    table = TOLD.partition("## Which requests")[2].partition("## What is left")[0]
    assert f"`{kind}`" in table


def test_every_path_that_it_names_exists():
    for link in re.findall(r"\]\(([^)#:]+)\)", TOLD):
        assert (ROOT / "docs" / link).exists(), link
    for path in re.findall(r"`((?:monitor|crawlers|dashboard)/[\w/]+\.py)`", TOLD):
        assert (ROOT / path).is_file(), path


def test_those_who_report_find_it():
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
