"""A file dropped into the folder is taken in once, whole or not at all, and moved away with a report."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.doors import DOORS, poll
from monitor.doors.door import DoorTrouble, Look, Taken
from monitor.doors.folder import FILE_NOTE, Options

GOOD = "Review ID,Review,Stars,Date\n1,Cold tea,2,25/03/2024\n2,Fine,5,26/03/2024\n"
BAD = GOOD + "3,Meh,nine,27/03/2024\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


def options(folder: Path, **changes: object) -> Options:
    return Options.model_validate({"id": "drop", "brands": ["karak"], "path": folder, **changes})


def drop(folder: Path, content: str | bytes, name: str = "march.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def later(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: TID251 (the clock of the file system)


def look(
    folder: Path, notes: dict[str, str] | None = None, now: datetime | None = None, **changes: object
) -> list[Taken]:
    """One look to its end; its notes are kept in `notes`."""
    notes = {} if notes is None else notes
    pieces = []
    for piece in poll(options(folder, **changes), Look(now=now or later(), notes=dict(notes))):
        notes.update(piece.notes)
        pieces.append(piece)
    return pieces


def texts(pieces: list[Taken]) -> list[str]:
    return [text.text for piece in pieces for text in piece.texts]


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_taken_in_and_moved_with_a_report(folder: Path):
    drop(folder, GOOD)
    assert texts(look(folder)) == ["Cold tea", "Fine"]
    assert names(folder) == ["done/march.csv", "done/march.csv.report.txt"]
    assert "2 rows, none bad: all were taken in." in (folder / "done/march.csv.report.txt").read_text()


def test_a_file_that_still_changes_is_left_alone(folder: Path):
    drop(folder, GOOD)
    assert look(folder, now=later(1)) == []
    assert names(folder) == ["march.csv"]


def test_a_bad_row_refuses_the_file_and_the_report_says_which(folder: Path):
    drop(folder, BAD)
    pieces = look(folder)
    assert texts(pieces) == []
    assert pieces[-1].counters == {"files refused": 1}
    (words,) = pieces[-1].notes.values()
    assert words.startswith("march.csv: ")
    assert "nothing was taken in" in words
    assert "row 4, Stars: 'nine' is no rating" in (folder / "refused/march.csv.report.txt").read_text()


def test_good_rows_are_kept_where_that_is_wished(folder: Path):
    drop(folder, BAD)
    pieces = look(folder, keep_good=True)
    assert texts(pieces) == ["Cold tea", "Fine"]
    assert pieces[-1].counters == {"files": 1, "dropped: bad row": 1}
    assert names(folder)[0] == "done/march.csv"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04 broken", b"Review,Stars\n", b"a,b\n1,2\n"])
def test_what_cannot_be_read_is_refused_with_the_reason(folder: Path, content: bytes):
    drop(folder, content)
    assert texts(look(folder)) == []
    assert names(folder) == ["refused/march.csv", "refused/march.csv.report.txt"]


def test_a_bad_file_does_not_hold_up_the_others(folder: Path):
    drop(folder, b"\x00\x01\x02\x03" * 50, name="a.csv")
    drop(folder, GOOD, name="b.csv")
    assert texts(look(folder)) == ["Cold tea", "Fine"]


def test_after_a_kill_between_keeping_and_moving_only_the_move_is_done(folder: Path):
    drop(folder, GOOD)
    notes: dict[str, str] = {}
    pieces: Iterator[Taken] = poll(options(folder), Look(now=later()))
    for piece in pieces:
        notes.update(piece.notes)
        if piece.notes:
            break  # committed, and killed before the next piece was asked for
    assert names(folder) == ["march.csv"]
    assert texts(look(folder, notes)) == []
    assert names(folder) == ["done/march.csv", "done/march.csv.report.txt"]


def test_the_same_content_under_another_name_is_not_taken_in_again(folder: Path):
    drop(folder, GOOD)
    notes: dict[str, str] = {}
    look(folder, notes)
    drop(folder, GOOD, name="april.csv")
    assert texts(look(folder, notes)) == []
    assert "was taken in before (march.csv, 2 rows" in (folder / "done/april.csv.report.txt").read_text()
    assert [name for name in notes if name.startswith(FILE_NOTE)] == list(notes)


def test_a_file_of_the_same_name_does_not_overwrite_the_one_before(folder: Path):
    notes: dict[str, str] = {}
    for content in (GOOD, GOOD.replace("Cold", "Warm")):
        drop(folder, content)
        look(folder, notes)
    assert [name for name in names(folder) if name.endswith(".csv")] == ["done/march (2).csv", "done/march.csv"]


@pytest.mark.parametrize("name", [".hidden.csv", "~$march.xlsx", "march.csv.part", "march.crdownload", "x.report.txt"])
def test_what_is_not_meant_for_us_is_left_alone(folder: Path, name: str):
    drop(folder, GOOD, name=name)
    assert look(folder) == []


def test_a_link_is_not_followed(folder: Path, tmp_path: Path):
    (folder / "link.csv").symlink_to(drop(tmp_path, GOOD))
    assert look(folder) == []


def test_a_link_to_another_folder_gives_us_nothing_of_it(folder: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    drop(elsewhere, GOOD)
    (folder / "link").symlink_to(elsewhere)
    assert look(folder, pattern="*/*.csv") == []
    assert names(elsewhere) == ["march.csv"]


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(folder)
    drop(folder, GOOD)
    assert texts(look(tmp_path / "link")) == ["Cold tea", "Fine"]


def test_only_what_fits_the_pattern_is_taken(folder: Path):
    drop(folder, GOOD, name="a.csv")
    drop(folder, GOOD, name="b.txt")
    look(folder, pattern="*.csv")
    assert "b.txt" in names(folder)


def test_a_folder_that_is_not_there_is_a_trouble_that_may_pass(folder: Path):
    with pytest.raises(DoorTrouble, match="there is no folder"):
        look(folder / "gone")


def test_a_target_that_is_no_folder_is_a_trouble(folder: Path):
    drop(folder, GOOD)
    drop(folder.parent, b"x", name="taken")
    with pytest.raises(DoorTrouble, match="cannot be moved"):
        look(folder, done_folder=folder.parent / "taken" / "done")


def test_a_large_file_gives_the_other_jobs_their_turn(folder: Path):
    drop(folder, "Review ID,Review,Stars\n" + "".join(f"{i},tea {i},3\n" for i in range(5_000)))
    pieces = look(folder)
    assert sum(not piece.texts for piece in pieces) > 4
    assert len(texts(pieces)) == 5_000


def test_the_options_say_what_is_wrong(folder: Path):
    with pytest.raises(ValidationError) as error:
        options(folder, scale="five", time_zone="Mars", map={"txt": "Review"})
    assert {"scale", "time_zone", "map"} <= {str(one["loc"][0]) for one in error.value.errors()}


def test_columns_and_scale_are_as_the_config_says(folder: Path):
    drop(folder, "one,two\nfine tea,7\n")
    pieces = look(folder, map={"text": "one", "rating": "two"}, scale="1-7")
    assert [(t.text, t.rating_value, t.rating_best) for piece in pieces for t in piece.texts] == [("fine tea", 7, 7)]


def test_it_is_in_the_registry():
    assert DOORS["folder"] == "monitor.doors.folder"


def test_a_file_that_is_replaced_while_it_is_read_is_not_moved_away_unread(folder: Path):
    path, notes = drop(folder, GOOD), {}
    pieces = poll(options(folder), Look(now=later(), notes={}))
    kept = [next(pieces)]
    (folder / ".new").write_text(GOOD.replace("Cold tea", "Warm tea").replace("1,", "8,", 1))
    (folder / ".new").replace(path)
    for piece in pieces:
        kept.append(piece)
        notes.update(piece.notes)
    assert names(folder) == ["march.csv"]
    assert "Warm tea" in texts(look(folder, notes))


def test_a_file_that_grows_while_it_is_read_is_read_again(folder: Path):
    path, notes = drop(folder, GOOD), {}
    for number, piece in enumerate(poll(options(folder), Look(now=later(), notes={}))):
        notes.update(piece.notes)
        if number == 0:
            with path.open("a") as more:
                more.write("3,Late,1,27/03/2024\n")
    assert names(folder) == ["march.csv"]
    assert "Late" in texts(look(folder, notes))


def test_a_pattern_that_reaches_deeper_does_not_find_what_was_moved_away(folder: Path):
    (folder / "june").mkdir()
    drop(folder / "june", GOOD)
    drop(folder / "june", BAD, "bad.csv")
    notes: dict[str, str] = {}
    look(folder, notes, pattern="**/*.csv")
    before = names(folder)
    look(folder, notes, pattern="**/*.csv")
    assert names(folder) == before == [
        "done/march.csv", "done/march.csv.report.txt", "refused/bad.csv", "refused/bad.csv.report.txt",
    ]  # fmt: skip


def test_files_are_not_moved_to_where_they_are_looked_for(folder: Path):
    with pytest.raises(ValidationError, match="done_folder"):
        options(folder, done_folder=folder)


def test_a_file_with_the_longest_of_names_is_moved_with_its_report(folder: Path):
    drop(folder, GOOD, "ع" * 125 + ".csv")
    look(folder)
    assert len(names(folder)) == 2


def test_a_name_that_is_no_text_is_moved_too(folder: Path):
    drop(folder, GOOD)
    notes: dict[str, str] = {}
    look(folder, notes)
    drop(folder, GOOD, "caf\udce9.csv")
    look(folder, notes)
    assert [path for path in folder.iterdir() if path.is_file()] == []


def test_a_file_that_cannot_be_moved_does_not_hold_up_the_others(folder: Path):
    (folder / "refused").write_text("no folder\n")
    drop(folder, b"%PDF-1.7 not a table", "a.csv")
    drop(folder, GOOD, "b.csv")
    with pytest.raises(DoorTrouble, match=r"a\.csv cannot be moved"):
        look(folder, pattern="*.csv")
    assert "done/b.csv" in names(folder)
