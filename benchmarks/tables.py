"""Lays the figures of the reading out, for a terminal and for docs/sentiment.md."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.table import Table

WIDTH = 170
"""Of the terminal, in characters; narrower, the figures would be cut."""

Line = dict[str, Any]
Cell = Callable[[Line], str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines of figures, and the columns by name and what stands in them."""

    columns: dict[str, Cell]
    lines: list[Line]

    def rows(self) -> list[list[str]]:
        return [[cell(line) for cell in self.columns.values()] for line in self.lines]

    def for_terminal(self) -> Table:
        table = Table(*self.columns, box=None)
        for row in self.rows():
            table.add_row(*row)
        return table


def markdown(table: Figures) -> str:
    heads = [list(table.columns), ["---"] * len(table.columns)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*heads, *table.rows()])


def share(name: str) -> Cell:
    """In percent."""
    return lambda line: "" if line.get(name) is None else f"{100 * line[name]:.1f}"


def ranged(name: str) -> Cell:
    """In percent, with the interval: `66.4 (65.3-67.5)`."""

    def cell(line: Line) -> str:
        if line.get(name) is None:
            return ""
        low, high = line[f"{name}_interval"]
        return f"{100 * line[name]:.1f} ({100 * low:.1f}-{100 * high:.1f})"

    return cell


def set_table(lines: list[Line]) -> Figures:
    columns = {
        "test": lambda line: f"{line['set']}{' (2 classes)' if line.get('classes') == 2 else ''}",
        "n": lambda line: str(line["n"]),
        "accuracy": ranged("accuracy"),
        "macro-F1": ranged("macro_f1"),
        "macro recall": share("macro_recall"),
        "negative recall": ranged("negative_recall"),
        "negative precision": ranged("negative_precision"),
        "macro-F1 of the labels": share("labelled_macro_f1"),
        "calibration error": share("calibration_error"),
        "unsure": share("unsure"),
    }
    return Figures(columns, lines)


def mission_table(lines: list[Line]) -> Figures:
    columns = {
        "language": lambda line: line["language"],
        "files": lambda line: ", ".join(line["files"]),
        "n": lambda line: str(line["n"]),
        "negative recall": ranged("negative_recall"),
        "negative precision": ranged("negative_precision"),
        "macro-F1": ranged("macro_f1"),
        "calibration error": share("calibration_error"),
        "unsure": share("unsure"),
    }
    return Figures(columns, lines)


def language_table(lines: list[Line]) -> Figures:
    columns = {
        "language": lambda line: line["language"],
        "sets": lambda line: str(line["sets"]),
        "n": lambda line: str(line["n"]),
        "negative recall": share("negative_recall"),
        "negative precision": share("negative_precision"),
        "calibration error": share("calibration_error"),
        "unsure": share("unsure"),
    }
    return Figures(columns, lines)
