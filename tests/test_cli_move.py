"""The commands that move a store, back it up and bring it back, as people type them."""

import json
from pathlib import Path

import pytest
import yaml

from tests import postgresql
from tests.commands import emberwatch
from tests.conftest import need
from tests.contexts import BRAND
from tests.filled import asked, every_table

pytestmark = pytest.mark.slow


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    told = {"brands": [BRAND], "sources": [], "database": {"url": every_table(tmp_path)}}
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


def test_a_move_shows_each_table_and_says_what_to_do_next_without_the_password(config: Path):
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        done = emberwatch("move", "--config", config, "--to", url.replace("postgres@", "postgres:hidden@"))
    assert done.returncode == 0, done.stderr
    assert "the same" in next(line for line in done.stdout.splitlines() if line.split()[:2] == ["mention", "3"])
    assert "set database.url to postgresql+psycopg://postgres:***@" in done.stdout


def test_what_differs_is_named_and_ends_with_one(config: Path, tmp_path: Path):
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        done = emberwatch("move", "--config", config, "--to", url, "--compare", "--json")
    assert done.returncode == 1
    assert "not the same in both" in done.stderr
    different = [one["table"] for one in json.loads(done.stdout)["tables"] if not one["same"]]
    assert "mention" in different


def test_a_back_up_comes_back_by_the_commands(config: Path, tmp_path: Path):
    (tmp_path / "backups").mkdir()
    made = emberwatch("backup", "--config", config, "--out", tmp_path / "backups", "--keep", 7, "--json")
    assert made.returncode == 0, made.stderr
    file = json.loads(made.stdout)["file"]
    assert " tables, " in emberwatch("restore", file, "--look").stdout
    done = emberwatch("restore", file, "--to", tmp_path / "new.db")
    assert done.stdout.splitlines()[1] == f"restored to {tmp_path}/new.db, and every row is as it was backed up"
    assert asked(f"sqlite:///{tmp_path}/new.db", "SELECT count(*) FROM mention") == [(3,)]


def test_a_restore_over_a_store_asks_for_force_in_one_line(config: Path, tmp_path: Path):
    file = tmp_path / "copy.db"
    emberwatch("backup", "--config", config, "--out", file)
    done = emberwatch("restore", file, "--config", config)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "--force" in done.stderr
