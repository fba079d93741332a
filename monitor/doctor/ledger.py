"""The ledger of places: what each kind allows and needs, what is refused, and what the hosts of our sources said."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from monitor.config import Settings, SourceOptions
from monitor.errors import MonitorError
from monitor.models import Host, RobotsVerdict, Spending
from monitor.store import hosts, quotas, sources

LONGEST_SECONDS = 60
_ROBOTS = {
    RobotsVerdict.ALLOWS: "allows what we ask",
    RobotsVerdict.DISALLOWS: "does not allow what we ask",
    RobotsVerdict.UNAVAILABLE: "could not be read",
}


@dataclass(frozen=True, slots=True)
class HostLine:
    """What a host said last. `robots` is in words, "" when its robots.txt was not read."""

    name: str
    robots: str
    checked_at: datetime | None
    not_before: datetime | None  # only when it is still to come
    why: str


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """What was used of a quota in its newest period."""

    name: str
    period: str
    used: int
    most: int
    unit: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A configured source; without a database, or before its first crawl, its health is `waiting`."""

    id: str
    kind: str
    enabled: bool
    health: str
    error: str
    hosts: tuple[HostLine, ...]
    quotas: tuple[QuotaLine, ...]


def kinds() -> dict[str, Any]:
    """`kinds` and `refused`, as `python -m crawlers --list --json` gives them; MonitorError when it cannot."""
    command = [sys.executable, "-m", "crawlers", "--list", "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise MonitorError("the crawlers cannot say which places they read: try `python -m crawlers --list`") from error
    return found


def configured(session: Session | None, settings: Settings, now: datetime) -> list[SourceLine]:
    """The sources of the config in its order, with their hosts and quotas as far as a database knows them."""
    return [_source(session, options, now) for options in settings.sources]


def _source(session: Session | None, options: SourceOptions, now: datetime) -> SourceLine:
    row = sources.by_slug(session, options.id) if session is not None else None
    if session is None or row is None or row.id is None:
        return SourceLine(options.id, options.type, options.enabled, "waiting", "", (), ())
    asked = tuple(_host(host, now) for host in hosts.of_source(session, row.id))
    used = tuple(_quota(spending) for spending in quotas.of_source(session, row.id))
    return SourceLine(options.id, options.type, options.enabled, row.health.value, row.error, asked, used)


def _host(host: Host, now: datetime) -> HostLine:
    rests = host.not_before is not None and host.not_before > now
    robots = _ROBOTS[host.robots] if host.robots is not None else ""
    until, why = (host.not_before, host.not_before_why) if rests else (None, "")
    return HostLine(host.name, robots, host.robots_checked_at, until, why)


def _quota(row: Spending) -> QuotaLine:
    return QuotaLine(row.quota, row.period, row.used, row.most, row.unit)


def in_words(line: SourceLine, agreements: Sequence[str] = ()) -> list[str]:
    """A source in a few lines; `agreements` are the kinds whose hosts agreed, so that no robots.txt is read."""
    state = line.health if line.enabled else "switched off"
    lines = [f"{line.id} ({line.kind}): {state}{f': {line.error}' if line.error else ''}"]
    for host in line.hosts:
        robots = (
            f"robots.txt {host.robots}, checked {_moment(host.checked_at)}"
            if host.robots
            else _unread(line, agreements)
        )
        rests = f"; wants to be left alone until {_moment(host.not_before)} ({host.why})" if host.not_before else ""
        lines.append(f"  {host.name}: {robots}{rests}")
    lines += [
        f"  quota {one.name}: {one.used:,} of {one.most:,} {one.unit} used in {one.period}" for one in line.quotas
    ]
    return lines


def _unread(line: SourceLine, agreements: Sequence[str]) -> str:
    return "asked by agreement with its owner" if line.kind in agreements else "robots.txt not read yet"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%-d %b %Y %H:%M} UTC" if moment else "never"
