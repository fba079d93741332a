"""Ends a crawl that takes too much memory, counting only its own."""

import re
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATUS = Path("/proc/self/status")


def peak_bytes(status: str) -> int | None:
    """The peak resident size that Linux tells in /proc/PID/status, in bytes; None when it is not told."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's limit by the peak of this program alone.

    Scrapy asks getrusage, whose peak a process inherits from the one that started it, even across exec: a crawl started
    by a monitor with a large model in memory would be ended at once.
    """

    def get_virtual_size(self) -> int:
        if STATUS.exists():
            own = peak_bytes(STATUS.read_text(encoding="ascii", errors="replace"))
            if own is not None:
                return own
        return int(super().get_virtual_size())
