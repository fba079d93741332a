"""Asks one web address that the operator configured: once, without redirects, and with a small answer."""

import http.client
import ipaddress
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LONGEST_ANSWER = 2_000  # bytes of its words that we care to read; they are shown to people in one line


class NoAnswer(Exception):
    """No answer came; the words hold nothing of the address. `permanent`: trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: status, the beginning of its words, and headers with names in lower case."""

    status: int
    words: str
    headers: Mapping[str, str]


def is_address(url: str) -> bool:
    """Whether it is an http or https address of plain characters with a host and a port that there is."""
    if not re.fullmatch(r"https?://[!-~]+", url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:  # brackets that are no IPv6 address, a port that is none
        return False


def is_here(url: str) -> bool:
    """Whether the address names this machine."""
    return urlsplit(url).hostname in LOOPBACK


def ask(
    method: str, url: str, *, timeout: timedelta, private: bool, headers: Mapping[str, str] | None = None,
    body: bytes | None = None, longest: int | None = None,
) -> Answer:  # fmt: skip
    """Ask once; NoAnswer when nobody answers. A redirect is an answer like others: it is never followed.

    Unless `private`, no line to a private address is opened, whatever name leads to it; behind a proxy the proxy
    decides. `timeout` is of each step: connect, encrypt, ask, read. Of the answer's words the
    beginning is read; with `longest` all of them, up to so many bytes: more is no answer.
    """
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers or {}))  # noqa: S310 (is_address)
    try:
        with closing(_opener(private).open(request, timeout=timeout.total_seconds())) as answer:
            # One read: a server that drips its words must not hold us, and we need no more than their beginning.
            said = answer.read1(_LONGEST_ANSWER) if longest is None else _whole(answer, longest, timeout)
            words = said.decode("utf-8", "replace")
            return Answer(answer.status, words, {name.lower(): value for name, value in answer.headers.items()})
    except (OSError, http.client.HTTPException, ValueError, LookupError) as error:
        # Neither the text nor the cause of these errors is passed on: some carry the address.
        raise NoAnswer(_reason(error)) from None


def _whole(answer: http.client.HTTPResponse, longest: int, timeout: timedelta) -> bytes:
    """All words of an answer, within one `timeout` for all of them."""
    until, said = time.monotonic() + timeout.total_seconds(), b""
    while some := answer.read1(longest + 1 - len(said)):
        said += some
        if len(said) > longest:
            raise NoAnswer("answered with more than we take")
        if time.monotonic() > until:
            raise NoAnswer("took too long to answer")
    return said


def _opener(private: bool) -> urllib.request.OpenerDirector:
    """Only what asks: without the handlers that follow redirects or make errors of answers."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), *handlers(private=private)):
        opener.add_handler(handler)
    return opener


def handlers(*, private: bool) -> tuple[urllib.request.BaseHandler, urllib.request.BaseHandler]:
    """What opens lines for http and https; NoAnswer where one would lead to a private address that is not allowed."""
    return _Plain(private), _Encrypted(private)


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, private: bool) -> None:
        super().__init__()
        self._private = private

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_PlainLine, private=self._private or req.has_proxy()), req)


class _Encrypted(urllib.request.HTTPSHandler):
    def __init__(self, private: bool) -> None:
        super().__init__()
        self._private = private

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        private = self._private or bool(getattr(req, "_tunnel_host", None))
        return self.do_open(partial(_EncryptedLine, private=private), req, context=ssl.create_default_context())


class _PlainLine(http.client.HTTPConnection):
    def __init__(self, host: str, *, private: bool, **options: Any) -> None:
        super().__init__(host, **options)
        self._create_connection = partial(_open_line, private=private)


class _EncryptedLine(http.client.HTTPSConnection):
    def __init__(self, host: str, *, private: bool, **options: Any) -> None:
        super().__init__(host, **options)
        self._create_connection = partial(_open_line, private=private)


def _open_line(address: tuple[str, int], timeout: float, source: Any = None, *, private: bool) -> socket.socket:
    """Look the name up once and connect to nothing but what was found: a name may lead elsewhere the next time."""
    host, port = address
    found = [str(place[0]) for *_, place in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)]
    allowed = [place for place in found if private or is_public(ipaddress.ip_address(place.partition("%")[0]))]
    if not allowed:
        raise NoAnswer("is at a private address, which the config does not allow", permanent=True)
    for place in allowed[:-1]:
        with suppress(OSError):
            return socket.create_connection((place, port), timeout, source)
    return socket.create_connection((allowed[-1], port), timeout, source)


Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 behind a NAT64: the last four bytes are the address that is really asked."""
COMPATIBLE = ipaddress.ip_network("::/96")
"""IPv4 in the form of before 2006, which some systems still take."""
GLOBAL = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out; what lies outside is for networks by themselves, or for nobody yet."""
ASSIGNED = ipaddress.ip_network("192.0.0.0/24")
"""For protocols; Python before 3.11.10 knows of some of it only."""


def is_public(address: Address) -> bool:
    """Whether anyone on the internet may have this address: not loopback, private, link-local, multicast …"""
    inner = _inside(address)
    given_out = inner in GLOBAL if isinstance(inner, ipaddress.IPv6Address) else inner not in ASSIGNED
    return given_out and inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED or address in COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    cause = reason if isinstance(reason, Exception) else error
    if isinstance(cause, TimeoutError):
        return "took too long to answer"
    return f"cannot be reached ({type(cause).__name__})"
