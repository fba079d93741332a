"""Tests of the forms of a report: which there are, and that the same figures give the same bytes."""

import io
import json

import openpyxl
import pytest

from monitor.errors import ConfigError
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.forms import FORMS, name_of, render_as
from tests.reports.samples import full_figures, together_figures


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("figures", [full_figures(), together_figures()], ids=["brand", "together"])
def test_kept_figures_give_the_bytes_of_those_just_made(figures: Figures | TogetherFigures, form: str) -> None:
    kept = type(figures).model_validate(json.loads(json.dumps(figures.model_dump(mode="json"))))
    made = render_as(figures, form)
    assert made == render_as(kept, form)
    assert len(made) > 500


@pytest.mark.parametrize(
    ("form", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("xlsx", b"PK"), ("json", b"{")]
)
def test_each_form_is_what_its_name_says(form: str, begins: bytes) -> None:
    assert render_as(full_figures(), form).startswith(begins)


def test_a_form_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="'docx' is not one of html, pdf, xlsx, csv, json"):
        render_as(full_figures(), "docx")


def test_files_are_named_by_brand_and_week() -> None:
    assert name_of(full_figures()) == "rosecart-2026-W46"
    assert name_of(together_figures()) == "all-brands-2026-W46"


def test_the_workbook_can_be_opened() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_as(full_figures(), "xlsx")))
    assert book.sheetnames
