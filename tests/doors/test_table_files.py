"""Files as people have them are tables, whatever their form, encoding and name; what is none says what it is."""

import gzip
import io
import json
import os
import re
import threading
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from monitor.doors import files
from monitor.doors.files import LONGEST_LINE
from monitor.doors.table_files import table_of
from monitor.doors.tables import Line
from monitor.errors import MonitorError
from tests.doors.texts import bad, cells, opened, workbook

CSV = "id,Review,Stars\n1,Kalt und teuer – für nichts,2\n2,Schön,5\n"
ROWS = [["1", "Kalt und teuer – für nichts", "2"], ["2", "Schön", "5"]]
ARABIC = "id,نص\n1,الخدمة سيئة جدا ولن أشتري منهم مرة أخرى\n2,وصل الطلب متأخرا والعلبة مكسورة تماما\n"
RUSSIAN = "id,текст\n1,Очень долго везли посылку, коробка вся мятая\n2,Больше никогда не закажу здесь\n".replace(
    "у, к", "у к"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_any_encoding_is_found(tmp_path: Path, encoding: str):
    assert cells(tmp_path, (CSV * 1).encode(encoding)) == ROWS


@pytest.mark.parametrize(("text", "encoding"), [(ARABIC, "cp1256"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")])
def test_the_encodings_of_other_scripts_are_found(tmp_path: Path, text: str, encoding: str):
    expected = [line.split(",") for line in text.splitlines()[1:]]
    assert cells(tmp_path, text.encode(encoding)) == expected


def test_an_encoding_that_is_told_is_taken(tmp_path: Path):
    assert cells(tmp_path, CSV.encode("mac_roman"), encoding="mac_roman") == ROWS


def test_an_encoding_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(MonitorError, match="'klingon' is no encoding"):
        cells(tmp_path, CSV, encoding="klingon")


def test_a_row_in_another_encoding_than_the_file_is_bad_and_the_others_are_good(tmp_path: Path):
    content = b"id,text\n" + b"".join(f"{i},größer\n".encode() for i in range(20)) + "99,Müll\n".encode("cp1252")
    assert len(cells(tmp_path, content)) == 20
    assert [str(one) for one in bad(tmp_path, content)] == ["row 22, text: is not UTF-8"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str):
    lines = [["id", "text", "x"], ["1", '"bitter; dear, cold | old"', "2"], ["3", "fine", "4"]]
    found = cells(tmp_path, "\r\n".join(delimiter.join(line) for line in lines))
    assert found[0] == ["1", "bitter; dear, cold | old", "2"]


def test_commas_in_texts_do_not_make_a_comma_the_delimiter(tmp_path: Path):
    assert cells(tmp_path, "id;text\n1;one, two, three\n2;a, b\n")[0] == ["1", "one, two, three"]


def test_what_excel_writes_first_says_the_delimiter(tmp_path: Path):
    assert cells(tmp_path, "sep=;\nid;text\n1;a,b\n") == [["1", "a,b"]]


def test_a_quoted_text_may_have_lines_and_rows_keep_the_numbers_of_the_file(tmp_path: Path):
    with opened(tmp_path, 'id,text\n1,"first\nsecond ""quoted"""\n\n2,last\n') as table:
        found = [line for line in table.lines() if isinstance(line, Line)]
    assert [(line.number, line.cells[1]) for line in found] == [(2, 'first\nsecond "quoted"'), (5, "last")]


def test_titles_above_the_heading_are_passed_over(tmp_path: Path):
    with opened(tmp_path, "My export\nof November,,\n\nReview ID,Review Text,Rating\n1,cold,2\n") as table:
        assert table.columns == ("Review ID", "Review Text", "Rating")
        assert [line.number for line in table.lines()] == [5]


def test_columns_of_one_name_and_of_none_are_told_apart(tmp_path: Path):
    with opened(tmp_path, "date,text,date,,\n1,2,3,4,5\n") as table:
        assert table.columns == ("date", "text", "date (2)", "column 4", "column 5")


def test_short_rows_are_filled_and_long_ones_are_bad(tmp_path: Path):
    content = "id,text\n1\n2,good\n3,not quoted, at all\n4,fine,,,\n"
    assert cells(tmp_path, content) == [["1", ""], ["2", "good"], ["4", "fine"]]
    assert [(one.number, one.what[:38]) for one in bad(tmp_path, content)] == [
        (4, "3 cells where the heading has 2: put t")
    ]


def test_a_quotation_mark_that_is_never_closed_is_one_bad_row(tmp_path: Path):
    assert [one.number for one in bad(tmp_path, 'id,text\n1,good\n2,"open\n3,lost\n')] == [3]


def test_nul_bytes_do_no_harm(tmp_path: Path):
    assert cells(tmp_path, b"id,text\n1,a\x00b\n") == [["1", "a\x00b"]]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\x00" * 50])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes):
    with pytest.raises(MonitorError, match="empty"):
        cells(tmp_path, content)


def test_a_heading_alone_has_no_rows(tmp_path: Path):
    assert cells(tmp_path, "id,text\n") == []


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path):
    with pytest.raises(MonitorError, match="more than 10,000,000 characters"):
        cells(tmp_path, b"id,text\n1," + b"x" * (LONGEST_LINE + 10))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\n <html><table><tr><td>text</td></tr></table>", "web page"),
        (b"\x89PNG\r\n\x1a\n" + b"\x01" * 50, "picture"),
        (bytes(range(1, 32)) * 20, "no text"),
        (b"PK\x05\x06" + b"\x00" * 18, "empty archive"),
    ],
)
def test_what_is_no_table_says_what_it_is_whatever_its_name(tmp_path: Path, content: bytes, what: str):
    with pytest.raises(MonitorError, match=what):
        cells(tmp_path, content)


def test_the_name_of_a_file_says_nothing(tmp_path: Path):
    book = workbook(tmp_path, ["id", "text"], [1, "cold"])
    with opened(tmp_path, book, name="reviews.csv") as table:
        assert [list(line.cells) for line in table.lines() if isinstance(line, Line)] == [[1, "cold"]]
    with opened(tmp_path, CSV, name="reviews.xlsx") as table:
        assert len(list(table.lines())) == 2


def test_gzip_is_known_by_its_content(tmp_path: Path):
    assert cells(tmp_path, gzip.compress(CSV.encode())) == ROWS


def test_a_damaged_gzip_says_so(tmp_path: Path):
    with pytest.raises(MonitorError, match="damaged gzip"):
        cells(tmp_path, gzip.compress(f"id,text\n1,{os.urandom(50_000).hex()}\n".encode())[:-2000])


def test_a_gzip_bomb_is_refused(tmp_path: Path):
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as out:
        out.write(b"id,text\n")
        for _ in range(130):
            out.write(b"1,aaaaaaa\n" * 100_000)
    with pytest.raises(MonitorError, match="times its size"):
        cells(tmp_path, packed.getvalue())


def test_a_pipe_is_read_as_often_as_needed(tmp_path: Path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(CSV, encoding="utf-8"))
    writer.start()
    with files.opened(str(path)) as file:
        table = table_of(file)
        assert len(list(table.lines())) == len(list(table.lines())) == 2
    writer.join()


JSON = '{"id": 1, "text": "bad", "author": {"name": "Ali"}}\n\n{"id": 2, "text": "good", "tags": ["a", "b"]}\n'


def test_json_lines_are_a_table_of_all_their_names(tmp_path: Path):
    with opened(tmp_path, JSON) as table:
        assert table.columns == ("id", "text", "author.name", "tags")
        rows = [(line.number, list(line.cells)) for line in table.lines() if isinstance(line, Line)]
    assert rows == [(1, [1, "bad", "Ali", None]), (3, [2, "good", None, "a, b"])]


def test_a_json_list_is_read_piece_by_piece(tmp_path: Path):
    content = json.dumps([{"id": i, "text": "tea] , [x" * 20} for i in range(2_000)], indent=1)
    assert len(cells(tmp_path, content)) == 2_000


def test_a_mistake_in_json_lines_is_a_bad_row(tmp_path: Path):
    content = JSON + '{"id": 3,\n[1]\n"x"\n' + "[" * 100_000 + '\n{"id": ' + "9" * 5000 + "}\n"
    assert [(one.number, one.what) for one in bad(tmp_path, content)][:3] == [
        (4, "not JSON: Expecting property name enclosed in double quotes"),
        (5, "not a JSON object"),
        (6, "not a JSON object"),
    ]
    assert [one.number for one in bad(tmp_path, content)] == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("content", ['[{"text": "a"}, {"text": ', '[{"text": "a"} {"text": "b"}]', '[{"text": "a"},'])
def test_a_mistake_in_a_json_list_names_the_place(tmp_path: Path, content: str):
    with pytest.raises(MonitorError, match=r"not JSON|ends in the middle"):
        cells(tmp_path, content)


def test_a_csv_with_brackets_is_no_json(tmp_path: Path):
    assert cells(tmp_path, "[id],[text]\n1,cold\n") == [["1", "cold"]]


def test_a_workbook_gives_its_values_with_their_types(tmp_path: Path):
    at = datetime(2024, 3, 5, 14, 3)  # noqa: DTZ001 (sheets know no zones)
    book = workbook(tmp_path, ["Reviews of March"], ["id", "text", "date", "stars"], [1, "cold", at, 2.5])
    with opened(tmp_path, book) as table:
        assert table.columns == ("id", "text", "date", "stars")
        twice = [[(line.number, list(line.cells)) for line in table.lines() if isinstance(line, Line)] for _ in "ab"]
    assert twice == [[(3, [1, "cold", at, 2.5])]] * 2


def test_a_formula_is_text_and_nothing_is_computed(tmp_path: Path):
    book = workbook(tmp_path, ["id", "text"], ["=1+1", '=HYPERLINK("http://evil.example")'])
    assert cells(tmp_path, book) == [["=1+1", '=HYPERLINK("http://evil.example")']]
    assert cells(tmp_path, "id,text\n1,\"=cmd|'/c calc'!A0\"\n") == [["1", "=cmd|'/c calc'!A0"]]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    with pytest.raises(MonitorError, match="no sheet 'May'; it has Reviews"):
        cells(tmp_path, workbook(tmp_path, ["id", "text"], [1, "a"]), sheet="May")


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def test_an_archive_that_is_no_workbook_says_so(tmp_path: Path):
    with pytest.raises(MonitorError, match="unpack it"):
        cells(tmp_path, packed(reviews=b"id,text\n1,a\n"))


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path):
    bomb = packed(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"0" * 30_000_000)
    with pytest.raises(MonitorError, match="30,000,000 bytes in one part"):
        cells(tmp_path, bomb)


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path):
    book = zipfile.ZipFile(io.BytesIO(workbook(tmp_path, ["id", "text"], [1, "cold"])))
    parts = {name: book.read(name) for name in book.namelist()}
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    parts["xl/worksheets/sheet1.xml"] = lol + parts["xl/worksheets/sheet1.xml"].replace(b"<row", b"<!-- &b; --><row", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(MonitorError, match="damaged or locked workbook"):
        cells(tmp_path, out.getvalue())


@pytest.mark.parametrize("kept", [200, 2_000, 4_000])
def test_a_workbook_that_is_cut_off_says_so(tmp_path: Path, kept: int):
    with pytest.raises(MonitorError, match="damaged"):
        cells(tmp_path, workbook(tmp_path, ["id", "text"], [1, "a"])[:kept])


def test_a_wide_file_is_no_table_of_texts(tmp_path: Path):
    with pytest.raises(MonitorError, match="400 columns"):
        cells(tmp_path, ",".join(f"c{i}" for i in range(400)) + "\n1\n")


def test_a_json_list_on_one_line_may_be_longer_than_the_longest_line(tmp_path: Path):
    content = json.dumps([{"id": i, "text": "x" * 5_000} for i in range(2_100)])
    assert len(cells(tmp_path, content)) == 2_100


@pytest.mark.parametrize("before", [65_500, 65_520, 65_530, 65_536])
def test_a_json_list_may_be_cut_anywhere_into_the_pieces_that_are_read(tmp_path: Path, before: int):
    content = json.dumps([{"id": 1, "text": "x" * before}, 123456789, {"id": 2, "text": "tea"}])
    assert cells(tmp_path, content) == [[1, "x" * before], [2, "tea"]]
    assert len(bad(tmp_path, content)) == 1


def test_names_in_json_are_texts_that_can_be_stored(tmp_path: Path):
    with opened(tmp_path, '{"te\\ud800xt\\u0000": "cold tea"}\n') as table:
        assert table.columns == ("text",)
    assert cells(tmp_path, '{"text": "half \\ud83d a letter", "tags": ["\\ud83d"]}\n') == [["half  a letter", ""]]


def test_a_row_with_an_impossible_number_does_not_make_billions_of_rows(tmp_path: Path):
    book = zipfile.ZipFile(io.BytesIO(workbook(tmp_path, ["id", "text"], [1, "cold"], [2, "tea"])))
    parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'r="([AB]?)3"', rb'r="\g<1>4000000000"', sheet)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert cells(tmp_path, out.getvalue()) == [[1, "cold"]]


def test_an_open_quotation_mark_says_how_much_is_lost_with_it(tmp_path: Path):
    (lost,) = bad(tmp_path, 'id,text\n1,a\n2,"open\n3,b\n4,c\n')
    assert (lost.number, lost.what.partition("; ")[2]) == (3, "with it 2 lines below it are lost")
