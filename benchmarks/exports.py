"""Time and memory of exporting all mentions of a filled database, and how long others wait for it meanwhile (Linux).

    python -m benchmarks.exports --mentions 1000000

Starts `emberwatch export mentions` on a copy of the database, once for each form. While it runs, this process writes to
the same database twenty times a second, as a crawl does, and takes the time of each write.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
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
    longest = _write_meanwhile(folder / "emberwatch.db", process)
    peak = _ENDED[process.pid].ru_maxrss / 1024
    cost = Cost(time.monotonic() - started, peak, out.stat().st_size / 1e6, longest * 1000)
    out.unlink()
    return cost


_ENDED: dict[int, "os.struct_rusage"] = {}
"""What the system tells of processes that have ended."""


def _write_meanwhile(database: Path, process: subprocess.Popen[bytes]) -> float:
    """Seconds that the longest of many small writes took until the process ended."""
    longest = 0.0
    connection = sqlite3.connect(database, timeout=WAIT_SECONDS, isolation_level=None)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            _ENDED[pid] = usage
            process.returncode = os.waitstatus_to_exitcode(status)
            connection.close()
            if process.returncode:
                raise SystemExit(f"the export ended with {process.returncode}")
            return longest
        began = time.monotonic()
        connection.execute(
            "UPDATE source SET last_run_at = ? WHERE id = 1", (time.strftime("%Y-%m-%d %H:%M:%S.000000"),)
        )
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
