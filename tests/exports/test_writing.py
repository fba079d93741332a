"""Each form holds every row with its types, and nothing of strangers runs in it."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from monitor.exports import TABLES, About, Column, Form, Kind, TooManyRows, columnar, limits, workbook, write
from monitor.facts import Sentiment
from monitor.spreadsheet import LONGEST_CELL

AT = datetime(2026, 11, 1, 9, 30, 15, tzinfo=UTC)
COLUMNS = (
    Column("id", Kind.WHOLE, "Its number."),
    Column("text", Kind.TEXT, "What it says."),
    Column("share", Kind.NUMBER, "How much."),
    Column("at", Kind.MOMENT, "When."),
    Column("good", Kind.FLAG, "Whether."),
    Column("themes", Kind.TEXTS, "What about."),
)
NASTY = '=cmd|"x"!A1, "two"\nlines \x00\x08'
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "پیسے واپس", 0.25, AT, True, ("delivery", "refund")),
    (2, NASTY, None, AT + timedelta(days=1), False, ()),
    (3, Sentiment.NEGATIVE, 1.0, None, None, ("price",)),
)


def written(form: Form, rows: Any = ROWS, **options: Any) -> bytes:
    out = io.BytesIO()
    write(form, COLUMNS, rows, out, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", Form)
def test_every_form_tells_how_many_rows_it_holds(form: Form):
    out = io.BytesIO()
    assert write(form, COLUMNS, iter(ROWS), out) == 3
    assert not out.closed


@pytest.mark.parametrize("form", Form)
def test_a_table_without_rows_is_one_that_can_be_read(form: Form):
    made = written(form, ())
    read: dict[Form, Any] = {
        Form.CSV: lambda: len(list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"))))),
        Form.XLSX: lambda: openpyxl.load_workbook(io.BytesIO(made))["rows"].max_row - 1,
        Form.JSONL: lambda: len(made),
        Form.PARQUET: lambda: parquet.read_table(io.BytesIO(made)).num_rows,
    }
    assert read[form]() == 0


def test_csv_is_what_rfc_4180_says():
    lines = written(Form.CSV, marked=False).decode().split("\r\n")
    assert lines[0] == "id,text,share,at,good,themes"
    assert lines[1] == "1,پیسے واپس,0.25,2026-11-01T09:30:15Z,true,delivery; refund"
    assert lines[2] == '2,"\'=cmd|""x""!A1, ""two""\nlines ",,2026-11-02T09:30:15Z,false,'
    assert lines[-1] == ""


def test_csv_begins_with_the_mark_that_excel_wants_unless_it_is_not_wanted():
    assert written(Form.CSV).startswith(b"\xef\xbb\xbfid,")
    assert written(Form.CSV, marked=False).startswith(b"id,")


def test_json_lines_hold_texts_as_they_are():
    rows = [json.loads(line) for line in written(Form.JSONL).decode().splitlines()]
    assert rows[0] == {
        "id": 1, "text": "پیسے واپس", "share": 0.25, "at": "2026-11-01T09:30:15Z", "good": True,
        "themes": ["delivery", "refund"],
    }  # fmt: skip
    assert (rows[1]["text"], rows[1]["share"], rows[2]["text"]) == (NASTY, None, "negative")


def test_parquet_is_typed_and_says_what_its_columns_mean():
    table = parquet.read_table(io.BytesIO(written(Form.PARQUET)))
    assert [field.type for field in table.schema] == [
        pa.int64(), pa.string(), pa.float64(), pa.timestamp("us", tz="UTC"), pa.bool_(), pa.list_(pa.string()),
    ]  # fmt: skip
    assert table.schema.field("at").metadata == {b"definition": b"When."}
    assert tuple(table.to_pylist()[0].values()) == (1, "پیسے واپس", 0.25, AT, True, ["delivery", "refund"])


def test_parquet_is_written_a_group_of_rows_at_a_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(columnar, "BATCH", 2)
    assert parquet.ParquetFile(io.BytesIO(written(Form.PARQUET))).num_row_groups == 2


def _cells(made: bytes, row: int) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(made))["rows"]
    return list(sheet[row])


def test_cells_of_a_workbook_have_types_and_no_formula():
    first, second = _cells(written(Form.XLSX), 2), _cells(written(Form.XLSX), 3)
    assert [cell.value for cell in first] == [
        1, "پیسے واپس", 0.25, AT.replace(tzinfo=None), True, "delivery; refund",
    ]  # fmt: skip
    assert (second[1].value, second[1].data_type) == ('=cmd|"x"!A1, "two"\nlines ', "s")
    assert first[1].alignment.readingOrder == 2


def test_a_workbook_says_what_its_columns_mean():
    sheet = openpyxl.load_workbook(io.BytesIO(written(Form.XLSX)))["columns"]
    assert [cell.value for cell in sheet[4]] == ["at", "When. In UTC."]


def test_the_head_of_a_workbook_stays_and_can_filter():
    sheet = openpyxl.load_workbook(io.BytesIO(written(Form.XLSX)))["rows"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:F4")


def test_a_text_longer_than_a_cell_is_cut_in_a_workbook_alone():
    rows = ((1, "x" * (LONGEST_CELL + 5), None, None, None, ()),)
    assert len(_cells(written(Form.XLSX, rows), 2)[1].value) == LONGEST_CELL
    assert len(json.loads(written(Form.JSONL, rows))["text"]) == LONGEST_CELL + 5


def test_what_looks_like_an_escape_of_excel_is_escaped():
    """Excel reads `_x0041_` as A, and `_x005F_` as the underscore that it began with."""
    made = written(Form.XLSX, ((1, "_x0041_ http://example.org", None, None, None, ()),))
    assert _cells(made, 2)[1].value == "_x005F_x0041_ http://example.org"
    assert _cells(made, 2)[1].hyperlink is None


def test_more_rows_than_a_sheet_holds_are_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows, match="1,048,575 rows, and there are more: ask for less"):
        written(Form.XLSX)
    assert limits.MOST_ROWS == 2**20 - 1


@pytest.mark.parametrize("form", Form)
def test_rows_are_taken_one_by_one(form: Form):
    """No form asks for the whole list first."""
    seen: list[int] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(3):
            seen.append(number)
            yield (number, "x\ud800", 0.5, AT, True, ())

    written(form, rows())
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("about", About)
def test_columns_have_names_of_their_own_and_definitions(about: About):
    names = [column.name for column in TABLES[about]]
    assert len(set(names)) == len(names)
    assert all(column.definition.endswith(".") for column in TABLES[about])
