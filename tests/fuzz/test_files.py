"""Any file at all is a table or says what is wrong with it: nothing crashes, and what is read can be kept."""

import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from monitor.doors import files
from monitor.doors.importing import Wishes, plan, surveyed
from monitor.doors.table_files import table_of
from monitor.edge import Rejected, check
from monitor.errors import MonitorError
from monitor.facts import Collected
from tests.fuzz.odd import tried

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = [
    ["Review ID", "Review", "Stars", "Date", "URL", "Likes", "First purchase", "Name"],
    ["1", "Cold tea, wrong cup", "2/5", "25/03/2024 14:03", "https://shop.example/1", "3", "yes", "Ali"],
    ["2", "چائے ٹھنڈی تھی", "★★★☆☆", "۵ مارچ ۲۰۲۴", "", "", "no", "Guest"],
    ["3", "=1+1", "80%", "1709647402", "www.shop.example", "1,204", "", ""],
]


def _workbook() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CSV = "\r\n".join(";".join(row) for row in ROWS).encode()
JSON = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
SEEDS = (
    CSV,
    CSV.decode().encode("utf-16"),
    gzip.compress(CSV),
    "\n".join(json.dumps(one) for one in JSON).encode(),
    json.dumps(JSON).encode(),
    _workbook(),
)
CUTS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=6)


def take(content: bytes) -> None:
    """Read a file to its end as the import does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any"
        path.write_bytes(content)
        try:
            with files.opened(str(path)) as file:
                made = plan(table_of(file), Wishes(), "import-karak", NOW)
                surveyed(made)
                found = [one for one in made.texts() if isinstance(one, Collected)]
        except MonitorError:
            return
        for text in found:
            _may_be_kept(text)


def _may_be_kept(text: Collected) -> None:
    try:
        clean = check(text, Counter(), public=False)
    except Rejected:
        return
    assert clean.published_at is None or clean.published_at.tzinfo is not None
    assert clean.rating_value is None or (clean.rating_worst or 0) <= clean.rating_value <= (clean.rating_best or 0)


@tried(50)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_none(content: bytes):
    take(content)


@tried(50)
@given(st.text(max_size=300))
def test_any_text_is_a_table_or_none(content: str):
    take(content.encode(errors="replace"))


@tried(60)
@given(st.sampled_from(SEEDS), CUTS)
def test_a_damaged_file_is_read_or_refused(seed: bytes, cuts: list[tuple[int, int, bytes]]):
    content = bytearray(seed)
    for at, gone, put in cuts:
        place = at % (len(content) + 1)
        content[place : place + gone] = put
    take(bytes(content))


@tried(30)
@given(st.lists(st.lists(st.text(max_size=20), min_size=8, max_size=8), max_size=5))
def test_any_cells_below_a_known_heading_are_texts_or_bad_rows(rows: list[list[str]]):
    names = ROWS[0]
    take("\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in [*ROWS[1:], *rows]).encode())
