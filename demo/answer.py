"""What the demo's site answers: a body with its type and headers, and 304 when the asker has it already."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def page(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), HTML, status)


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), JSON, status, dict(headers or {}))


def conditional(answer: Answer, changed_at: datetime, asked: Mapping[str, str]) -> Answer:
    """Add ETag and Last-Modified; an empty 304 when `asked` (the request's headers) shows that nothing is new."""
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = {**answer.headers, "ETag": etag, "Last-Modified": format_datetime(changed_at, usegmt=True)}
    if _known(etag, changed_at, asked):
        return Answer(b"", answer.content_type, 304, headers)
    return Answer(answer.body, answer.content_type, answer.status, headers)


def _known(etag: str, changed_at: datetime, asked: Mapping[str, str]) -> bool:
    """If-None-Match decides alone when it is there (RFC 9110, 13.2.2)."""
    if tags := asked.get("If-None-Match"):
        return etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = asked.get("If-Modified-Since")
    try:
        return since is not None and parsedate_to_datetime(since) >= changed_at.replace(microsecond=0)
    except (ValueError, TypeError):  # not a date, or one without a zone: answer in full
        return False
