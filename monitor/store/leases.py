"""Who holds a lease, so that what a dead process held need not wait until its lease ends."""

import os
import socket
import sys
from functools import lru_cache
from pathlib import Path

_MARK = "being read by "


def holder() -> str:
    """This process: machine, process space, number, and when it began, since numbers are given again."""
    return _holder(os.getpid())


@lru_cache(maxsize=4)
def _holder(number: int) -> str:
    return f"{_MARK}{_machine()} {number} {_began(number)}"


def is_dead(name: str) -> bool:
    """Whether that process is surely gone; False when it runs, or when this machine cannot tell."""
    if not name.startswith(_MARK) or sys.platform != "linux":
        return False
    machine, number, began = name.removeprefix(_MARK).rsplit(" ", 2)
    return machine == _machine() and number.isdecimal() and _began(int(number)) != began


def _machine() -> str:
    """The name of this machine, and the space its process numbers are of: containers may share a name."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}"


def _began(number: int) -> str:
    """When a process began, in ticks since the machine did (field 22 of /proc/N/stat); "" when there is none."""
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = told.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]  # a zombie has ended; the name before ")" may hold spaces
