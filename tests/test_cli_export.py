"""`emberwatch export` as it is typed: a file that is there whole or not at all, and errors that say what to do."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import yaml
from sqlmodel import select

from monitor.cli import main
from monitor.models import AuditEntry
from tests.contexts import BRAND
from tests.factories import (
    NOON,
    database_session,
    make_alert,
    make_author,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

Told = tuple[int, str, str]
"""Exit code, standard output and standard error."""
Command = Callable[..., Told]


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    """A brand in Karachi with two complaints a day apart, a case and an alert."""
    with database_session(database_url) as session:
        brand = make_brand(session, str(BRAND["id"]), str(BRAND["name"]))
        source = make_source(session, brand)
        author = make_author(session, "Ali Raza")
        first = make_mention(session, brand, source, "=late", themes=["refund"], author=author)
        make_mention(session, brand, source, "never came", at=NOON + timedelta(days=1), language="ur")
        make_case(session, first)
        make_alert(session, make_change(session, make_incident(session, brand)))
        session.commit()
    path = tmp_path / "config.yaml"
    told = {"brands": [{**BRAND, "time_zone": "Asia/Karachi"}], "database": {"url": database_url}}
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


@pytest.fixture
def export(config: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """The command as it is typed."""

    def typed(about: str, *words: object) -> Told:
        capfdbinary.readouterr()
        given = ["emberwatch", "export", about, "--config", str(config), "--by", "Sana", *map(str, words)]
        monkeypatch.setattr("sys.argv", given)
        with pytest.raises(SystemExit) as end:
            main()
        said = capfdbinary.readouterr()
        return int(end.value.code or 0), said.out.decode(), said.err.decode()

    return typed


def rows(told: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told.removeprefix("\ufeff"), newline="")))


def texts(told: Told) -> list[str]:
    return [row["text"] for row in rows(told[1])]


def test_mentions_go_to_standard_output_as_csv(export: Command):
    code, out, err = export("mentions")
    assert (code, [row["text"] for row in rows(out)]) == (0, ["never came", "'=late"])
    assert out.startswith("\ufeff")
    assert "2 rows" in err


def test_the_mark_of_utf_8_can_be_left_out(export: Command):
    assert export("mentions", "--no-bom")[1].startswith("mention_id,")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--since", "2026-03-03"], ["never came"]),
        (["--until", "2026-03-02"], ["'=late"]),  # that day too
        (["--until", "2026-03-02T16:00"], []),  # noon in UTC is 17:00 in Karachi
        (["--until", "2026-03-02T17:01"], ["'=late"]),
        (["--language", "ur"], ["never came"]),
        (["--theme", "refund"], ["'=late"]),
        (["--words", "never"], ["never came"]),
        (["--sentiment", "positive"], []),
        (["--brand", "karak", "--source", "reviews"], ["never came", "'=late"]),
    ],
)
def test_mentions_are_narrowed(export: Command, words: list[str], found: list[str]):
    assert texts(export("mentions", *words)) == found


def test_the_ending_of_the_file_says_the_form(export: Command, tmp_path: Path):
    assert export("mentions", "--out", tmp_path / "m.xlsx")[0] == 0
    assert openpyxl.load_workbook(tmp_path / "m.xlsx")["rows"].max_row == 3
    assert export("mentions", "--out", tmp_path / "m.csv", "--format", "jsonl")[0] == 0
    assert len((tmp_path / "m.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_cases_and_alerts_are_given_out_too(export: Command):
    (case,) = map(json.loads, export("cases", "--format", "jsonl", "--state", "new", "--owner", "-")[1].splitlines())
    assert (case["text"], case["overdue"], case["brand"]) == ("=late", True, "karak")
    (alert,) = rows(export("alerts", "--state", "sent", "--reason", "new_incident", "--brand", "karak")[1])
    assert (alert["channel"], alert["brand"]) == ("slack-support", "karak")
    assert rows(export("alerts", "--channel", "mail")[1]) == []


def test_authors_have_names_only_where_names_are_asked_for(export: Command):
    assert "Ali Raza" not in export("mentions")[1] + export("cases")[1]
    assert "Ali Raza" in export("mentions", "--names")[1]
    assert "Ali Raza" in export("cases", "--names")[1]


def test_the_log_says_who_exported_on_the_terminal(export: Command, config: Path):
    export("mentions", "--names")
    with database_session(yaml.safe_load(config.read_text())["database"]["url"]) as session:
        entry = session.exec(select(AuditEntry)).one()
    assert (entry.actor, entry.way, entry.about) == ("Sana", "terminal", "2 mentions as csv with names, brand 1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--brand", "x"], '--brand: "x" is not one of karak'),
        (["--source", "x"], '--source: "x" is not one of reviews'),
        (["--theme", "x"], '--theme: "x" is not one of '),
        (["--since", "yesterday"], '--since: "yesterday" is neither a day such as 2026-11-01 nor'),
        (["--until", "2026-13-01"], '--until: "2026-13-01" is neither'),
        (["--since", "2026-03-03", "--until", "2026-03-01"], "--until: lies before --since"),
        (["--words", "!!!"], '--words: there is nothing to look for in "!!!"'),
    ],
)
def test_a_mistake_is_named_with_what_there_is(export: Command, words: list[str], said: str):
    code, out, err = export("mentions", *words)
    assert (code, out) == (2, "")
    assert said in err


def test_an_unknown_reason_is_named(export: Command):
    assert '--reason: "x" is not one of new_incident' in export("alerts", "--reason", "x")[2]


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(export: Command, tmp_path: Path):
    code, _out, err = export("mentions", "--out", tmp_path / "none" / "m.csv")
    assert code == 2
    assert "m.csv cannot be written: No such file or directory" in err


def test_an_export_that_fails_leaves_the_old_file_as_it_was(
    export: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old = tmp_path / "m.xlsx"
    old.write_text("last month's")
    monkeypatch.setattr("monitor.exports.workbook.MOST_ROWS", 1)
    code, _out, err = export("mentions", "--out", old)
    assert (code, old.read_text()) == (1, "last month's")
    assert "an Excel sheet holds" in err
    assert [path.name for path in tmp_path.glob("m.xlsx*")] == ["m.xlsx"]


def test_who_reads_half_made_indexes_is_told(export: Command, config: Path):
    from monitor.models import Installation
    from monitor.store.search import BACK_FILL

    with database_session(yaml.safe_load(config.read_text())["database"]["url"]) as session:
        session.add(Installation(name=BACK_FILL, value="1"))
        session.commit()
    assert "older mentions are still being made findable" in export("mentions")[2]
