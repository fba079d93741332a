"""A crawl answers for its own memory, not for that of the process that started it."""

import subprocess
import sys

import pytest

from crawlers.footprint import STATUS, peak_bytes

CHILD = """
from scrapy.utils.test import get_crawler
from crawlers.footprint import OwnMemoryUsage
crawler = get_crawler(settings_dict={"MEMUSAGE_ENABLED": True, "MEMUSAGE_LIMIT_MB": 1024})
print(OwnMemoryUsage(crawler).get_virtual_size() // 1024**2)
"""


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells the peak of a program alone")
def test_a_crawl_started_by_a_large_process_is_small():
    large = bytearray(600 * 1024**2)
    large[::4096] = b"x" * len(large[::4096])  # touched, so that it is resident
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 400


def test_the_peak_is_read_in_bytes():
    assert peak_bytes("Name:\tpython\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n") == 2 * 1024**2


def test_a_system_that_tells_no_peak_gives_none():
    assert peak_bytes("Name:\tpython\n") is None
