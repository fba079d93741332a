"""Lists the kinds of places with what each allows and needs, and the places that are refused."""

import sys
from dataclasses import asdict
from typing import Any

from crawlers.base import SourceSpider, kinds, spider_of
from crawlers.ledger import Verdict
from crawlers.refused import REFUSED

VERDICTS = {
    Verdict.OPEN: "read without keys",
    Verdict.KEYED: "read with a key or an account",
    Verdict.OFF: "off until switched on",
    Verdict.REFUSED: "refused",
}


def as_json() -> dict[str, Any]:
    """`kinds` and `refused`, each a list of plain values in the order of their names."""
    found = [_kind(kind, spider_of(kind)) for kind in kinds()]
    return {"kinds": found, "refused": [{"name": name, **_plain(about)} for name, about in REFUSED]}


def _kind(kind: str, spider: type[SourceSpider]) -> dict[str, Any]:
    summary = (sys.modules[spider.__module__].__doc__ or "").strip().splitlines()[0]
    return {"kind": kind, "summary": summary, "params": _params(spider), **_plain(spider.about)}


def _plain(about: Any) -> dict[str, Any]:
    values = asdict(about)
    return {name: str(value) for name, value in values.items() if value}


def _params(spider: type[SourceSpider]) -> list[dict[str, Any]]:
    return [
        {"name": name, "required": field.is_required()}
        | ({} if field.is_required() else {"default": str(field.default)})
        for name, field in spider.Params.model_fields.items()
    ]


def in_words() -> str:
    """The same for people: each kind with its verdict and parameters, then what is refused."""
    listed = as_json()
    lines = [line for kind in listed["kinds"] for line in _told(kind)]
    refused = ", ".join(place["name"] for place in listed["refused"])
    return "\n".join([*lines, *([f"never read (emberwatch sources says why): {refused}"] if refused else [])])


def _told(kind: dict[str, Any]) -> list[str]:
    params = (one["name"] if one["required"] else f"[{one['name']}={one['default']}]" for one in kind["params"])
    verdict = VERDICTS[Verdict(kind["verdict"])]
    return [f"{kind['kind']}: {kind['summary']}", f"    {verdict}", f"    params: {', '.join(params)}"]
