"""`emberwatch import` shows how a file is read, keeps it whole or says what is wrong with it, and doubles nothing."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sqlmodel import select

from monitor.cli import main
from monitor.models import Mention, Source
from tests.contexts import BRAND, SOURCE
from tests.doors.texts import workbook
from tests.factories import count_rows, database_session

HEAD = "Review ID,Review,Stars,Date\n"
GOOD = HEAD + "1,Cold tea,2,25/03/2024\n2,Fine,5,26/03/2024\n"
BAD = GOOD + "3,Meh,nine,27/03/2024\n"
Told = tuple[int, str, str]
"""Exit code, standard output and standard error."""
Command = Callable[..., Told]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def take_in(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command as it is typed."""
    config = tmp_path / "config.yaml"
    settings = {
        "brands": [BRAND, {"id": "other", "name": "Other"}],
        "sources": [SOURCE],
        "database": {"url": database_url},
    }
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")

    def typed(*words: object) -> Told:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["emberwatch", "import", "--config", str(config), *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return typed


def texts(url: str) -> list[str]:
    with database_session(url) as session:
        return sorted(session.exec(select(Mention.text)))


def test_a_file_is_shown_and_taken_in(take_in: Command, file: Path, database_url: str):
    code, out, err = take_in(file, "--brand", "karak")
    assert code == 0, err
    assert "new" in out
    for shown in (
        "march.csv: text with a comma",
        "Stars",
        "by its name",
        "day before month",
        "Cold tea | [2 of 1 to 5]",
    ):
        assert shown in err
    assert texts(database_url) == ["Cold tea", "Fine"]


def test_the_same_file_again_adds_nothing(take_in: Command, file: Path, database_url: str):
    take_in(file, "--brand", "karak")
    _, out, _ = take_in(file, "--brand", "karak", "--json")
    assert (json.loads(out)["new"], json.loads(out)["unchanged"]) == (0, 2)
    assert len(texts(database_url)) == 2


def test_a_bad_row_refuses_all_and_is_named(take_in: Command, file: Path, database_url: str):
    file.write_text(BAD, encoding="utf-8")
    code, _, err = take_in(file, "--brand", "karak")
    assert code == 1
    assert "row 4, Stars: 'nine' is no rating" in err
    assert "1 of 3 rows are bad" in err
    assert texts(database_url) == []


def test_good_rows_are_kept_where_that_is_wished(take_in: Command, file: Path, database_url: str):
    file.write_text(BAD, encoding="utf-8")
    code, _, err = take_in(file, "--brand", "karak", "--keep-good")
    assert code == 0
    assert "left out: row 4" in err
    assert texts(database_url) == ["Cold tea", "Fine"]


def test_a_dry_run_keeps_nothing(take_in: Command, file: Path, database_url: str):
    code, _, err = take_in(file, "--brand", "karak", "--dry-run")
    assert (code, texts(database_url)) == (0, [])
    assert "2 texts could be" in err
    with database_session(database_url) as session:
        assert session.exec(select(Source.slug)).all() == ["news"]


def test_all_figures_are_there_as_json(take_in: Command, file: Path):
    file.write_text(BAD, encoding="utf-8")
    code, out, _ = take_in(file, "--brand", "karak", "--json")
    told = json.loads(out)
    assert (code, told["taken"], told["rows"], told["good"], told["bad"]) == (1, False, 3, 2, 1)
    assert told["columns"] == {"text": "Review", "rating": "Stars", "date": "Date", "id": "Review ID"}
    assert told["bad_rows"] == [{"row": 4, "column": "Stars", "what": "'nine' is no rating"}]
    assert told["examples"][0]["published_at"] == "2024-03-25T00:00:00+00:00"


def test_the_columns_that_were_told_are_taken_the_next_time(take_in: Command, file: Path, database_url: str):
    file.write_text("Review,Inner note\nnice,sold\n", encoding="utf-8")
    take_in(file, "--brand", "karak", "--map", "text=inner note")
    file.write_text("Review,Inner note\nfine,bought\n", encoding="utf-8")
    _, _, err = take_in(file, "--brand", "karak")
    assert "as last time" in err
    assert texts(database_url) == ["bought", "sold"]
    take_in(file, "--brand", "karak", "--guess")
    assert "fine" in texts(database_url)


def test_a_workbook_from_a_folder_of_exports_is_taken_in_with_the_others(
    take_in: Command, file: Path, database_url: str
):
    workbook(file.parent, ["ID", "Review", "Stars"], [1, "From a sheet", 4])
    code, out, _ = take_in(file, file.parent / "reviews.xlsx", "--brand", "karak", "--json")
    assert code == 0
    assert [json.loads(line)["new"] for line in out.splitlines()] == [2, 1]
    assert "From a sheet" in texts(database_url)


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(take_in: Command, file: Path, database_url: str):
    (file.parent / "empty.csv").touch()
    code, _, err = take_in(file.parent / "empty.csv", file, "--brand", "karak")
    assert code == 1
    assert "there is nothing in empty.csv: it is empty" in err
    assert len(texts(database_url)) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--brand: say which of karak, other"),
        (("--brand", "nobody"), '"nobody" is not one of karak, other'),
        (("--brand", "other", "--source", "news"), "not watched for other, but for karak"),
        (("--brand", "karak", "--source", "Old Desk"), "other signs than a-z"),
        (("--brand", "karak", "--scale", "five"), "'five' is no scale"),
        (("--brand", "karak", "--zone", "Mars"), "'Mars' is not a time zone"),
        (("--brand", "karak", "--day", "today"), "'today' is not a day"),
        (("--brand", "karak", "--map", "Review"), "write PART=COLUMN"),
        (("--brand", "karak", "--map", "text=Nope"), "there is no column 'Nope'"),
    ],
)
def test_a_mistake_is_one_line_and_ends_with_two(take_in: Command, file: Path, words: tuple[str, ...], said: str):
    code, _, err = take_in(file, *words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_name_of_one_s_own_keeps_the_ids_of_two_systems_apart(take_in: Command, file: Path, database_url: str):
    take_in(file, "--brand", "karak")
    take_in(file, "--brand", "karak", "--source", "old-desk")
    assert len(texts(database_url)) == 4
    with database_session(database_url) as session:
        assert session.exec(select(Source.slug).where(Source.kind == "import").order_by(Source.slug)).all() == [
            "import-karak",
            "import-karak.old-desk",
        ]


def test_texts_may_belong_to_a_source_of_the_config(take_in: Command, file: Path, database_url: str):
    assert take_in(file, "--source", "news")[0] == 0
    with database_session(database_url) as session:
        named = select(Source.slug).join(Mention, Mention.source_id == Source.id).distinct()  # type: ignore[arg-type]
        assert session.exec(named).all() == ["news"]


def test_all_bad_rows_are_written_to_a_file_on_demand(take_in: Command, file: Path, tmp_path: Path):
    file.write_text(HEAD + "".join(f"{i},x,nine,\n" for i in range(60)), encoding="utf-8")
    _, _, err = take_in(file, "--brand", "karak", "--map", "rating=Stars", "--report", tmp_path / "bad.txt")
    assert "and 40 more" in err
    assert (tmp_path / "bad.txt").read_text(encoding="utf-8").count("'nine' is no rating") == 60


def test_what_steers_a_terminal_is_not_shown(take_in: Command, file: Path):
    file.write_text("Review,St\x1b[31mars\nCold \x1b[2J tea,2\n", encoding="utf-8")
    _, _, err = take_in(file, "--brand", "karak", "--dry-run")
    assert "\x1b" not in err


def test_imported_texts_are_about_the_brand_without_naming_it(take_in: Command, file: Path, database_url: str):
    from datetime import UTC, datetime

    from monitor.config import Settings
    from monitor.jobs import analyse
    from monitor.jobs.context import Context
    from tests.fakes import FakeAssessor

    take_in(file, "--brand", "karak")
    settings = Settings(brands=[BRAND], sources=[SOURCE])
    with database_session(database_url) as session:
        context = Context(settings, session, datetime(2026, 11, 22, tzinfo=UTC))
        assert analyse.run(context, FakeAssessor())["read"] == 2
        assert count_rows(session, Mention) == 2


def test_a_disk_without_room_for_a_copy_is_said_in_words(
    take_in: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    workbook(tmp_path, ["Review", "Stars"], ["Cold tea", 2])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    code, out, said = take_in(tmp_path / "reviews.xlsx", "--brand", "karak", "--json")
    assert (code, json.loads(out)["taken"]) == (1, False)
    assert "No such file or directory" in said
