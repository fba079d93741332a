"""A row of a section as one line of text, for channels without columns."""

from monitor.alerting.text import one_line
from monitor.facts import Row


def in_line(row: Row) -> str:
    """`label: value (beside)`, with what is missing left out."""
    label, value, beside = one_line(row.label), one_line(row.value), one_line(row.beside)
    if not value:
        return ": ".join(filter(None, (label, beside)))
    said = f"{label}: {value}" if label else value
    return f"{said} ({beside})" if beside else said
