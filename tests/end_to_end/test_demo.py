"""`python -m demo` as a stranger runs it without a terminal: it succeeds by itself, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "demo", "--folder", str(folder), *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def left_behind(folder: Path) -> list[str]:
    """Command lines of processes whose database is in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # ended meanwhile, or of another user
    return [line for line in found if str(os.getpid()) not in line]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_it_ends_well_once_alert_mail_and_report_are_there(tmp_path: Path) -> None:
    demo = start(tmp_path, "--speed", "5", "--no-dashboard")
    output, _ = demo.communicate(timeout=240)
    assert demo.returncode == 0, output
    assert "after the first complaint:" in output
    assert "Acknowledge:" in next(tmp_path.glob("*/mail/0001.eml")).read_text(encoding="utf-8")
    assert "Mirchado" in next(tmp_path.glob("*/report.html")).read_text(encoding="utf-8")
    assert next(tmp_path.glob("*/report.pdf")).read_bytes().startswith(b"%PDF-")
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_when_it_is_stopped_all_of_it_stops(tmp_path: Path) -> None:
    demo = start(tmp_path)
    assert demo.stdout is not None
    assert "is open" in demo.stdout.readline()
    demo.send_signal(signal.SIGTERM)
    demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert left_behind(tmp_path) == []
