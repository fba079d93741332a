"""The monitor as the demo runs it: `emberwatch run` as a process of its own, whose terminal we read."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

STOP_SECONDS = 20.0
REPORT_SECONDS = 60.0
LONGEST_ALERT = 25
"""Lines; an alert ends before, at the next line of the log."""


class Monitor:
    """`emberwatch run`. Its log goes to a file; the lines of an alert go to `on_alert`, in the reader's thread."""

    def __init__(
        self,
        config: Path,
        log: Path,
        environment: Mapping[str, str],
        on_alert: Callable[[list[str]], None],
        *,
        dashboard: bool = True,
    ) -> None:
        self._config = config
        self._log = log
        self._environment = {**os.environ, **environment}
        self._on_alert = on_alert
        self._dashboard = dashboard
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches us alone and we can end all of it."""
        flags = ["--dashboard"] if self._dashboard else []
        self._process = subprocess.Popen(
            self._command("run", *flags),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def wait(self, seconds: float) -> None:
        """Until it has ended by itself; subprocess.TimeoutExpired when it goes on."""
        if self._process:
            self._process.wait(seconds)

    def report(self, brand: str, to: Path) -> bool:
        """Write the report of the current week in the form of its ending; what went wrong is in the log."""
        form = to.suffix.removeprefix(".")
        words = self._command("report", "--brand", brand, "--week", "current", "--format", form, "--out", str(to))
        with self._log.open("a", encoding="utf-8") as log, suppress(subprocess.TimeoutExpired):
            subprocess.run(words, env=self._environment, stdout=log, stderr=log, check=False, timeout=REPORT_SECONDS)
        return to.exists()

    def stop(self) -> None:
        """Ask it to finish, and end what is left of its group after a while."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with suppress(ProcessLookupError):  # nothing is left, as it should be
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._reader:
            self._reader.join(STOP_SECONDS)

    def last_words(self, lines: int = 5) -> str:
        """The end of the log, to show when something went wrong."""
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "monitor.cli", *words, "--config", str(self._config)]

    def _read(self, output: IO[str]) -> None:
        """Copy the output to the log, and hand over each alert when its last line has come."""
        alert: list[str] = []
        with output, self._log.open("a", encoding="utf-8") as log:
            for line in output:
                log.write(line)
                log.flush()
                if line.startswith("ALERT "):
                    alert = [line.rstrip()]
                elif alert:
                    alert.append(line.rstrip())
                if alert and ((len(alert) > 2 and is_last(line)) or len(alert) >= LONGEST_ALERT):
                    self._on_alert(alert)
                    alert = []


def is_last(line: str) -> bool:
    """Whether an alert ends with this line: it says what to do and where, and starts neither a fact nor a quote. The
    second line, which says what happened, may name an address too.
    """
    return not line.startswith(("ALERT ", "  ")) and "http" in line
