"""Results of a search as a table that a spreadsheet opens, without anything that it would take for a formula."""

import csv
import io

from dashboard.data.asked import Asked
from dashboard.data.brands import BrandRow
from dashboard.data.mentions import text_of
from dashboard.data.texts import TextRow
from monitor.alerting.text import clean, web_address
from monitor.reports.render import guard

MOST = 10_000
"""Rows of an export, the newest."""
COLUMNS = (
    "published", "kind", "source", "language", "sentiment", "negative", "corrected_by", "themes", "rating",
    "rating_best", "title", "text", "about", "author", "address",
)  # fmt: skip


def as_csv(brand: BrandRow, asked: Asked) -> bytes:
    """The newest `MOST` results; times in the brand's zone, authors by pseudonym, in UTF-8 that Excel knows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for text in text_of(brand, asked, MOST):
        writer.writerow([guard(value) for value in _values(text, brand)])
    return out.getvalue().encode("utf-8-sig", "replace")


def _values(text: TextRow, brand: BrandRow) -> tuple[object, ...]:
    return (
        text.published_at.astimezone(brand.zone).isoformat(timespec="seconds"),
        text.kind.value,
        text.source,
        text.language,
        text.label.value,
        round(text.negative, 3),
        clean(text.corrected_by),
        ", ".join(text.themes),
        text.rating,
        text.rating_best,
        clean(text.title),
        clean(text.text),
        clean(text.item),
        text.author,
        web_address(text.url) or "",
    )
