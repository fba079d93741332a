"""The library that runs the model tells nobody of it, and keeps no id of this machine."""

import os
import subprocess
import sys
from pathlib import Path

from monitor.analysis.onnx_runner import NO_TELEMETRY

CODE = """
from monitor.analysis.assess import load_assessor
from monitor.analysis.default_themes import default_themes
from monitor.analysis.options import AnalysisOptions
load_assessor(AnalysisOptions(), default_themes()).assess(["The parcel never came."])
"""


def test_reading_a_text_leaves_nothing_behind(tmp_path: Path):
    mine = {name: value for name, value in os.environ.items() if not name.startswith("XDG_") and name != NO_TELEMETRY}
    subprocess.run([sys.executable, "-c", CODE], env={**mine, "HOME": str(tmp_path)}, check=True, timeout=120)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
