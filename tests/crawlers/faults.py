"""What may be wrong with an answer: each fault turns a good answer into what a host really sends on a bad day."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.crawlers.site import Answer

HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
WALL = "<!doctype html><title>Just a moment...</title><body><script src='/cf-chl-x'></script>Checking your browser"
HUGE = b'{"a": "' + b"x" * (50 * 1024 * 1024) + b'"}'
TOO_LATE = "an answer that comes too late"
SLOW_SECONDS = 5.0
TIMEOUT_SECONDS = 1
"""Of a crawl in the contract test, so that a slow answer is one that comes too late."""


@dataclass(frozen=True)
class Fault:
    """How an answer is spoilt, and what a spider must make of it.

    `fails`: the crawl ends badly, whatever the place is. `of_json`: only JSON answers are spoilt by it.
    """

    spoil: Callable[[Answer], Answer]
    fails: bool = True
    of_json: bool = False


def is_json(answer: Answer) -> bool:
    return "json" in answer.headers.get("Content-Type", "")


def _told(status: int, **headers: str) -> Callable[[Answer], Answer]:
    return lambda _: Answer(b'{"error": "no"}', status, JSON | headers)


def _body(body: bytes | str, headers: dict[str, str] | None = None) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(body, headers=headers or {"Content-Type": answer.headers["Content-Type"]})


def _truncated(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _leaves(change: Callable[[Any], Any]) -> Callable[[Answer], Answer]:
    """Change every value of a JSON answer that is no object and no list."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        return change(value)

    def spoil(answer: Answer) -> Answer:
        return replace(answer, body=json.dumps(walk(json.loads(answer.body)))) if is_json(answer) else answer

    return spoil


def _other_type(value: Any) -> Any:
    return [value] if isinstance(value, str) else {"value": value}


def _charset(name: str) -> Callable[[Answer], Answer]:
    def spoil(answer: Answer) -> Answer:
        kind = answer.headers["Content-Type"].partition(";")[0]
        return replace(answer, headers=answer.headers | {"Content-Type": f"{kind}; charset={name}"})

    return spoil


def _back_to_itself(answer: Answer) -> Answer:
    return Answer(status=302, headers={"Location": "?"})


FAULTS = {
    "a page of people": Fault(_body("<!doctype html><title>Welcome</title><p>Welcome", HTML)),
    "a bot wall with status 200": Fault(_body(WALL, HTML)),
    "nothing": Fault(_body(b"")),
    "an empty object": Fault(_body("{}", JSON), fails=False),
    "an empty list": Fault(_body("[]", JSON), fails=False),
    "half of the answer": Fault(_truncated, of_json=True),
    "values of other types": Fault(_leaves(_other_type), of_json=True),
    "nothing but nulls": Fault(_leaves(lambda _: None), of_json=True),
    "a word": Fault(_body('"no"', JSON)),
    "403": Fault(_told(403)),
    "404": Fault(_told(404)),
    "410": Fault(_told(410)),
    "429": Fault(_told(429, **{"Retry-After": "7200"})),
    "500": Fault(_told(500)),
    "503": Fault(_told(503)),
    "a redirect to itself": Fault(_back_to_itself),
    TOO_LATE: Fault(lambda answer: replace(answer, delay=SLOW_SECONDS)),
    "50 MB": Fault(_body(HUGE, JSON)),
    "a charset that it is not in": Fault(_charset("utf-16"), fails=False),
    "a charset that does not exist": Fault(_charset("klingon"), fails=False),
}
