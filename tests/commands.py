"""Commands of ours in processes of their own, forked from one that has loaded them: to load takes longer than most run.

What a start itself does, and what only a process of its own group or terminal shows, is tested with commands that are
started as people start them: of the guardian, the supervisor, the workers and the demo.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
IN, OUT, ERR = "in", "out", "err"
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["tests.loaded"])


def emberwatch(
    *words: object, folder: Path = ROOT, environment: Mapping[str, str] | None = None, given: str = "",
    patience: float = 120,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Run a command as `python -m monitor.cli` does, to its end; TimeoutExpired after so many seconds."""
    typed = [str(word) for word in words]
    with tempfile.TemporaryDirectory() as name:
        streams = Path(name)
        (streams / IN).write_text(given, encoding="utf-8")
        process = _begin(_command, typed, folder, os.environ if environment is None else environment, streams)
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(typed, patience)
        out, err = ((streams / stream).read_text("utf-8") for stream in (OUT, ERR))
        return subprocess.CompletedProcess(typed, process.exitcode, out, err)


class Served:
    """Streamlit's server of the dashboard, with as much of `subprocess.Popen` as tests need."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        """`words` are those of `streamlit`, from `run` on."""
        self._process = _begin(_streamlit, words, ROOT, environment, None)
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            self._process.kill()
            raise subprocess.TimeoutExpired("streamlit", timeout or 0)
        return code


def _begin(
    target: object, words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Path | None
) -> BaseProcess:
    asked = (target, list(words), str(folder), dict(environment), streams)
    process = _LOADED.Process(target=_become, args=asked, daemon=True)
    ours = sys.modules["__main__"]  # it would be run again in the process: pytest's, or a page that a test looks at
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = ours
    return process


def _become(target, words, folder, environment, streams):  # type: ignore[no-untyped-def]
    """In the new process: what a start would have given it, then the command."""
    if streams is not None:
        for number, name in enumerate((IN, OUT, ERR)):
            opened = os.open(streams / name, os.O_RDWR | os.O_CREAT | os.O_APPEND)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for as long as the process lasts)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    target(words)


def _command(words: list[str]) -> None:
    from monitor.cli import main

    sys.argv = ["emberwatch", *words]
    main()


def _streamlit(words: list[str]) -> None:
    from streamlit.web.cli import main

    sys.argv = ["streamlit", *words]
    main(words, prog_name="streamlit")
