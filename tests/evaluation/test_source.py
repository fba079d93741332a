"""Files as people have them are read row by row; what cannot be read is said with its line."""

import csv
import gzip
import os
import threading
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.evaluation.source import LONGEST_LINE, Bad, Columns, Row, opened

JSON = '{"text": "bad tea", "label": "negative", "lang": "en"}\n{"text": "اچھی چائے", "label": 1}\n'


def rows(folder: Path, content: str | bytes, columns: Columns | None = None) -> list[Row | Bad]:
    path = folder / "labelled.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with opened(str(path)) as source:
        return list(source.rows(columns or Columns()))


def texts(found: list[Row | Bad]) -> list[str]:
    return [row.text for row in found if isinstance(row, Row)]


def test_json_lines_are_read_with_labels_of_any_type(tmp_path: Path):
    assert rows(tmp_path, JSON) == [Row(1, "bad tea", "negative", "en"), Row(2, "اچھی چائے", "1", "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_stands_between_its_columns(tmp_path: Path, delimiter: str):
    lines = [["id", "Label", "Text", "lang"], ["7", "neg", '"cold, bitter; dear"', "EN"]]
    found = rows(tmp_path, "\r\n".join(delimiter.join(line) for line in lines))
    assert found == [Row(2, "cold, bitter; dear", "neg", "en")]


def test_gzip_is_known_by_its_content(tmp_path: Path):
    assert texts(rows(tmp_path, gzip.compress(JSON.encode()))) == ["bad tea", "اچھی چائے"]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\n \n", b"sep=,\n"])
def test_a_byte_order_mark_blank_lines_and_excels_first_line_do_no_harm(tmp_path: Path, start: bytes):
    assert texts(rows(tmp_path, start + b"text,label\ncold,neg\n\n,\n")) == ["cold"]


def test_a_byte_order_mark_before_json_does_no_harm(tmp_path: Path):
    assert len(texts(rows(tmp_path, b"\xef\xbb\xbf" + JSON.encode()))) == 2


def test_a_quoted_text_may_have_lines_and_the_next_row_has_the_right_number(tmp_path: Path):
    found = rows(tmp_path, 'text,label\n"first\nsecond ""quoted""",neg\nlast,pos\n')
    assert found == [Row(2, 'first\nsecond "quoted"', "neg", ""), Row(4, "last", "pos", "")]


def test_a_line_separator_within_json_ends_no_row(tmp_path: Path):
    assert texts(rows(tmp_path, '{"text": "a\u2028b\x85c", "label": "neg"}')) == ["a\u2028b\x85c"]


def test_the_columns_may_have_other_names(tmp_path: Path):
    found = rows(tmp_path, "review;stars;code\ncold;2;PT_br\n", Columns("Review", "stars", "CODE"))
    assert found == [Row(2, "cold", "2", "pt-BR")]


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path):
    with pytest.raises(MonitorError, match=r"it has: id, review, stars\. Name yours with --text-column"):
        rows(tmp_path, "id,review,stars\n1,cold,2\n")


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path):
    with pytest.raises(MonitorError, match="each once"):
        rows(tmp_path, "text,label,text\na,neg,b\n")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"text": "a", "label": ', "not a JSON object"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ('{"text": " ", "label": "neg"}', "no text"),
        ('{"text": 5, "label": "neg"}', "no text"),
        ('{"text": "a"}', "no label"),
        ('{"text": "a", "label": null}', "no label"),
        ('{"text": "a", "label": true}', "no label"),
        ('{"text": "a", "label": "neg", "lang": ["en"]}', "no language code"),
        ('{"text": "a", "label": "neg", "lang": "\\ud800"}', "no language code"),
        ('{"text": "a", "label": "neg", "lang": "\\u001b[2J"}', "no language code"),
    ],
)
def test_a_bad_line_of_json_is_told_and_the_next_one_read(tmp_path: Path, line: str, kind: str):
    found = rows(tmp_path, JSON + line + "\n" + JSON)
    assert [(row.line, row.kind) for row in found if isinstance(row, Bad)] == [(3, kind)]
    assert len(texts(found)) == 4


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"cold, bitter,neg", "too many fields"),
        (b"cold", "no label"),
        (b",neg", "no text"),
        (b'"cold" tea,neg', "quotation marks do not fit"),
        (b"caf\xe9,neg", "not UTF-8"),
    ],
)
def test_a_bad_line_of_a_table_is_told_and_the_next_one_read(tmp_path: Path, line: bytes, kind: str):
    found = rows(tmp_path, b"text,label\nfirst,pos\n" + line + b"\nlast,pos\n")
    assert [(row.line, row.kind) for row in found if isinstance(row, Bad)] == [(3, kind)]
    assert texts(found) == ["first", "last"]


def test_json_that_is_not_utf8_is_told(tmp_path: Path):
    found = rows(tmp_path, JSON.encode() + b'{"text": "caf\xe9", "label": "neg"}')
    assert found[2] == Bad(3, "not UTF-8")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        ("text,label".encode("utf-16"), "UTF-16"),
        (b' [{"text": "a"}]', "jq"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "needs the columns"),
        (gzip.compress(JSON.encode() * 100)[:-12], "damaged gzip"),
        (b"\x1f\x8b\x08garbage", "damaged gzip"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(tmp_path: Path, content: bytes, words: str):
    with pytest.raises(MonitorError, match=words):
        rows(tmp_path, content)


def test_the_names_of_foreign_columns_do_not_steer_the_terminal(tmp_path: Path):
    with pytest.raises(MonitorError) as refused:
        rows(tmp_path, "\x1b]0;title\x07,b\n")
    assert "\x1b" not in str(refused.value)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path):
    with pytest.raises(MonitorError, match="line 2 has more than"):
        rows(tmp_path, "text,label\n" + "x" * (LONGEST_LINE + 1))


def test_a_missing_file_and_a_folder_are_told_in_words(tmp_path: Path):
    with pytest.raises(MonitorError, match="No such file"), opened(str(tmp_path / "none.csv")):
        pass
    with pytest.raises(MonitorError, match="Is a directory"), opened(str(tmp_path)):
        pass


def test_a_pipe_can_be_read_twice(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(JSON,))
    writer.start()
    with opened(str(pipe)) as source:
        writer.join()
        assert texts(list(source.rows(Columns()))) == texts(list(source.rows(Columns())))


def test_a_heading_longer_than_a_usual_field_is_no_crash(tmp_path: Path):
    before = csv.field_size_limit(131_072)  # as in a fresh process
    try:
        with pytest.raises(MonitorError, match="needs the columns"):
            rows(tmp_path, "x" * 200_000 + "\nfoo\n")
    finally:
        csv.field_size_limit(before)


def test_a_closed_standard_input_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(MonitorError, match="standard input is closed"), opened("-"):
        pass


def test_a_name_that_is_no_text_can_be_shown(tmp_path: Path):
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text("text,label\ntea,neg\n", encoding="utf-8")
    with opened(str(path)) as source:
        assert source.name == "caf?.csv"
