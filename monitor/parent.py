"""Ends a process when the one that started it dies, and says how the one before it ended."""

import os
import signal
import sys

STARTED_BY = "EMBERWATCH_STARTED_BY"
LAST_END = "EMBERWATCH_LAST_END"
_PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>


def environment(**more: str) -> dict[str, str]:
    """Our environment for a process that is to end with us, and what else is to be in it."""
    return {**os.environ, STARTED_BY: str(os.getpid()), **more}


def end_with_parent() -> None:
    """Ask for SIGTERM when the process that named itself in our environment dies; without one, do nothing.

    Only Linux can do so. Elsewhere a crawl goes on to its end, which loses nothing.
    """
    started_by = os.environ.pop(STARTED_BY, "")
    if started_by.isdecimal():
        end_with(int(started_by))


def end_with(parent: int) -> None:
    """Get SIGTERM when that process dies, or at once if it has died already."""
    if sys.platform == "linux":
        import ctypes  # here, because the guardian is to stay small

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGTERM)


def last_end() -> str:
    """How the process ended in whose place we were started, in words; "" when there was none."""
    return os.environ.pop(LAST_END, "")
