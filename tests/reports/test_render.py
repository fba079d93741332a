"""Tests of the forms of a report: whole, safe with any text, and the same every time."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from monitor.facts import IncidentState
from monitor.models import SourceHealth
from monitor.reports import charts, drawing, render, show
from monitor.reports.blocks import Block, Cell, Column, Table, Tiles
from monitor.reports.figures import Figure, Figures, Unit
from tests.factories import make_incident, make_source
from tests.reports.conftest import MONDAY, Watched
from tests.reports.samples import full_figures, quote, together_figures

HOUR = timedelta(hours=1)
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)>'


@pytest.fixture
def full(heard: Watched) -> Figures:
    """A week with something in every part, most of it hostile."""
    heard.say(MONDAY + HOUR, 0.97, HOSTILE, themes=["refund"], url="javascript:alert(3)", rating=1)
    heard.say(MONDAY + 2 * HOUR, 0.96, "=HYPERLINK(A1)", themes=["delivery"], language='x" onload="y')
    heard.say(MONDAY + 3 * HOUR, 0.95, "پیسے واپس نہیں ملے", language="ur", themes=["refund"])
    heard.say(MONDAY + 4 * HOUR, 0.02, "చాలా మంచి సేవ 🙏", language="te", themes=["staff"])
    make_source(heard.session, heard.brand, "forum", "feed", SourceHealth.FAILING, error="@SUM(1+1) <b>HTTP 503</b>")
    make_incident(heard.session, heard.brand, at=MONDAY + HOUR, sentence=f"-2+3 {HOSTILE}")
    dismissed = {"state": IncidentState.DISMISSED, "dismissed_reason": HOSTILE}
    make_incident(heard.session, heard.brand, at=MONDAY + 2 * HOUR, **dismissed)
    return heard.report()


def figures_of(block: Block) -> tuple[Figure, ...]:
    return block.figures if isinstance(block, Tiles) else ()


def rows(figures: Figures) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render.csv(figures))))


def test_stored_figures_give_the_same_bytes_as_those_just_made(full: Figures) -> None:
    stored = Figures.model_validate(json.loads(json.dumps(full.model_dump(mode="json"))))
    for form in (render.html, render.csv, render.json):
        assert form(stored) == form(full) == form(full)


def test_outside_text_cannot_become_a_part_of_the_page(full: Figures) -> None:
    page = render.html(full)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_only_web_addresses_become_links(full: Figures) -> None:
    targets = re.findall(r'href="([^#"][^"]*)"', render.html(full))
    assert targets
    assert all(target.startswith("https://example.org/") for target in targets)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "", "http://["]
)
def test_other_addresses_are_left_out(url: str) -> None:
    assert drawing.safe_link(url) == ""


def test_the_page_needs_nothing_from_elsewhere(full: Figures) -> None:
    page = render.html(full)
    assert not re.search(r"<link|<script|<iframe|@import|url\(|<\w[^>]*\ssrc=", page)
    assert "default-src 'none'" in page


def test_quotes_stand_in_their_own_direction_and_language(full: Figures) -> None:
    page = render.html(full)
    assert '<p dir="auto" lang="ur">پیسے واپس نہیں ملے</p>' in page
    assert '<p dir="auto" lang="te">చాలా మంచి సేవ 🙏</p>' in page


def test_what_is_not_a_language_is_not_named_as_one(full: Figures) -> None:
    assert "onload" not in "".join(re.findall(r'lang="[^>]*>', render.html(full)))
    assert [drawing.language_tag(code) for code in ("ur-Latn", "fil", "und", "x", 'en" x')] == [
        "ur-Latn",
        "fil",
        "",
        "",
        "",
    ]


def test_every_figure_of_the_page_has_its_definition(full: Figures) -> None:
    page = render.html(full)
    for figure in (*full.headline[:6], *full.incident_times, *full.response, *full.alerts):
        assert figure.definition.replace("'", "&#39;") in page


def test_every_picture_has_words(full: Figures) -> None:
    page = render.html(full)
    assert page.count("<svg") == page.count('role="img" aria-label="') > 3


def test_an_unknown_day_is_a_question_mark(watched: Watched) -> None:
    picture = charts.days(watched.report().days)
    assert picture.count(">?<") == 7
    assert "Mon not known" in picture


def test_unknown_figures_are_named_unknown_on_the_page_and_empty_in_the_table(watched: Watched) -> None:
    figures = watched.report()
    mentions = next(row for row in rows(figures) if row["figure"] == "mentions" and row["section"] == "headline")
    assert mentions["value"] == ""
    shown = [one for part in render.laid_out(figures).chapters for block in part.blocks for one in figures_of(block)]
    unheard = sum(show.value(one) == "not known" for one in shown)
    assert render.html(figures).count('<p class="value unknown">not known</p>') == unheard >= 4


def test_no_cell_of_the_table_is_a_formula(full: Figures) -> None:
    cells = [cell for row in rows(full) for name, cell in row.items() if name in {"text", "subject", "brand"}]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=HYPERLINK(A1)" in cells
    assert "'@SUM(1+1) <b>HTTP 503</b>" in cells


def test_the_table_has_one_row_per_figure_with_plain_numbers(full: Figures) -> None:
    named = {(row["section"], row["subject"], row["figure"]): row for row in rows(full)}
    assert named["headline", "", "mentions"]["value"] == "4"
    assert float(named["headline", "", "negative_share"]["value"]) == pytest.approx((0.97 + 0.96 + 0.95 + 0.02) / 4)
    assert named["sources", "forum", "mentions"]["value"] == ""
    assert named["days", "2026-11-09", "mentions"]["value"] == "4"


def test_json_holds_everything(full: Figures) -> None:
    assert Figures.model_validate_json(render.json(full)) == full


PAGES = {"brand": full_figures(), "together": together_figures()}


@pytest.mark.parametrize("name", PAGES)
def test_every_chapter_is_drawn_and_every_later_one_is_in_the_contents(name: str) -> None:
    page = html.fromstring(render.html(PAGES[name]))
    first, *others = [chapter.name for chapter in render.laid_out(PAGES[name]).chapters]
    assert page.xpath("//nav//a/@href") == [f"#{chapter}" for chapter in others]
    assert [one for one in (first, *others) if len(page.xpath("//section[@id=$id]", id=one)) != 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_form_of_the_page_is_safe_with_any_text(name: str) -> None:
    page = render.html(PAGES[name])
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not {key for one in html.fromstring(page).iter() for key in one.attrib if key.startswith("on")}


def test_the_way_about_the_page_stays_in_its_own_window() -> None:
    inner = html.fromstring(render.html(full_figures())).xpath("//a[starts-with(@href, '#')]")
    assert {one.get("target") for one in inner} == {"_self"}


def test_a_cell_of_a_narrow_table_says_which_column_it_is_of() -> None:
    cells = html.fromstring(render.html(full_figures())).xpath("//section[@id='answering']//td")
    assert {one.get("data-label") for one in cells} == {"Opened", "In time", "Minutes"}


def test_bars_of_a_table_are_as_long_as_their_numbers() -> None:
    (table,) = [block for block in render.laid_out(full_figures()).chapters[4].blocks if isinstance(block, Table)]
    assert drawing.bars_of(table) == drawing.Bars(1, (80, 100))
    assert drawing.bars_of(replace(table, rows=table.rows[:1])) == drawing.Bars()


def test_a_table_that_counts_nothing_has_no_bars() -> None:
    table = Table("names", (Column("Name"), Column("Idea")), ((Cell("a"), Cell("b")), (Cell("c"), Cell("d"))))
    assert drawing.bars_of(table) == drawing.Bars()


@pytest.mark.parametrize(
    ("cell", "unit", "said"),
    [
        (Cell(None), Unit.SHARE, "–"),
        (Cell(0.5), Unit.SHARE, "50\xa0%"),
        (Cell(datetime(2026, 11, 9, 8, 30, tzinfo=UTC)), None, "Mon 9 November, 14:00"),
        (Cell("one\ntwo"), None, "one\ntwo"),
        (Cell(3), None, "3"),
    ],
)
def test_a_cell_is_said_in_the_unit_of_its_column(cell: Cell, unit: Unit | None, said: str) -> None:
    assert drawing.words(cell, Column("c", unit), ZoneInfo("Asia/Kolkata")) == said


def test_what_turns_the_reading_order_is_left_out() -> None:
    forged = quote("safe \u202eexe.gpj \x07 \ud83d")
    theme = full_figures().complaints[0].model_copy(update={"quotes": (forged,)})
    page = render.html(full_figures(complaints=(theme,)))
    assert "safe exe.gpj  \ufffd" in page
    assert page.encode()


def test_figures_kept_by_the_version_before_are_still_a_page() -> None:
    old = full_figures().model_dump(mode="json")
    for name in ("why", "stages", "channels", "people", "recurring", "found", "silent", "reading", "practice"):
        del old[name]
    page = render.html(Figures.model_validate(old))
    assert 'id="complaints"' in page
    assert 'id="practice"' not in page
