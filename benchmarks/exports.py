"""Time and memory of exporting all mentions of a filled database, and how long others wait for it meanwhile (Linux).

    python -m benchmarks.exports --mentions 1000000

Starts `emberwatch export mentions` on a copy of the database, once for each form. While it runs, this process writes to
the same database twenty times a second, as a crawl does, and takes the time of each write.
"""

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.filled import FOLDER, filled
from monitor.exports import Form

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_mb: float
    file_mb: float
    longest_write_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--forms", nargs="+", type=Form, default=list(Form))
    asked = parser.parse_args()
    source = Path(filled(asked.mentions, folder=FOLDER, brands=1).removeprefix("sqlite:///"))
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        folder = Path(name)
        shutil.copy(source, folder / "emberwatch.db")
        for form in asked.forms:
            cost = measure(folder, form)
            print(
                f"{form:8} {cost.seconds:6.0f} s  {cost.peak_mb:6.0f} MB at most  file {cost.file_mb:6.0f} MB  "
                f"longest write of another {cost.longest_write_ms:5.0f} ms",
                flush=True,
            )


def measure(folder: Path, form: Form) -> Cost:
    """One export of the database in the folder, from the start of the command to its end."""
    config, out = folder / "config.yaml", folder / f"out.{form}"
    told = {
        "brands": [{"id": "brand0", "name": "Brand 0"}],
        "database": {"url": f"sqlite:///{folder / 'emberwatch.db'}"},
    }
    config.write_text(yaml.safe_dump(told), encoding="utf-8")
    words = ["export", "mentions", "--config", str(config), "--out", str(out), "--by", "benchmark"]
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "monitor.cli", *words])
    longest, peak_kib = _write_meanwhile(folder / "emberwatch.db", process)
    cost = Cost(time.monotonic() - started, peak_kib / 1024, out.stat().st_size / 1e6, longest * 1000)
    out.unlink()
    return cost


def _write_meanwhile(database: Path, process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Seconds that the longest of many small writes took until the process ended, and its largest memory in KiB.

    Its memory is looked at while it lives: the peak that the system tells in the end is inherited from who started it.
    """
    longest, peak = 0.0, 0
    connection = sqlite3.connect(database, timeout=WAIT_SECONDS, isolation_level=None)
    while process.poll() is None:
        peak = max(peak, _peak_kib(process.pid))
        began = time.monotonic()
        connection.execute(
            "UPDATE source SET last_run_at = ? WHERE id = 1", (time.strftime("%Y-%m-%d %H:%M:%S.000000"),)
        )
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.05)
    connection.close()
    if process.returncode:
        raise SystemExit(f"the export ended with {process.returncode}")
    return longest, peak


def _peak_kib(pid: int) -> int:
    """The largest memory of a process so far; 0 when it has just ended."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    return 0


if __name__ == "__main__":
    main()
