"""The command `emberwatch`; `run` and `worker` under a small process that starts them again should they die.

It forks before anything large is imported, so that it stays small, and holds nothing that could break.
"""

import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from monitor.parent import LAST_END, end_with

CRASHED = 70
"""The exit code of an error that nobody foresaw (EX_SOFTWARE of <sysexits.h>); all other codes are meant."""
LONGEST_WAIT_SECONDS = 60.0
WELL_SECONDS = 300.0
"""A monitor that ran this long was well: the waits begin anew."""
STEP_SECONDS = 0.1
SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""Wishes to stop, which are handed on."""


def main() -> None:
    """Run the command, guarded when it is one that stays and this system can fork."""
    if sys.argv[1:2] in (["run"], ["worker"]) and hasattr(os, "fork"):
        guarded(_command)
    else:
        _command()


def guarded(work: Callable[[], None], first_wait_seconds: float = 1.0) -> None:
    """Do the work in a child, again and again if it dies; ends this process."""
    Guardian(first_wait_seconds).guard()
    _tell_crashes_apart(work)


def _command() -> None:
    gc.disable()  # nothing that is loaded is garbage: to look through it again and again takes a fifth of the start
    from monitor.cli import main as command

    gc.freeze()
    gc.enable()
    command()


def _tell_crashes_apart(work: Callable[[], None]) -> None:
    """Do the work; an error that nobody foresaw ends with `CRASHED`, after its traceback."""
    ended = False
    try:
        work()
        ended = True
    except SystemExit:
        ended = True
        raise
    finally:
        if not ended:
            sys.excepthook(*sys.exc_info())
            raise SystemExit(CRASHED)


class Guardian:
    """Starts the monitor as a child, hands signals on to it, and starts it again when it dies."""

    def __init__(self, first_wait_seconds: float = 1.0) -> None:
        self._first_wait_seconds = first_wait_seconds
        self._child = 0
        self._stopping = 0
        self._crashes = 0

    def guard(self) -> None:
        """Returns in each child; here, ends as the child ended when it ended by itself or as asked."""
        for number in SIGNALS:
            signal.signal(number, self._hand_on)
        while True:
            started = time.monotonic()
            if self._start() == 0:
                return
            ended = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
            self._end_group(signal.SIGTERM)
            if self._stopping or not (ended < 0 or ended == CRASHED):
                raise SystemExit(ended if ended >= 0 else 128 - ended)
            self._wait(ended, time.monotonic() - started)
            self._end_group(signal.SIGKILL)

    def _start(self) -> int:
        """Fork; the child leads a group of its own, so that Ctrl-C reaches it through us, once.

        Signals wait until each side is ready for them: a child that still had our handler would lose one.
        """
        guardian = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        self._child = os.fork()
        if self._child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setpgid(0, 0)
            end_with(guardian)
        elif self._stopping:
            self._hand_on(self._stopping, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return self._child

    def _hand_on(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = number
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, number)

    def _end_group(self, number: int) -> None:
        """End the crawls and the dashboard of a child that is gone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child, number)

    def _wait(self, ended: int, lasted: float) -> None:
        """Say what happened and wait 1, 2, 4 … 60 seconds, unless we are asked to stop."""
        if lasted >= WELL_SECONDS:
            self._crashes = 0
        seconds = min(self._first_wait_seconds * 2.0**self._crashes, LONGEST_WAIT_SECONDS)
        self._crashes += 1
        how = signal.Signals(-ended).name if ended < 0 else "an error (see above)"
        os.environ[LAST_END] = f"ended by {how} after {lasted:.0f} s"
        _log("the monitor died and is started again", by=how, ran_seconds=round(lasted), wait_seconds=seconds)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stopping:
            time.sleep(STEP_SECONDS)
        if self._stopping:
            raise SystemExit(0)


def _log(event: str, **keys: object) -> None:
    """One line like those of monitor.log, which is too large to be imported here."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    as_json = not sys.stderr.isatty() and "EMBERWATCH_LOG_TEXT" not in os.environ
    words = " ".join(f"{key}={value}" for key, value in keys.items())
    line = json.dumps({**keys, "event": event, "level": "error", "timestamp": moment})
    sys.stderr.write((line if as_json else f"{moment} [error    ] {event} {words}") + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
