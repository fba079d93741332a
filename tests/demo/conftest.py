"""A shop whose clock the test sets, on a real port."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse

import pytest

from demo.scenario import Scenario, write
from demo.site import HOST, Site

START = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


@dataclass
class Visitor:
    """Asks the site for pages, at the time of `now`."""

    scenario: Scenario
    now: datetime
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site(self.scenario, lambda: self.now)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
        """The answer and its body."""
        connection = HTTPConnection(HOST, self.site.port, timeout=10)
        try:
            connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return write(7, START)


@pytest.fixture
def visitor(scenario: Scenario) -> Iterator[Visitor]:
    """The shop ten minutes after the start: all of the complaint is there."""
    visitor = Visitor(scenario, START + timedelta(minutes=10))
    visitor.site.start()
    yield visitor
    visitor.site.stop()
