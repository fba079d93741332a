"""Measures how well texts are read, on a labelled file of the operator's own."""

from monitor.evaluation.figures import as_json, notes, rule_of
from monitor.evaluation.gather import LEAST_ROWS, Evaluation, evaluate
from monitor.evaluation.source import Columns, opened
from monitor.evaluation.survey import survey, told_bad
from monitor.evaluation.written import told

__all__ = [
    "LEAST_ROWS",
    "Columns",
    "Evaluation",
    "as_json",
    "evaluate",
    "notes",
    "opened",
    "rule_of",
    "survey",
    "told",
    "told_bad",
]
