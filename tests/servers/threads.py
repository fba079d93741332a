"""A real Isso (from PyPI) with its database in a folder of its own, and what its visitors do."""

import importlib.util
import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from tests.servers.processes import answers_at, free_port, running

CONFIG = """
[general]
dbpath = {folder}/comments.db
host = {url}
latest-enabled = true
[server]
listen = {url}
[guard]
enabled = false
[moderation]
enabled = false
[admin]
enabled = false
[rss]
base = {url}
limit = 100
"""
START = "import sys; from isso import main; sys.argv[0] = 'isso'; main()"


def is_installed() -> bool:
    return importlib.util.find_spec("isso") is not None


@dataclass
class Threads:
    """A running Isso; it lets who wrote a comment edit and delete it, by the cookie that it gave them."""

    url: str
    cookies: dict[int, str] = field(default_factory=dict)

    def comment(self, page: str, author: str, text: str, parent: int | None = None) -> int:
        """Comment as the box on a page does; the number of the new comment."""
        told = {"author": author, "text": text, "parent": parent, "title": "Acme Phone 3"}
        number: int = self._ask("POST", f"/new?uri={page}", told)["id"]
        return number

    def edit(self, number: int, text: str) -> None:
        self._ask("PUT", f"/id/{number}", {"text": text}, number)

    def delete(self, number: int) -> None:
        self._ask("DELETE", f"/id/{number}", {}, number)

    def _ask(self, method: str, path: str, told: dict[str, Any], number: int | None = None) -> Any:
        headers = {"Content-Type": "application/json", "Origin": self.url}
        if number is not None:
            headers["Cookie"] = f"{number}={self.cookies[number]}"
        request = urllib.request.Request(self.url + path, json.dumps(told).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
                if name.isdecimal():
                    self.cookies[int(name)] = morsel.value
            return json.load(answer)


@contextmanager
def threads(folder: Path) -> Iterator[Threads]:
    """An Isso without comments, until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = folder / "isso.conf"
    config.write_text(CONFIG.format(folder=folder, url=url), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-c", START, "-c", str(config), "run"]
    with running(command, folder / "isso.log", ready=answers_at(port)):
        yield Threads(url)
