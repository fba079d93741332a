"""What the tests of faults share: real receivers and a site, and processes that can be killed at any point."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from tests import postgresql
from tests.alerting.receivers import mail_server, slack_receiver
from tests.conftest import need
from tests.crawlers.site import Answer, Site
from tests.faults.own_server import OwnServer, own_server
from tests.faults.shelves import Databases, Files
from tests.faults.stages import ROOT, Places, Runner, Stages, undisturbed

_POSTS = "".join(
    f"<item><guid isPermaLink='false'>{day}</guid><author>Amna {day % 2}</author><title>Karak House, day {day}</title>"
    f"<description>It came late again.</description><pubDate>Sun, {day:02} Feb 2026 10:00:00 GMT</pubDate></item>"
    for day in (22, 15, 8, 1)
)
FEED = f'<rss version="2.0"><channel><title>Blog</title>{_POSTS}</channel></rss>'
_REVIEWS = [
    {
        "@type": "Review",
        "author": {"@type": "Person", "name": f"Amna {day}"},
        "datePublished": f"2026-02-0{day}T10:00:00Z",
        "reviewBody": f"Day {day}: the tea was cold.",
        "reviewRating": {"@type": "Rating", "ratingValue": day, "bestRating": 5},
    }
    for day in (1, 2, 3)
]
_PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Karak tea",
    "review": _REVIEWS,
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 2.0, "bestRating": 5, "ratingCount": 3},
}
REVIEWS = f'<html><head><script type="application/ld+json">{json.dumps(_PRODUCT)}</script></head><body></body></html>'


@pytest.fixture(scope="session")
def worker() -> Iterator[subprocess.Popen[str]]:
    """The process that forks one for each run."""
    command = [sys.executable, "-m", "tests.faults.worker"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


@pytest.fixture(scope="session")
def places() -> Iterator[Places]:
    with Site().open() as site, slack_receiver() as slack, mail_server() as mail:
        site.pages["/feed"] = Answer(FEED, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})
        site.pages["/reviews"] = Answer(REVIEWS, headers={"Content-Type": "text/html; charset=utf-8"})
        yield Places(site, slack, mail)


@pytest.fixture(scope="session")
def stages(worker: subprocess.Popen[str], places: Places, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """The stage of each scene, run once without a fault; made when it is first asked for."""
    return cache(lambda scene: undisturbed(scene, tmp_path_factory.mktemp("scene"), Runner(worker), places, Files()))


@pytest.fixture(scope="session")
def server() -> Iterator[OwnServer]:
    """A PostgreSQL server that may be killed."""
    need(postgresql.programs(), "PostgreSQL")
    with own_server() as server:
        yield server


@pytest.fixture(scope="session")
def stages_on_postgresql(
    worker: subprocess.Popen[str], places: Places, server: OwnServer, tmp_path_factory: pytest.TempPathFactory
) -> Stages:
    """The same with databases on a server."""
    shelf = Databases(server)
    return cache(lambda scene: undisturbed(scene, tmp_path_factory.mktemp("scene"), Runner(worker), places, shelf))
