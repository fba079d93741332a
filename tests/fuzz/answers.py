"""Spoils the answers of a fixture pair by a seeded chance, and plays them to its spider without a network."""

import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawlers.aggregates import check_rating
from crawlers.base import SourceSpider
from crawlers.memory import Memory
from monitor.edge import Rejected, check
from monitor.facts import AggregateRating, Collected, Gone, Known
from tests.crawlers.play import NOW, keys_for, make
from tests.crawlers.replay import Case, Served, likeness

MOST_REQUESTS = 2_000
"""Of one crawl; more would be one that never ends."""
MOST_NODES, MOST_MEMBERS = 500, 200
"""Of a tree and a list whose parts are copied into them; both double with each copy of the whole."""
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 1e308, -0.0, float("nan"), float("inf"), 0.1, 10**400,
    "", " ", "0", "-1", "1e999", "NaN", "null", "true", "۱۲۳", "9" * 30, "2026-02-30T00:00:00Z", "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-11-22T10:00:00+99:99", "yesterday", "2 days ago",
    -62135596801, 253402300800, 99999999999999999, "Mon, 31 Feb 2026 25:61:61 +9999", "2026-11-22", "20261122T101112Z",
    [], {}, [None], [[]], {"": None}, [[[[]]]], {"a": {"b": {"c": []}}}, "<script>alert(1)</script>", "<p>", "<",
    "&#xD800;", "&#0;", "\x00\x1b[2J", "\ud83d", "half \ud83d", "\u202e", "z" + "\u0301" * 300, "👩‍👩‍👧‍👦" * 50,
    "javascript:alert(1)",
    "http://", "http://[", "http://[::1", "https://a.example:99999999/", "//x", "https://" + "a" * 3_000, "at://", "at:///",
    "../../etc/passwd", "?", "#", "{{ 7*7 }}", "=HYPERLINK(1)", "%s%n", "%", "%zz", "a/b/c/d", ":", "t3_", "t1_%",
    "x" * 100_000,
]  # fmt: skip
HEADERS = {
    "Content-Type": ["text/html", "application/json; charset=utf-16", "text/plain; charset=klingon", "image/png", ""],
    "Link": ['<https://a.example/?page=2>; rel="next"', '<>; rel="next"', "<" * 500, '<http://[>; rel="next"'],
    "ETag": ["", "\r", '"x"' * 2_000],
}
STATUSES = (200, 304, 400, 401, 403, 404, 410, 429, 500, 503)


@dataclass
class Played:
    """What a crawl of spoilt answers gave: what may be stored, and why the rest was dropped."""

    texts: list[Collected] = field(default_factory=list)
    ratings: list[AggregateRating] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    seconds: float = 0.0


def whole(case: Case) -> list[tuple[Served, Response]]:
    """The answers of a case as they are."""
    return [(served, _as_it_is(served)) for served in case.served]


def spoilt(case: Case, chance: random.Random, *, huge: bool = False) -> list[tuple[Served, Response]]:
    """The answers of a case, at least one of them spoilt; the fields of all of them in the same way."""
    chosen = chance.randrange(len(case.served))
    way = chance.choice(_WAYS)
    return [
        (served, _response(served, chance, _huge if huge else way))
        if index == chosen or chance.random() < 0.3
        else (served, _as_it_is(served))
        for index, served in enumerate(case.served)
    ]


def play(case: Case, answers: list[tuple[Served, Response]], memory: Memory) -> Played:
    """Answer all that the spider of a case asks, and check all that it yields as the pipelines do."""
    with keys_for(case.params):
        spider = make(case.kind, case.params, memory)
    played, began = Played(), time.process_time()
    waiting: deque[Request] = deque([*spider.first_requests(), *spider.look_again()])
    while waiting:
        played.asked += 1
        assert played.asked <= MOST_REQUESTS, "it asks for ever"
        for found in _answered(spider, waiting.popleft(), answers):
            if isinstance(found, Request):
                waiting.append(found)
            else:
                _keep(found, played)
    played.seconds = time.process_time() - began
    return played


def memory_of(played: Played) -> Memory:
    """What a store would remember of a good crawl: its texts, which are looked at again."""
    known = tuple(
        Known(kind=text.kind, host=text.host, external_id=text.external_id, url=text.url, published_at=NOW)
        for text in played.texts
    )
    return Memory(last_walk=NOW - timedelta(hours=1), newest=NOW - timedelta(hours=2), hot=known[:5], recent=known[:50])


def _keep(found: object, played: Played) -> None:
    if isinstance(found, Gone):
        played.gone.append(found)
        return
    try:
        if isinstance(found, AggregateRating):
            played.ratings.append(check_rating(found))
        else:
            played.texts.append(check(found, played.dropped))
    except Rejected as rejected:
        played.dropped[rejected.reason] += 1


def _answered(spider: SourceSpider, request: Request, answers: list[tuple[Served, Response]]) -> list[Any]:
    assert request.callback is not None
    assert request.errback is not None
    parts = urlsplit(request.url)
    query = parse_qs(parts.query)
    fits = [pair for pair in answers if pair[0].path == (parts.path or "/")]
    answer = max(fits, key=lambda pair: likeness(pair[0].query, query))[1] if fits else Response("", status=404)
    answer = answer.replace(url=request.url, request=request)
    handled = request.meta.get("handle_httpstatus_list", spider.handle_httpstatus_list)
    if 200 <= answer.status < 300 or answer.status in handled:
        return list(request.callback(answer, **request.cb_kwargs))
    failure = Failure(HttpError(answer))
    failure.request = request  # type: ignore[attr-defined]
    return list(request.errback(failure))


def _as_it_is(served: Served) -> Response:
    return _made(served.answer.body, served.answer.headers, 200)


def _made(body: bytes | str, headers: dict[str, str], status: int) -> Response:
    sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    told = {name: value.encode("latin-1", "replace") for name, value in headers.items() if value}
    kind = responsetypes.from_args(headers=Headers(told), body=sent[:5_000])
    return kind(url="https://a.example/", status=status, headers=told, body=sent)


Way = Callable[[Served, random.Random], bytes | str]


def _response(served: Served, chance: random.Random, way: Way) -> Response:
    headers = dict(served.answer.headers)
    if chance.random() < 0.1:
        name = chance.choice(list(HEADERS))
        headers[name] = chance.choice(HEADERS[name])
    status = chance.choice(STATUSES) if chance.random() < 0.1 else 200
    return _made(way(served, chance), headers, status)


def _body(served: Served) -> bytes:
    assert isinstance(served.answer.body, bytes)
    return served.answer.body


def _is_json(served: Served) -> bool:
    return "json" in served.answer.headers["Content-Type"]


def _truncated(served: Served, chance: random.Random) -> bytes:
    return _body(served)[: chance.randrange(len(_body(served)))]


def _spliced(served: Served, chance: random.Random) -> bytes:
    """Parts cut out, told twice, or replaced by what does not belong there."""
    body = bytearray(_body(served))
    for _ in range(chance.randint(1, 8)):
        at, length, start = chance.randrange(len(body) + 1), chance.randrange(80), chance.randrange(len(body) + 1)
        odd = str(chance.choice(HOSTILE)).encode("utf-8", "surrogatepass")[:500]
        body[at : at + length] = chance.choice([b"", bytes(body[start : start + length]), odd, chance.randbytes(20)])
    return bytes(body)


def _other(served: Served, chance: random.Random) -> bytes | str:
    """Something else altogether."""
    return chance.choice(
        [
            b"", b"\xff\xfe", b"\x00" * 100, "null", "[]", "{}", '"no"', "1", "[[]]", '[{"a": 1}]', '{"error": "no"}',
            '{"data": null}', "<html><title>Log in</title>", "<?xml version='1.0'?><rss/>", "<feed/>",
            chance.randbytes(300),
            "[" * 1_000 + "]" * 1_000, '{"a":' * 1_000 + "1" + "}" * 1_000, "[" * 100_000, '{"a":' * 100_000,
            "<div>" * 1_000, "<a>" * 50_000,
        ]
    )  # fmt: skip


def _changed(served: Served, chance: random.Random) -> bytes | str:
    """A JSON answer in which some values are others."""
    if not _is_json(served):
        return _spliced(served, chance)
    try:
        tree = json.loads(_body(served))
    except ValueError:
        return _spliced(served, chance)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6, 20])):
        tree = _change_one(tree, chance)
    return _written(tree)


def _same_field(served: Served, chance: random.Random) -> bytes | str:
    """A JSON answer in which a field is of another kind, or gone, wherever it stands."""
    if not _is_json(served):
        return _spliced(served, chance)
    try:
        tree = json.loads(_body(served))
    except ValueError:
        return _spliced(served, chance)
    names = sorted({name for node in _nodes(tree) if isinstance(node, dict) for name in node})
    if not names:
        return _other(served, chance)
    name, value, drop = chance.choice(names), chance.choice(HOSTILE), chance.random() < 0.2
    for node in _nodes(tree):
        if isinstance(node, dict) and name in node:
            if drop:
                del node[name]
            else:
                node[name] = deepcopy(value)
    return _written(tree)


def _nested(served: Served, chance: random.Random) -> bytes | str:
    """A value that is nested 1,000 deep, in the place of another."""
    if not _is_json(served):
        return b"<div>" * 1_000 + _body(served)
    deep: Any = "end"
    for _ in range(900):  # Python's own writer ends at 1,000
        deep = [deep] if chance.random() < 0.5 else {"a": deep}
    try:
        return json.dumps(_change_one(json.loads(_body(served)), chance, deep))
    except (RecursionError, ValueError):
        return "[" * 1_000 + "]" * 1_000


def _huge(served: Served, chance: random.Random) -> bytes | str:
    """50 MB: one long value, or very many members."""
    if not _is_json(served) or chance.random() < 0.3:
        return _body(served) + b"<p>" + b"x" * 50_000_000
    try:
        return json.dumps(_change_one(json.loads(_body(served)), chance, "x" * 50_000_000))
    except ValueError:
        return b"[" + b"1," * 25_000_000 + b"1]"


def _written(tree: Any) -> str:
    try:
        return json.dumps(tree, ensure_ascii=False)
    except (ValueError, RecursionError):  # a number too long to be written
        return "[" + "9" * 5_000 + "]"


def _nodes(tree: Any) -> list[Any]:
    """All lists and objects in a tree, itself included."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            found.append(node)
            waiting += node.values() if isinstance(node, dict) else node
    return found


def _change_one(tree: Any, chance: random.Random, value: Any = ...) -> Any:
    """Replace, drop, repeat or rename something in a random list or object."""
    nodes = [node for node in _nodes(tree) if node]
    odd = deepcopy(chance.choice(HOSTILE)) if value is ... else value  # it may be changed in its turn
    if not nodes:
        return odd
    node = chance.choice(nodes)
    key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
    act = chance.random()
    if value is not ... or act < 0.6:
        node[key] = odd
    elif act < 0.75:
        del node[key]
    elif isinstance(node, list):
        small = len(nodes) < MOST_NODES and len(node) < MOST_MEMBERS
        node.extend(deepcopy(chance.choice([node[:], [None, "x", 7, []], [node[key]] * 3])) if small else [odd])
    elif act < 0.85:
        node[str(chance.choice(HOSTILE))[:50]] = node.pop(key)
    else:
        node[key] = deepcopy(chance.choice(nodes)) if len(nodes) < MOST_NODES else odd
    return tree


_WAYS: list[Way] = [_truncated, _spliced, _other, _changed, _changed, _changed, _same_field, _same_field, _nested]
