"""The tidy table of a report: a row for every figure and text of every part, and no formula."""

import csv
import io

import pytest

from monitor.reports import tidy
from monitor.reports.figures import BrandWeek, Figures, TogetherFigures
from tests.reports.samples import HOSTILE, START, URDU, full_figures

PARTS = [
    name
    for name, field in Figures.model_fields.items()
    if str(field.annotation).startswith("tuple") and name not in {"practice"}
]


def rows(figures: Figures | TogetherFigures) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tidy.csv(figures), newline="")))


@pytest.fixture
def both() -> TogetherFigures:
    full = full_figures()
    return TogetherFigures(
        zone="UTC", week="2026-W46", monday=full.monday, start=START, end=full.end, running=False, made_at=full.made_at,
        summary=full.summary[:1], brands=full.brands,
        each=(BrandWeek(brand="=Rose", brand_slug="rosecart", summary=full.summary[:1]),),
    )  # fmt: skip


@pytest.mark.parametrize("part", [*PARTS, "practice"])
def test_every_part_of_the_figures_has_rows(part: str):
    full = full_figures(why=full_figures().stages)
    assert len(rows(full.model_copy(update={part: ()}))) < len(rows(full))


def test_a_figure_has_its_label_its_comparison_and_its_definition():
    found = {(row["section"], row["subject"], row["figure"]): row for row in rows(full_figures())}
    share = found["channels", "trustpilot", "in_time"]
    assert (share["label"], share["value"], share["unit"], share["low"], share["high"]) == (
        "In time", "0.6", "share", "0.4", "0.7",
    )  # fmt: skip
    assert (share["last_week"], share["usual_high"]) == ("0.48", "0.54")
    assert share["definition"].startswith("What in time means")
    assert found["channels", "trustpilot", "note"]["text"] == "promised within 4 h"


def test_what_is_not_known_is_empty():
    (row,) = [row for row in rows(full_figures()) if row["figure"] == "time_to_alert"]
    assert (row["value"], row["last_week"]) == ("", "")


def test_texts_of_strangers_are_whole_and_no_formula():
    texts = [row["text"] for row in rows(full_figures())]
    assert URDU in texts
    assert HOSTILE in texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


def test_ideas_stand_beside_the_policy_that_they_are_about():
    found = {row["figure"]: row for row in rows(full_figures()) if row["section"] == "recurring"}
    assert found["policy"]["text"] == "Delivery promise"
    assert (found["idea of Omar, planned"]["text"], found["idea of Omar, planned"]["value"]) == (
        "Call before the courier comes", "2",
    )  # fmt: skip


def test_the_report_of_all_brands_has_its_figures_side_by_side(both: TogetherFigures):
    found = rows(both)
    assert {row["brand"] for row in found} == {"All brands"}
    assert [row["subject"] for row in found if row["figure"] == "opened"] == ["Rose Cart", "Lily Box"]
    assert found[-1]["subject"] == "'=Rose"
