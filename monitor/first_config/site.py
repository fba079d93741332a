"""Has the crawlers look around the brand's own web site, and keeps what can be read there."""

import ipaddress
import json
import subprocess
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Site:
    """What the site offers; `error` says why nobody could look."""

    address: str
    software: str = ""
    wordpress: str = ""  # its root, where its comments can be read
    review_pages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    error: str = ""


def survey(address: str, contact: str) -> Site:
    """Ask the site a few pages, politely: see `crawlers/survey.py`."""
    command = [sys.executable, "-m", "crawlers", "--survey", address, "--contact", contact]
    for host in private_host(address):
        command += ["--allow-private", host]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)
        told = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return Site(address, error=f"no end within {LONGEST_SECONDS} s")
    except (ValueError, IndexError):
        return Site(address, error=" ".join(done.stderr.split())[-200:] or "the crawlers could not start")
    if not told.get("url"):
        return Site(address, error=told.get("error") or "no answer")
    return Site(
        address,
        software=told["software"],
        wordpress=told["wordpress"] if told["comments"] is not None else "",
        review_pages=tuple(told["review_pages"]),
        feeds=tuple(feed["url"] for feed in told["feeds"]),
    )


def private_host(address: str) -> list[str]:
    """`host:port` (or `host`) when it is written as an address that is not public: it was named on purpose."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        is_private = not ipaddress.ip_address(host).is_global
    except ValueError:
        is_private = host == "localhost" or host.endswith(".localhost")
    if not is_private:
        return []
    return [f"{host}:{parts.port}" if parts.port else host]
