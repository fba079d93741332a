"""Serves a fixture pair from a local site, whole or spoilt in one way, and says which params lead a spider there."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.crawlers.play import TYPES
from tests.crawlers.site import CAPTURES, Answer, Asked, Page, Site

FIXTURES = Path(__file__).parent / "fixtures"
KEY = "key-for-tests"
REPLAYED = frozenset({"content-type", "etag", "last-modified", "link"})

Spoil = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Served:
    """One answer of a case, and what it answers."""

    path: str
    query: Mapping[str, list[str]]
    answer: Answer


@dataclass(frozen=True)
class Case:
    """A fixture pair: the params of its crawl, and its answers with the hosts that they were asked of."""

    kind: str
    name: str
    params: dict[str, Any]
    served: tuple[Served, ...]
    hosts: tuple[str, ...] = field(default=())

    @property
    def paths(self) -> list[str]:
        return list(dict.fromkeys(served.path for served in self.served))

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that its params name, with values for tests."""
        names = re.findall(r'\{"env": "(\w+)"\}', json.dumps(self.params))
        return {name: os.environ.get(name, KEY) for name in names}

    def params_at(self, url: str) -> dict[str, Any]:
        """The params with a local site in the place of the real hosts."""
        told: dict[str, Any] = json.loads(self._moved(json.dumps(self.params), url))
        return told

    def pages_at(self, url: str, spoil: Spoil | None = None, spared: frozenset[str] = frozenset()) -> dict[str, Page]:
        """What a local site at this address answers; with `spoil` each answer is changed, but not on `spared` paths."""
        return {path: self._page(path, url, None if path in spared else spoil) for path in self.paths}

    def _page(self, path: str, url: str, spoil: Spoil | None) -> Page:
        found = [served for served in self.served if served.path == path]

        def answer(asked: Asked) -> Answer:
            given = self._here(max(found, key=lambda served: likeness(served.query, asked.query)).answer, url)
            return spoil(given) if spoil is not None else given

        return answer

    def _here(self, given: Answer, url: str) -> Answer:
        assert isinstance(given.body, bytes)
        moved = self._moved(given.body.decode("latin-1"), url).encode("latin-1")
        headers = {name: self._moved(value, url) for name, value in given.headers.items()}
        return Answer(moved, given.status, headers)

    def _moved(self, text: str, url: str) -> str:
        for host in self.hosts:
            text = text.replace(host, url).replace(host.replace("/", "\\/"), url.replace("/", "\\/"))
        return text


def likeness(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> int:
    """A second crawl asks with times in its query that no fixture can know: the page that fits best answers."""
    return sum(1 if other.get(name) == values else -1 for name, values in one.items())


def case_of(kind: str) -> Case:
    """The case of a kind that says `"contract": true`, else the first one."""
    folders = sorted(path.parent for path in FIXTURES.glob(f"{kind}/*/ask.json"))
    assert folders, f"{kind} has no fixture pair in {FIXTURES}"
    chosen = [folder for folder in folders if _asked(folder).get("contract")] or folders
    return read_case(chosen[0])


def read_case(folder: Path) -> Case:
    asked = _asked(folder)
    addresses = {url.removeprefix("POST "): name for url, name in asked["pages"].items() if name}
    hosts = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in addresses}
    served = [
        Served(urlsplit(url).path or "/", parse_qs(urlsplit(url).query), _answer(folder, name))
        for url, name in addresses.items()
    ]
    longest_first = tuple(sorted(hosts, key=len, reverse=True))
    return Case(folder.parent.name, folder.name, asked["params"], tuple(served), longest_first)


def _asked(folder: Path) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads((folder / "ask.json").read_text(encoding="utf-8"))
    return asked


def _answer(folder: Path, name: str) -> Answer:
    path = CAPTURES / name.removeprefix("captures:") if name.startswith("captures:") else folder / name
    headers = {"Content-Type": TYPES[path.suffix][0]}
    recorded = Path(f"{path}.headers")
    if recorded.exists():
        pairs = [line.split(": ", 1) for line in recorded.read_text().splitlines() if ": " in line]
        headers |= {key: value for key, value in pairs if key.lower() in REPLAYED}
    return Answer(path.read_bytes(), headers=headers)


def serve(case: Case, site: Site, spoil: Spoil | None = None, spared: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Let a site answer as the case does, and return the params that lead there."""
    site.pages |= case.pages_at(site.url, spoil, spared)
    return case.params_at(site.url)
