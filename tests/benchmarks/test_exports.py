"""The bench of exports takes the cost of a real command, on a very small database."""

import shutil
from pathlib import Path

from benchmarks import exports
from benchmarks.filled import filled
from monitor.exports import Form


def test_an_export_is_timed_and_its_memory_taken_while_others_write(tmp_path: Path):
    source = filled(400, folder=tmp_path / "filled", brands=1)
    shutil.copy(source.removeprefix("sqlite:///"), tmp_path / "emberwatch.db")
    cost = exports.measure(tmp_path, Form.JSONL)
    assert min(cost.seconds, cost.file_mb, cost.longest_write_ms) > 0
    assert 20 < cost.peak_mb < 1_000
    assert not (tmp_path / "out.jsonl").exists()
