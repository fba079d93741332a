"""Reads texts out of the JSON that other programs post: where each part stands is told, or known from common shapes."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from monitor.doors.event_names import EVENT, ITEMS, LISTS, NAMES
from monitor.edge import plain
from monitor.facts import Collected, Gone, MentionKind

MOST_TEXTS = 500
MOST_PROBLEMS = 10

_DELETED = re.compile(r"(?:^|[._/: -])(?:deleted|removed|destroyed)$", re.IGNORECASE)
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
_RATING = re.compile(
    r"\s*(-?\d+(?:[.,]\d+)?)\s*(%|(?:/|out of|of)\s*(\d+(?:[.,]\d+)?))?\s*(?:stars?|★)?\s*", re.IGNORECASE
)
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
_YES, _NO = ("true", "yes", "1", "y"), ("false", "no", "0", "n")


class Paths(BaseModel):
    """Where each part stands, such as `review.body` or `items[0].text`; what is not told is looked for.

    `list` leads to the list of events, `item` from one event to what is said in it, all others from there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str = ""
    item: str = ""
    id: str = ""
    text: str = ""
    title: str = ""
    rating: str = ""
    best: str = ""
    worst: str = ""
    author: str = ""
    author_id: str = ""
    time: str = ""
    url: str = ""
    language: str = ""
    product: str = ""
    parent: str = ""
    first_purchase: str = ""


class Deleted(BaseModel):
    """What tells that a text is no longer shown: the value at a path of the event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a sender's events are read."""

    host: str
    kind: MentionKind
    paths: Paths
    deleted: Deleted | None = None
    worst: float | None = None
    best: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a message said, and what in it could not be read, in words for its sender."""

    texts: tuple[Collected, ...] = ()
    gone: tuple[Gone, ...] = ()
    problems: tuple[str, ...] = ()
    bad: int = 0  # how many; `problems` tells of the first ones


class BadEvent(Exception):
    """One event cannot be read; says why."""


def read_message(body: bytes, shape: Shape, now: datetime) -> Reading:
    """All events of a message, which is one object, a list, or an object with a list in it; else BadEvent."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEvent("the body is not JSON") from error
    events = list(_events(data, shape.paths))
    if len(events) > MOST_TEXTS:
        raise BadEvent(f"{len(events)} events in one message; {MOST_TEXTS} are the most")
    texts: list[Collected] = []
    gone: list[Gone] = []
    problems: list[str] = []
    for number, event in enumerate(events, start=1):
        try:
            found = read_event(event, shape, now)
        except BadEvent as error:
            problems.append(f"event {number}: {error}")
            continue
        gone.append(found) if isinstance(found, Gone) else texts.append(found)
    return Reading(texts=tuple(texts), gone=tuple(gone), problems=tuple(problems[:MOST_PROBLEMS]), bad=len(problems))


def _events(data: Any, paths: Paths) -> Iterator[Any]:
    if paths.list:
        data = at(data, paths.list)
        if not isinstance(data, list):
            raise BadEvent(f"there is no list at {paths.list}")
    elif isinstance(data, dict) and not _item(data, paths):
        lists = (at(data, name) for name in LISTS)
        data = next((found for found in lists if isinstance(found, list) and found), data)
    yield from data if isinstance(data, list) else [data]


def at(data: Any, path: str) -> Any:
    """What stands at a path; None when nothing does."""
    for step in _STEP.findall(path):
        if step.startswith("["):
            index = int(step[1:-1])
            data = data[index] if isinstance(data, list) and index < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def read_event(event: Any, shape: Shape, now: datetime) -> Collected | Gone:
    """One event; BadEvent says which part is missing or odd."""
    if not isinstance(event, dict):
        raise BadEvent("it is not an object")
    if _is_deleted(event, shape.deleted):
        return _gone(event, shape)
    item = _told_item(event, shape)
    if not isinstance(item, dict):
        raise BadEvent("there is no object at `item`" if shape.paths.item else "there is no text and no rating in it")
    return _collected(item, _said(item, "id", shape), shape, now)


def _gone(event: Mapping[str, Any], shape: Shape) -> Gone:
    """The text that was deleted: often only its id is left, beside that of the event itself."""
    inner = [_told_item(event, shape), *(at(event, name) for name in (*ITEMS[1:], ""))]
    names = (_said(item, "id", shape) for item in inner if isinstance(item, dict))
    name = next((name for name in names if name), "")
    if not name:
        raise BadEvent("it tells of a deleted text, and not its id")
    return Gone(kind=shape.kind, host=shape.host, external_id=name)


def _told_item(event: Mapping[str, Any], shape: Shape) -> Any:
    return at(event, shape.paths.item) if shape.paths.item else _item(event, shape.paths)


def _item(event: Mapping[str, Any], paths: Paths) -> Any:
    """The object within an event that holds a text, or at least a rating; None when none does."""
    if not isinstance(event, dict):
        return None
    inner = [found for name in ITEMS if isinstance(found := at(event, name), dict)]
    for part in ("text", "rating"):
        names = [getattr(paths, part)] if getattr(paths, part) else NAMES[part]
        for found in inner:
            if any(_is_said(at(found, name)) for name in names):
                return found
    return None


def _is_said(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip() != ""


def _said(item: Mapping[str, Any], part: str, shape: Shape) -> str:
    """A part as text; "" when it is not told."""
    own = getattr(shape.paths, part)
    values = (at(item, name) for name in ([own] if own else NAMES[part]))
    return next((str(value).strip() for value in values if _is_said(value)), "")


def _is_deleted(event: Mapping[str, Any], deleted: Deleted | None) -> bool:
    if deleted is not None:
        return str(at(event, deleted.path)) in deleted.values
    return any(isinstance(value := event.get(name), str) and bool(_DELETED.search(value)) for name in EVENT)


def _collected(item: Mapping[str, Any], name: str, shape: Shape, now: datetime) -> Collected:
    text, title = _said(item, "text", shape), _said(item, "title", shape)
    value, worst, best = _rating(item, shape)
    if not text and not title and value is None:
        raise BadEvent("there is no text and no rating in it")
    told, author = _said(item, "time", shape), _said(item, "author", shape)
    author_id = _said(item, "author_id", shape)
    return Collected(
        kind=shape.kind,
        host=shape.host,
        external_id=name or _hash(author_id, author, told, title, text, str(value)),
        url=url if (url := _said(item, "url", shape)).startswith(("http://", "https://")) else "",
        text=text,
        title=title,
        author_ref=author_id,
        author_name=author if "@" not in author else "",
        published_at=_moment(told) if told else now,
        language=_said(item, "language", shape),
        item=_said(item, "product", shape),
        rating_value=value,
        rating_worst=worst,
        rating_best=best,
        parent_ref=_said(item, "parent", shape) or None,
        first_purchase=_answer(item, shape),
    )


def _hash(*values: str) -> str:
    return "sha256:" + hashlib.sha256("\0".join(values).encode("utf-8", "replace")).hexdigest()


def _rating(item: Mapping[str, Any], shape: Shape) -> tuple[float | None, float | None, float | None]:
    """Value, worst and best: as told, as configured, or the usual scale that the value fits in."""
    said = _said(item, "rating", shape)
    match = _RATING.fullmatch(said[:40])
    value = _WORDS.get(said.lower()) if match is None else float(match[1].replace(",", "."))
    if value is None or not math.isfinite(value):
        if said and not _said(item, "text", shape):
            raise BadEvent(f"the rating {said[:40]!r} is not a number")
        return None, None, None
    best = _number(match[3]) if match and match[3] else shape.best or _number(_said(item, "best", shape))
    if match and match[2] == "%":
        best = 100.0
    if best is None and value <= 10 and _is_nps(item, shape):
        best = 10.0
    if best is None:
        best = next((end for end in (5.0, 10.0, 100.0) if value <= end), None)
    worst = shape.worst if shape.worst is not None else _number(_said(item, "worst", shape))
    if worst is None and best is not None:
        worst = 1.0 if best <= 5 and value >= 1 else 0.0
    return value, worst, best


def _is_nps(item: Mapping[str, Any], shape: Shape) -> bool:
    """Whether the rating says how likely one recommends: from 0 to 10, also where the number is a small one."""
    names = [shape.paths.rating] if shape.paths.rating else NAMES["rating"]
    return "nps" in next((name for name in names if _is_said(at(item, name))), "").lower()


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moment(text: str) -> datetime:
    """ISO 8601, seconds or milliseconds since 1970, or a mail's date; without a zone UTC is meant."""
    try:
        if re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", text):
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        moment = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise BadEvent(f"the time {text[:40]!r} is not one; ISO 8601 is, such as 2026-03-02T10:00:00Z") from error


def _answer(item: Mapping[str, Any], shape: Shape) -> bool | None:
    own = shape.paths.first_purchase
    for name in [own] if own else NAMES["first_purchase"]:
        said = str(at(item, name)).strip().lower()
        if said in _YES or said in _NO:
            return said in _YES
    return None


def event_id(headers: Mapping[str, str], header: str, body: bytes, path: str) -> str:
    """What names a message: the sender's id in a header or at a path, else the hash of the message."""
    told = headers.get(header.lower(), "") if header else ""
    if not told and path:
        try:
            found = at(json.loads(body), path)
        except (ValueError, RecursionError):
            found = None
        told = str(found) if _is_said(found) else ""
    return plain(told, len(told)) or "sha256:" + hashlib.sha256(body).hexdigest()
