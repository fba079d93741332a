"""Looks at the folder of the weekly reports."""

import os
from collections.abc import Iterator
from pathlib import Path

from monitor.doctor.area import Area
from monitor.verdict import Verdict, fails, ok


def examine(folder: Path) -> Iterator[Verdict]:
    """Whether reports can be written; the folder itself is made by the first one."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        yield fails(Area.REPORTS, "report folder", f"{there} is no folder", "set report.folder to another place")
    elif not os.access(there, os.W_OK | os.X_OK):
        remedy = f"let this user write to {there}, or set report.folder to another place"
        yield fails(Area.REPORTS, "report folder", f"{there} cannot be written to", remedy)
    else:
        made = "" if there == folder else " (made with the first report)"
        yield ok(Area.REPORTS, "report folder", f"{folder}{made}")
