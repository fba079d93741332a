"""Keeps the reception well: how often anybody may come, how much they may bring, and how long they may take."""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

LARGEST_BODY = 1024 * 1024
LARGEST_HEAD = 16 * 1024
HEAD_SECONDS = 10.0
"""From the first byte to the end of the headers. Who sends one byte a second holds a connection no longer."""
BODY_SECONDS = 20.0
MOST_CONNECTIONS = 200
MOST_KEPT = 20_000
"""Addresses of which is remembered when they came; about 4 MB."""
PER_ADDRESS = 120
"""Requests per minute of one address, all doors together."""


class TooLarge(Exception):
    """The body is larger than LARGEST_BODY."""


class TooSlow(Exception):
    """The body did not come in time."""


class Rates:
    """How many requests each one may still make: so many a minute, and as many at once after a minute of rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # requests left, and as of when

    def wait(self, name: str, per_minute: int) -> float:
        """Count a request; 0 when it may pass, else the seconds until the next one may."""
        now = self._clock()
        left, at = self._left.pop(name, (float(per_minute), now))
        left = min(float(per_minute), left + (now - at) * per_minute / 60)
        passes = left >= 1
        self._left[name] = (left - 1 if passes else left, now)
        if len(self._left) > MOST_KEPT:
            self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) * 60 / per_minute


def address_of(request: Request, *, behind_proxy: bool) -> str:
    """Who asks: the connection's other end, or what our own proxy wrote last into X-Forwarded-For.

    A client writes what it likes before that. Of IPv6 the network counts: one person has billions of addresses.
    """
    told = request.headers.getlist("x-forwarded-for") if behind_proxy else []
    last = ",".join(told).rpartition(",")[2].strip()
    text = last or (request.client.host if request.client else "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:  # as some proxies write IPv4: they would all be of one network
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


async def body_of(request: Request) -> bytes:
    """The whole body; TooLarge, TooSlow or Starlette's ClientDisconnect says why there is none."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_BODY:
                    raise TooLarge
    except TimeoutError as error:
        raise TooSlow from error
    return bytes(body)
