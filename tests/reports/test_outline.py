"""Tests of the layout: every part of the figures is in it, in an order that people read, and nothing that is not."""

import dataclasses
import json

import pytest

from monitor.reports.blocks import Note, Outline, Quotes, Sentences, Table, Tiles
from monitor.reports.figures import Figure, Figures, Unit
from monitor.reports.outline import outline
from tests.reports.samples import full_figures

LISTS = [
    name
    for name, field in Figures.model_fields.items()
    if str(field.annotation).startswith("tuple") and name not in ("summary", "days")
]


def names(laid_out: Outline) -> list[str]:
    return [chapter.name for chapter in laid_out.chapters]


def tables(laid_out: Outline) -> dict[str, Table]:
    return {b.name: b for chapter in laid_out.chapters for b in chapter.blocks if isinstance(b, Table)}


def told(laid_out: Outline) -> str:
    return json.dumps(dataclasses.asdict(laid_out), default=str)


def test_the_first_page_is_sentences_and_their_main_figures() -> None:
    first = outline(full_figures()).chapters[0]
    assert isinstance(first.blocks[0], Sentences)
    assert isinstance(first.blocks[1], Tiles)
    assert [one.name for one in first.blocks[1].figures][:2] == ["mentions", "negative_share"]


def test_a_figure_that_is_not_known_is_not_on_the_first_page() -> None:
    unknown = Figure(name="rating", label="Rating", definition="Stars.", unit=Unit.STARS, value=None)
    headline = tuple(unknown if one.name == "rating" else one for one in full_figures().headline)
    first = outline(full_figures(headline=headline)).chapters[0]
    assert all(one.name != "rating" for block in first.blocks if isinstance(block, Tiles) for one in block.figures)


@pytest.mark.parametrize("part", LISTS)
def test_every_part_of_the_figures_changes_what_is_laid_out(part: str) -> None:
    if part == "headline":
        emptied = full_figures(headline=tuple(o for o in full_figures().headline if o.name == "incidents_opened"))
    else:
        emptied = full_figures(**{part: ()})
    assert told(outline(emptied)) != told(outline(full_figures()))


def test_an_older_report_that_knows_less_has_fewer_chapters() -> None:
    new = ("stages", "channels", "people", "recurring", "found", "praised", "silent", "silent_cases", "follow_ups",
           "follow_up_cases", "alert_quality", "missed", "reading", "corrections", "practice", "brands",
           "locations")  # fmt: skip
    older = names(outline(full_figures(**dict.fromkeys(new, ()))))
    assert {"minute", "week", "complaints", "incidents", "answering", "sources", "alerts"} <= set(older)
    assert not {"policies", "found", "praised", "practice", "silent", "follow-ups", "compare", "journey"} & set(older)


def test_chapters_have_names_of_their_own() -> None:
    found = names(outline(full_figures()))
    assert len(found) == len(set(found))


def test_a_row_of_a_table_has_a_cell_for_each_column() -> None:
    for table in tables(outline(full_figures())).values():
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_nobody_listened_is_not_the_same_as_no_incident() -> None:
    quiet = full_figures(incidents=())
    unknown = tuple(
        one.model_copy(update={"value": None}) if one.name == "incidents_opened" else one for one in quiet.headline
    )
    texts = [
        block.text
        for figures in (quiet, quiet.model_copy(update={"headline": unknown}))
        for chapter in outline(figures).chapters
        for block in chapter.blocks
        if isinstance(block, Note)
    ]
    assert texts == ["None was opened this week.", "Not known: nobody listened."]


def test_a_cell_says_what_its_value_is_compared_with() -> None:
    cell = tables(outline(full_figures()))["channels"].rows[0][1]
    assert cell.value == 4.0
    assert "last week 3" in cell.beside
    assert cell.tone == "bad"


def test_a_brand_alone_is_not_compared() -> None:
    alone = full_figures(brands=full_figures().brands[:1], locations=())
    assert "compare" not in names(outline(alone))


def test_a_quote_stands_under_the_name_of_its_theme() -> None:
    found = next(chapter for chapter in outline(full_figures()).chapters if chapter.name == "found")
    quotes = [block for block in found.blocks if isinstance(block, Quotes)]
    assert [(one.title, one.quotes[0].text) for one in quotes] == [("parking gate", "The gate never opens.")]
