"""Looks at the model: it loads, and it takes a complaint for a complaint and praise for praise."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from monitor.analysis.assess import load_assessor
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.doctor.area import Area
from monitor.errors import ModelUnavailable
from monitor.facts import Prediction
from monitor.verdict import Verdict, fails, ok, spoken_size

COMPLAINT = "This is terrible. The food was rotten and they refuse to give my money back!"
PRAISE = "Wonderful food and very friendly staff, I love this place. Thank you!"
STATUS = Path("/proc/self/status")


def examine(options: AnalysisOptions, themes: tuple[ThemeOptions, ...]) -> Iterator[Verdict]:
    """One verdict on the model that the config names."""
    before, started = _memory_bytes(), time.monotonic()
    try:
        assessor = load_assessor(options, themes)
        loaded = time.monotonic()
        complaint, praise = assessor.assess([COMPLAINT, PRAISE])
    except ModelUnavailable as error:
        yield fails(Area.MODEL, "model", str(error), "mend analysis.model in the config; `builtin` needs no download")
        return
    read = time.monotonic()
    figures = f"loads in {loaded - started:.1f} s, reads a text in {(read - loaded) * 500:.0f} ms"
    taken = _memory_bytes() - before
    figures += f", takes {spoken_size(taken)}" if taken > 0 else ""
    yield judge(f"{assessor.name} {assessor.version}", figures, complaint, praise)


def judge(name: str, figures: str, complaint: Prediction, praise: Prediction) -> Verdict:
    """Whether the two sentences were read in their directions; labels in another order are the usual mistake."""
    if complaint.negative > complaint.positive and praise.positive > praise.negative:
        return ok(Area.MODEL, "model", f"{name}: {figures}")
    said = f"P(negative) of a plain complaint is {complaint.negative:.2f}, of plain praise {praise.negative:.2f}"
    return fails(Area.MODEL, "model", f"{name}: {said}", "check the order of id2label in the model's config.json")


def _memory_bytes() -> int:
    """What this process holds in memory; 0 where the system does not say."""
    if not STATUS.exists():
        return 0
    found = re.search(r"^VmRSS:\s+(\d+) kB$", STATUS.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
