"""`emberwatch audit`: who did what, as a table, as JSON and for a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from monitor.access import Deed
from monitor.cli import frame, main
from monitor.clock import utcnow
from monitor.facts import Person, Role, Way
from monitor.models import Outcome
from monitor.store import audit as store
from tests.contexts import BRAND
from tests.factories import database_session

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def audit(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command as it is typed, where Sana noted something yesterday and Ali was refused something last year."""
    now = utcnow()
    sana = Person("Sana [bold]", Role.LEAD, Way.DASHBOARD, "sana@shop.example")
    ali = Person("=Ali()", Role.VIEWER, Way.TERMINAL)
    with database_session(database_url) as session:
        store.keep(session, ali, Deed.SILENCE, "", now - timedelta(days=300), Outcome.REFUSED)
        store.keep(session, sana, Deed.NOTE, "case 3", now - timedelta(days=1), Outcome.DONE)
        session.commit()
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"brands": [BRAND], "database": {"url": database_url}}), encoding="utf-8")

    def typed(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["emberwatch", "audit", "--config", str(path), *words])
        monkeypatch.setattr(frame.out, "_width", 200)  # of a terminal that is wide
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return typed


def names(told: str) -> list[str]:
    return [entry["actor"] for entry in json.loads(told)]


def test_as_json_an_entry_has_all_that_is_known(audit: Command):
    code, told, _ = audit("--json", "--most", "1")
    (entry,) = json.loads(told)
    assert (code, entry.pop("at").endswith("+00:00")) == (0, True)
    assert entry == {
        "actor": "Sana [bold]", "login": "sana@shop.example", "role": "lead", "way": "dashboard", "deed": "note",
        "about": "case 3", "outcome": "done",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["Sana [bold]", "=Ali()"]),
        (("--person", "ALI"), ["=Ali()"]),
        (("--person", "sana@shop"), ["Sana [bold]"]),
        (("--deed", "note"), ["Sana [bold]"]),
        (("--outcome", "refused"), ["=Ali()"]),
        (("--since", "7d"), ["Sana [bold]"]),
        (("--since", "7d", "--outcome", "refused"), []),
    ],
)
def test_it_tells_what_is_asked_for_newest_first(audit: Command, words: tuple[str, ...], found: list[str]):
    assert names(audit("--json", *words)[1]) == found


def test_a_spreadsheet_takes_no_name_for_a_formula(audit: Command):
    rows = list(csv.DictReader(io.StringIO(audit("--csv")[1])))
    assert [row["actor"] for row in rows] == ["Sana [bold]", "'=Ali()"]


def test_on_a_terminal_it_is_a_table(audit: Command):
    told = audit()[1]
    assert "Sana [bold]" in told
    assert "silence" in told


def test_nothing_is_said_in_words(audit: Command):
    assert audit("--person", "nobody")[1] == "nobody did anything of the kind\n"


@pytest.mark.parametrize(("option", "value"), [("--since", "soon"), ("--deed", "fly"), ("--most", "0")])
def test_a_wrong_option_is_named(audit: Command, option: str, value: str):
    code, _, told = audit(option, value)
    assert code == 2
    assert option in told
