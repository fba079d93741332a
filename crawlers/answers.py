"""Reads JSON answers, and says of one that is not what was asked for what it is instead."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from scrapy.http import TextResponse

from crawlers.base import FormatChanged, NotUnderstood, Walled
from crawlers.walls import LOOKED_AT, is_page, wall_in

Shape = TypeVar("Shape", bound=BaseModel)


def json_of(response: TextResponse) -> Any:
    """The values of a JSON answer; Walled for a bot wall, NotUnderstood for anything else that is no JSON."""
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        beginning = response.text[:LOOKED_AT]
        refuse_walls(beginning)
        raise NotUnderstood("HTML instead of JSON" if is_page(beginning) else "not JSON") from error


def refuse_walls(page: str) -> None:
    """Raise Walled when a page is one that keeps programs out."""
    words = wall_in(page)
    if words:
        raise Walled(f"{words} instead of the answer")


def member(data: Any, *path: str) -> Any:
    """What stands at a path of objects ; FormatChanged names the first part that is not there."""
    for name in path:
        if not isinstance(data, Mapping) or name not in data:
            raise FormatChanged(f"the field {name!r} has vanished")
        data = data[name]
    return data


def shaped(items: Any, shape: type[Shape], *, what: str = "entries") -> tuple[list[Shape], int]:
    """The items that fit a shape, in order, and how many do not.

    FormatChanged when none of at least two fits (or the only one lacks a field): it names the field.
    """
    if not isinstance(items, Iterable) or isinstance(items, str | bytes | Mapping):
        raise FormatChanged(f"the {what} are no list")
    good: list[Shape] = []
    faults: Counter[str] = Counter()
    bad = 0
    for item in items:
        try:
            good.append(shape.model_validate(item))
        except (ValidationError, RecursionError) as error:
            bad += 1
            faults.update(_faults(error))
    if bad and not good and faults and (bad > 1 or faults.most_common(1)[0][0].endswith("has vanished")):
        raise FormatChanged(f"of {bad} {what} none can be read: {faults.most_common(1)[0][0]}")
    return good, bad


def _faults(error: ValidationError | RecursionError) -> set[str]:
    if isinstance(error, RecursionError):
        return {"nested too deep"}
    found = set()
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in item["loc"]) or "the entry"
        found.add(
            f"the field {place!r} has vanished" if item["type"] == "missing" else f"the field {place!r} has changed"
        )
    return found
