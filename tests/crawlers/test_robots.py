"""robots.txt is obeyed while it is still downloading, which Scrapy's own middleware does not do, and costs no delay."""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.crawlers.conftest import ROOT, Done, Watched
from tests.crawlers.site import Answer, Site, wordpress

Watch = Callable[..., Watched]

STOCK = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
OURS = "crawlers.robots.SafeRobots"
REQUESTS = 12


@pytest.fixture
def slow_site(site: Site) -> Site:
    """Its robots.txt takes half a second and allows nothing under /secret."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /secret", delay=0.5)
    for number in range(REQUESTS):
        site.pages[f"/secret/{number}"] = Answer("<p>secret", headers={"Content-Type": "text/html"})
    return site


def probe(site: Site, middleware: str) -> int:
    """How many of twelve forbidden pages a plain spider with this middleware gets."""
    script = Path(__file__).parent / "robots_probe.py"
    command = [sys.executable, str(script), site.url, middleware, str(REQUESTS)]
    subprocess.run(command, check=True, timeout=60, capture_output=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    return len(site.paths())


def test_scrapy_alone_fetches_forbidden_pages_while_robots_is_downloading(slow_site: Site) -> None:
    """When this fails, Scrapy is mended, and the `await` part of SafeRobots may go."""
    assert probe(slow_site, STOCK) > 0


def test_safe_robots_fetches_none_of_them(slow_site: Site) -> None:
    assert probe(slow_site, OURS) == 0


def test_no_page_is_fetched_in_a_real_crawl(slow_site: Site, show: Callable[..., Done]) -> None:
    urls = [f"--param=urls={slow_site.url}/secret/{number}" for number in range(REQUESTS)]
    done = show("schemaorg", *urls)
    assert (done.code, slow_site.paths()) == (1, [])
    assert done.err.startswith("blocked: robots.txt of 127.0.0.1")


def test_robots_that_break_off_mean_not_now(site: Site, show: Callable[..., Done]) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *", headers={"Content-Encoding": "gzip"})
    site.pages["/feed"] = Answer("<rss/>")
    assert show("feed", url=f"{site.url}/feed").code == 1
    assert site.paths() == []


def test_the_delay_is_one_between_pages_so_the_first_follows_robots_at_once(site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watch("wordpress", crawling={"delay_seconds": 2}, url=site.url).crawl()
    waits = [later.at - earlier.at for earlier, later in pairwise(site.asked)]
    assert site.asked[0].path == "/robots.txt"
    assert waits[0] < 0.9 < min(waits[1:])  # by chance a delay is half as long
