"""`emberwatch forget` and `emberwatch person` as they are typed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sqlmodel import select

from monitor.cli import main
from monitor.models import AuditEntry, Mention
from tests.contexts import BRAND
from tests.factories import database_session, make_brand
from tests.jobs import forgettable
from tests.jobs.forgettable import NAME, URL

Told = tuple[int, str, str]
"""Exit code, standard output and standard error."""
Command = Callable[..., Told]


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    with database_session(database_url) as session:
        forgettable.make(session)
        make_brand(session, str(BRAND["id"]), str(BRAND["name"]))
        session.commit()
    path = tmp_path / "config.yaml"
    told = {"brands": [BRAND], "database": {"url": database_url}, "report": {"folder": str(tmp_path / "reports")}}
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


@pytest.fixture
def typed(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def type_in(command: str, *words: object) -> Told:
        capsys.readouterr()
        given = ["emberwatch", command, *map(str, words), "--config", str(config), "--by", "Sana"]
        monkeypatch.setattr("sys.argv", given)
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return type_in


def texts(url: str) -> list[str]:
    with database_session(url) as session:
        return [text for text in session.exec(select(Mention.text)) if "samovar" in text]


def test_a_dry_run_says_what_would_go(typed: Command, database_url: str) -> None:
    code, out, _ = typed("forget", NAME, "--dry-run")
    assert (code, "3 texts and 1 authors would be forgotten" in out) == (0, True)
    assert texts(database_url)


def test_what_was_forgotten_is_told_with_what_is_out_of_reach(typed: Command, database_url: str) -> None:
    code, out, _ = typed("forget", URL, "--author", "--yes", "--compact")
    assert (code, texts(database_url)) == (0, [])
    assert "slack-sent 2026-03-02" in out.replace("\n", " ")
    assert "samovar" not in out.replace("jamilahs-smashed-samovar", "")


def test_it_is_told_which_files_of_reports_are_written_anew_and_where(typed: Command) -> None:
    _, out, _ = typed("forget", NAME, "--yes")
    assert "by the next job `report` on the machine that runs it" in out
    assert "reports on other machines" in out


def test_figures_come_as_json(typed: Command) -> None:
    _, out, _ = typed("forget", NAME, "--yes", "--json")
    told = json.loads(out.splitlines()[-1])
    assert (told["texts"], told["authors"], told["dry"]) == (3, 1, False)


def test_where_nobody_can_be_asked_it_wants_a_yes(
    typed: Command, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, err = typed("forget", NAME)
    assert (code, "--yes" in err) == (2, True)
    assert texts(database_url)


def test_who_is_not_known_ends_the_command(typed: Command) -> None:
    code, _, err = typed("forget", "Nobody Known", "--yes")
    assert (code, "nothing is stored under" in err) == (1, True)


@pytest.mark.parametrize("ending", ["json", "zip"])
def test_all_about_a_person_is_given_out_as_a_file(
    typed: Command, tmp_path: Path, ending: str, database_url: str
) -> None:
    path = tmp_path / f"her.{ending}"
    assert typed("person", NAME, "--out", path)[0] == 0
    text = zipfile.ZipFile(path).read("person.json") if ending == "zip" else path.read_bytes()
    told = json.loads(text)
    assert NAME in str(told["tables"]["author"]["rows"])
    assert told["messages_sent"]
    with database_session(database_url) as session:
        assert session.exec(select(AuditEntry.deed)).one() == "give out data of a person"


def test_another_ending_is_refused_before_anything_is_read(typed: Command, tmp_path: Path) -> None:
    assert typed("person", NAME, "--out", tmp_path / "her.xlsx")[0] == 2
