"""What processes take of this machine, as Linux counts it."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM, _GONE = 11, 12, slice(13, 15)  # fields of /proc/N/stat after the name; times of waited-for children


def family(pid: int) -> list[int]:
    """A process with all below it, whichever of its threads started them, those that are there now."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [number for thread in threads for number in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(number for child in children for number in family(int(child)))]


def command(pid: int) -> bytes:
    """The command line; empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far; `OSError` once it is gone."""
    fields = _fields(pid)
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS


def all_cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far of processes with all below them, those that have ended included."""
    total = 0
    for one in pids:
        for number in family(one):
            with suppress(OSError):
                fields = _fields(number)
                total += sum(map(int, [fields[_USER], fields[_SYSTEM], *fields[_GONE]]))
    return total / _TICKS


def parent(pid: int) -> int:
    """The process that started it; `OSError` if there is none of this number here."""
    return int(_fields(pid)[1])


def megabytes(pid: int) -> tuple[float, float]:
    """Resident and proportional memory of a process; (0, 0) once it is gone."""
    sizes = _sizes(pid)
    return sizes.get("Rss", 0.0), sizes.get("Pss", 0.0)


def own_megabytes(pid: int) -> float:
    """The memory of a process that it shares with no other; 0 once it is gone."""
    sizes = _sizes(pid)
    return sizes.get("Private_Clean", 0.0) + sizes.get("Private_Dirty", 0.0)


def _sizes(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:]}


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
