"""Refuses requests to private addresses, at the moment of each connection: no redirect and no DNS trick gets past."""

import ipaddress
from collections.abc import Sequence
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from monitor.web import is_public

PORTS = {"http": 80, "https": 443}


class PrivateAddress(IgnoreRequest):
    """The host is on an address that is not public and not allowed in the config."""


def is_allowed(address: str, host: str, port: int, allowed: Sequence[str]) -> bool:
    """Whether this address of the host may be asked: it is public, or `host` or `host:port` is listed."""
    named = {entry.lower() for entry in allowed}
    host = host.lower()
    return host in named or f"{host}:{port}" in named or is_public(ipaddress.ip_address(address.partition("%")[0]))


@implementer(IResolutionReceiver)
class _OnlyAllowed:
    """Passes on the addresses of one look-up that may be asked. (Twisted's interfaces have no types for mypy.)"""

    def __init__(self, receiver: Any, host: str, port: int, guard: "GuardedResolver") -> None:
        self._receiver, self._host, self._port, self._guard = receiver, host, port, guard
        self._passed = self._kept_back = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 (Twisted's interface)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_allowed(address.host, self._host, self._port, self._guard.allowed):
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._kept_back = True

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._kept_back and not self._passed:
            self._guard.refused.add((self._host.lower(), self._port))
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted asks it at every connection, also for addresses written as numbers, and connects to what it returns."""

    refused: set[tuple[str, int]] = set()  # noqa: RUF012 (one per process: Scrapy keeps no reference to its resolver)

    def __init__(self, reactor: ReactorBase, allowed: Sequence[str]) -> None:
        self._reactor: Any = reactor
        self.allowed = tuple(allowed)
        self._inner: Any = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        return cls(reactor, crawler.settings.getlist("EMBERWATCH_ALLOW_PRIVATE"))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = _OnlyAllowed(resolutionReceiver, hostName, portNumber, self)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class AddressGuard:
    """Says in plain words that a look-up failed because the address is private, and stops retries of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        url = urlparse_cached(request)
        host, port = (url.hostname or "").lower(), url.port or PORTS.get(url.scheme, 0)
        if (host, port) in GuardedResolver.refused:
            self._crawler.stats.inc_value("emberwatch/private addresses refused")
            raise PrivateAddress(
                f"{host}:{port} is a private address: list it under crawling.allow_private if it is meant"
            ) from exception
