"""The tables of a report as plain values, with the widths that their texts ask for."""

from typing import Any
from zoneinfo import ZoneInfo

from monitor.reports import drawing
from monitor.reports.blocks import Cell, Column, Table

_NARROWEST, _WIDEST = 7, 34
"""Letters of a column. A longer text takes several lines."""
_LONGEST_BEFORE = 14
"""Letters of a word, or of a comparison such as `last week 12`, that is kept whole where there is room for it."""


def table(block: Table, zone: ZoneInfo) -> dict[str, Any]:
    """Heads, widths (parts of the whole), rows of cells, and what the heads mean."""
    bars = drawing.bars_of(block)
    return {
        "heads": [{"label": one.label, "number": one.unit is not None} for one in block.columns],
        "widths": [_width(block, i, zone) for i in range(len(block.columns))],
        "rows": [[_cell(cell, column, zone) for cell, column in _pairs(row, block)] for row in block.rows],
        "bars": {"column": bars.column, "widths": [width / 100 for width in bars.widths]},
        "terms": [{"label": one.label, "definition": one.definition} for one in block.columns if one.definition],
        "empty": block.empty,
    }


def _pairs(row: tuple[Cell, ...], block: Table) -> list[tuple[Cell, Column]]:
    return list(zip(row, block.columns, strict=True))


def _cell(cell: Cell, column: Column, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "text": drawing.words(cell, column, zone),
        "beside": cell.beside,
        "tone": cell.tone,
        "lang": drawing.language_tag(cell.language).split("-")[0].lower(),
    }


def _width(block: Table, i: int, zone: ZoneInfo) -> int:
    """Letters that the column would like to have: words and comparisons stay whole, and few lines are needed."""
    column = block.columns[i]
    texts = [column.label, *(drawing.words(row[i], column, zone) for row in block.rows)]
    beside = [row[i].beside for row in block.rows]
    word = max((min(len(word), _LONGEST_BEFORE) for text in texts for word in text.split()), default=0)
    line = max((len(line) for text in texts[1:] for line in text.split("\n")), default=0)
    part = max((min(len(part), _LONGEST_BEFORE) for text in beside for part in text.split("; ")), default=0)
    small = max((len(text) for text in beside), default=0) // 2
    return min(max(word, line, part, small, len(column.label) // 2, _NARROWEST), _WIDEST)
