"""Compiles the template of a report to PDF; the same outline gives the same bytes on every machine."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError
from monitor.reports.blocks import Outline
from monitor.reports.pdf import fonts
from monitor.reports.pdf.plain import plain
from monitor.reports.pdf.texts import fit

_FOLDER = Path(__file__).parent / "template"
_STANDARDS: tuple[tuple[str, ...], ...] = (("ua-1", "a-2a"), ())
"""For everyone to read (PDF/UA) and to keep (PDF/A); a text that breaks a rule of these is drawn all the same."""


def pdf(outline: Outline) -> bytes:
    """A4 pages, tagged, with bookmarks. MonitorError says what to do when typst or a font is missing, or it fails."""
    available = fonts.available()
    values = fit(plain(outline), fonts.letters())
    inputs = {"report": json.dumps(values | {"fonts": list(available.families)}, ensure_ascii=False, sort_keys=True)}
    return _compiled(inputs, available, outline.made_at)


def _compiled(inputs: Mapping[str, str], available: fonts.Fonts, made_at: datetime) -> bytes:
    """Texts come as a value, never as markup. Neither the clock nor the fonts of the machine are looked at."""
    typst = fonts.compiler()
    refused: Exception | None = None
    for standards in _STANDARDS:
        try:
            made: bytes = typst.compile(
                str(_FOLDER / "report.typ"),
                root=str(_FOLDER),
                font_paths=available.loaded,
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs=dict(inputs),
                pdf_standards=list(standards),
                timestamp=int(made_at.astimezone(UTC).timestamp()),
            )
        except typst.TypstError as error:
            refused = error
        else:
            return made
    raise MonitorError(_what_to_do(refused)) from refused


def _what_to_do(error: Any) -> str:
    """The compiler's first words; they name a place in the template, or a text's few letters."""
    said = str(getattr(error, "message", error)).splitlines()
    return (
        f"The report cannot be made as PDF: {said[0] if said else 'no reason given'}. Its other forms (html, xlsx, "
        "csv, json) hold the same; install the versions of requirements.lock, and report this if it stays."
    )
