"""Keeps what hosts let us do, whichever source asks: their robots.txt, and until when they want to be left alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Host, RobotsVerdict, Source, SourceHost
from monitor.store import bulk

LONGEST_REST = timedelta(days=1)
"""A host that asks for more is asked again after this: a wrong clock or header must not silence it for ever."""
LONGEST_NAME = 255
LONGEST_WHY = 300
MOST_NAMED = 1_000
"""Of more sources at once, all rows are read: they come faster than they are named."""
_PORTS = {"http": 80, "https": 443}


class _Configured(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


def host_of(url: str) -> str:
    """The host of an address in lower case, with its port unless that is the usual one; "" when it has none."""
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    return name if port in (None, _PORTS.get(parts.scheme)) else f"{name}:{port}"


def guessed(kind: str, params: Mapping[str, Any]) -> frozenset[str]:
    """The hosts that a source will ask, as far as its params tell.

    Without an address among them it asks the usual host of its kind, for which the name of the kind stands.
    """
    found = {host_of(text) for text in _texts(params) if text.startswith(("http://", "https://"))} - {""}
    return frozenset(found or {f"type:{kind}"})


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)


def of_sources(session: Session, configured: Iterable[_Configured]) -> dict[str, frozenset[str]]:
    """The hosts of each source by its slug: those that its crawls asked, and those that it will surely ask."""
    wanted, asked = list(configured), defaultdict[str, set[str]](set)
    known = select(Source.slug, SourceHost.host).join(SourceHost)
    if len(wanted) <= MOST_NAMED:
        known = known.where(col(Source.slug).in_([options.id for options in wanted]))
    for slug, host in session.exec(known):
        asked[slug].add(host)
    return {options.id: guessed(options.type, options.params) | asked[options.id] for options in wanted}


def resting(session: Session, now: datetime) -> dict[str, Host]:
    """The hosts that want to be left alone now, by name."""
    rows = session.exec(select(Host).where(col(Host.not_before) > now))
    return {row.name: row for row in rows}


def note_asked(session: Session, source_id: int, names: Iterable[str], now: datetime) -> None:
    """A crawl of the source asked these hosts."""
    known = _keep(session, names)
    bulk.insert_missing(session, SourceHost, [{"source_id": source_id, "host": name} for name in known])
    mine = sa.update(SourceHost).where(col(SourceHost.source_id) == source_id, col(SourceHost.host).in_(known))
    session.execute(mine.values(asked_at=now).execution_options(synchronize_session=False))


def forget_asked(session: Session, before: datetime, now: datetime) -> int:
    """Let sources go that did not ask a host since `before`: they wait for it no longer; how many there were."""
    unknown = sa.update(SourceHost).where(col(SourceHost.asked_at).is_(None)).values(asked_at=now)
    session.execute(unknown.execution_options(synchronize_session=False))
    old = sa.delete(SourceHost).where(col(SourceHost.asked_at) < before)
    gone: sa.CursorResult[Any] = session.execute(old.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return gone.rowcount


def note_robots(session: Session, verdicts: Mapping[str, RobotsVerdict], now: datetime) -> None:
    """What the robots.txt of hosts said just now of what was asked there."""
    _keep(session, verdicts)
    for name, verdict in verdicts.items():
        told = sa.update(Host).where(col(Host.name) == name).values(robots=verdict, robots_checked_at=now)
        session.execute(told.execution_options(synchronize_session=False))


def note_rest(session: Session, name: str, until: datetime, why: str, now: datetime) -> None:
    """The host wants to be left alone until then; an earlier end than the one that is known changes nothing."""
    _keep(session, [name])
    until = min(until, now + LONGEST_REST)
    later = sa.or_(col(Host.not_before).is_(None), col(Host.not_before) < until)
    rest = sa.update(Host).where(col(Host.name) == name, later)
    rest = rest.values(not_before=until, not_before_why=why[:LONGEST_WHY])
    session.execute(rest.execution_options(synchronize_session=False))


def _keep(session: Session, names: Iterable[str]) -> list[str]:
    """Have a row of each host; their names."""
    known = sorted({name for name in names if 0 < len(name) <= LONGEST_NAME})
    bulk.insert_missing(session, Host, [{"name": name, "not_before_why": ""} for name in known])
    return known


def of_source(session: Session, source_id: int) -> list[Host]:
    """The hosts that a source's crawls asked, by name."""
    mine = select(Host).join(SourceHost).where(SourceHost.source_id == source_id).order_by(col(Host.name))
    return list(session.exec(mine))
