"""What a form cannot hold, told before somebody trusts a table that is not whole."""

from monitor.errors import MonitorError

MOST_ROWS = 1_048_575
"""A sheet of Excel has 1,048,576 rows; the first is the head."""


class TooManyRows(MonitorError):
    """More than a sheet of Excel can hold; says what to do."""

    def __init__(self) -> None:
        super().__init__(
            f"an Excel sheet holds {MOST_ROWS:,} rows, and there are more: ask for less, by time or brand, "
            "or take csv, jsonl or parquet"
        )
