"""The workbook of a report: typed cells that nothing runs in, the same bytes for the same figures."""

import io
import re
import zipfile
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from monitor.reports.figures import BrandWeek, Figures, Group, TogetherFigures, Unit
from monitor.reports.workbook import LONGEST_NAME, xlsx
from monitor.spreadsheet import LONGEST_CELL
from tests.reports.samples import HOSTILE, MONDAY, START, URDU, figure, full_figures, quote


def opened(figures: Figures | TogetherFigures) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx(figures)))


def parts(figures: Figures) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(xlsx(figures))) as made:
        return {name: made.read(name).decode("utf-8", "replace") for name in made.namelist()}


def cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def column(sheet: Any, label: str) -> list[Any]:
    (place,) = [cell.column for cell in sheet[1] if cell.value == label]
    return [row[place - 1] for row in sheet.iter_rows(min_row=2)]


def both() -> TogetherFigures:
    full = full_figures()
    return TogetherFigures(
        zone="Asia/Kolkata", week="2026-W46", monday=full.monday, start=full.start, end=full.end, running=False,
        made_at=full.made_at, summary=full.summary, brands=full.brands,
        each=(BrandWeek(brand="Rose Cart", brand_slug="rosecart", summary=full.summary),),
    )  # fmt: skip


def test_the_same_figures_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    before = xlsx(full_figures())
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert xlsx(full_figures()) == before
    assert opened(full_figures()).properties.created == full_figures().made_at.replace(tzinfo=None)


def test_the_first_sheet_can_be_read_in_one_minute():
    words = [cell.value for cell in cells(opened(full_figures()).worksheets[0])]
    assert words[:3] == ["Rose Cart", "Week 46 · 9–15 November 2026", "1,204 mentions, +18 % against last week."]


def test_every_figure_stands_in_one_sheet_with_its_definition():
    sheet = opened(full_figures())["All figures"]
    (row,) = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[2] == "negative_share"][:1]
    assert row[3:11] == ("Negative share", 0.216, 0.2, 0.233, 0.1728, 0.1296, 0.1944, "share")
    assert row[12] == "What negative share means, in one sentence."


def test_numbers_look_like_what_they_count():
    sheet = opened(full_figures())["Answering, kind of place"]
    assert [cell.number_format for cell in sheet[2] if isinstance(cell.value, int | float | timedelta)] == [
        "#,##0", "0.0%", "[h]:mm",
    ]  # fmt: skip
    assert column(sheet, "Minutes")[0].value == timedelta(minutes=95)
    assert column(sheet, "Minutes")[1].value is None


def test_times_are_those_of_the_brands_zone():
    book = opened(full_figures())
    assert column(book["Incidents"], "Began")[0].value == START.astimezone(ZoneInfo("Asia/Kolkata")).replace(
        tzinfo=None
    )
    assert column(book["Days"], "Day")[0].value == datetime.combine(MONDAY, time())
    assert column(book["Days"], "Day")[0].number_format == "yyyy-mm-dd"


def test_there_is_a_sheet_for_every_kind_of_table():
    assert set(opened(full_figures()).sheetnames) >= {
        "Days", "Complaints", "Compliments", "Journey", "Incidents", "Answering, kind of place", "Answering, person",
        "Silent, cases", "Follow ups, cases", "Policies", "Found", "Praised", "Practice", "Compare, brand", "Languages",
        "Sources", "Alerts", "Reading", "Quotes",
    }  # fmt: skip


def test_nothing_of_strangers_is_a_formula_or_a_link():
    figures = full_figures(brand="=1+1", complaints=(), summary=full_figures().summary)
    book = opened(figures)
    every = [cell for sheet in book for cell in cells(sheet)]
    assert not [cell for cell in every if cell.data_type == "f" or cell.hyperlink]
    assert book.worksheets[0]["A1"].value == "=1+1"
    assert not [name for name, text in parts(figures).items() if "<f>" in text and "chart" not in name]
    assert HOSTILE in [cell.value for cell in every]


def test_addresses_are_texts_and_only_those_of_the_web():
    bad = quote("x").model_copy(update={"url": "javascript:alert(1)"})
    theme = full_figures().complaints[0].model_copy(update={"quotes": (bad, quote("y"))})
    quotes = opened(full_figures(complaints=(theme,)))["Quotes"]
    assert [cell.value for cell in column(quotes, "Address")][:2] == [None, "https://example.org/3"]


def test_urdu_reads_from_the_right():
    cells_of = column(opened(full_figures())["Quotes"], "Text")
    (urdu,) = [cell for cell in cells_of if cell.value == URDU]
    assert (urdu.alignment.readingOrder, urdu.alignment.horizontal) == (2, "right")
    assert {cell.alignment.readingOrder for cell in cells_of if cell.value != URDU} == {0}


def test_what_a_cell_cannot_hold_is_cut_or_left_out():
    long = quote("\x00\x1b😡" * LONGEST_CELL)
    theme = full_figures().complaints[0].model_copy(update={"quotes": (long,)})
    first = column(opened(full_figures(complaints=(theme,)))["Quotes"], "Text")[0].value
    assert len(first.encode("utf-16-le")) / 2 <= LONGEST_CELL
    assert first.endswith("😡…")


def test_heads_stay_and_every_table_can_be_filtered():
    for sheet in opened(full_figures()).worksheets[1:]:
        assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("B2", True), sheet.title


def test_heads_say_what_their_numbers_mean():
    head = opened(full_figures())["Answering, person"]["C1"]
    assert (head.value, head.comment.text) == ("Opened", "What opened means, in one sentence.")


def test_every_chart_has_words():
    found = parts(full_figures())
    drawn = [name for name in found if name.startswith("xl/charts/")]
    described = re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)"', "".join(found.values()))
    assert len(drawn) == len(described) >= 4
    assert any("Delivery: 80" in words for words in described)


@pytest.mark.parametrize("name", ["[a]:*?/\\b", "'quoted'", "History", "x" * 40, "", "😡" * 20])
def test_names_of_sheets_are_legal_and_their_own(name: str):
    """Tables are named by their first head, which nothing of strangers reaches; but nobody has to know that."""
    from monitor.reports import workbook

    writer = workbook._Writer(workbook.Workbook(io.BytesIO()), None)  # type: ignore[arg-type]
    names = [writer._name(name) for _ in range(12)]
    assert len({one.casefold() for one in names}) == 12
    for one in names:
        assert 0 < len(one.encode("utf-16-le")) / 2 <= LONGEST_NAME
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", one)
        assert one.casefold() != "history"


def test_the_report_of_all_brands_is_a_workbook_too():
    book = opened(both())
    assert book.sheetnames == ["In one minute", "All figures", "Compare"]
    assert [cell.value for cell in column(book["Compare"], "Brand")] == ["Rose Cart", "Lily Box"]


def test_a_report_of_a_week_in_which_nothing_was_heard_can_be_opened():
    parts_of = {
        name: () for name, field in Figures.model_fields.items() if str(field.annotation).startswith("tuple")
    }  # fmt: skip
    empty = full_figures(**parts_of | {"headline": (figure("incidents_opened", None, Unit.INCIDENTS),)})
    assert opened(empty).sheetnames[:2] == ["In one minute", "All figures"]


def test_a_group_from_outside_is_named_as_it_is():
    one = Group(key="x", name="@SUM(1)", figures=(figure("opened", 1.0, Unit.CASES),))
    book = opened(full_figures(locations=(one, one)))
    assert column(book["Compare, branch"], "Branch")[0].value == "@SUM(1)"
