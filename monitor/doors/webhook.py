"""A webhook: other programs post signed events, each of which is taken once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.doors.door import DoorOptions, Taken
from monitor.doors.events import BadEvent, Deleted, Paths, Reading, Shape, event_id, read_message
from monitor.facts import MentionKind
from monitor.secret import Secret
from monitor.signing import PRESETS, SHORTEST_SECRET, Scheme, refusal, sealed


def _scheme(value: Any) -> Any:
    """A name of a scheme, or a scheme."""
    if not isinstance(value, str):
        return value
    if value not in PRESETS:
        raise ValueError(f"{value!r} is not one of {', '.join(PRESETS)}; or tell header, signs and encoding")
    return PRESETS[value]


class Options(DoorOptions):
    """Who may post, and how what is posted is read."""

    type: Literal["webhook"] = "webhook"
    secret: Secret
    previous_secret: Secret | None = None  # good as well, while the sender changes to the new one
    signature: Annotated[Scheme, BeforeValidator(_scheme)] = PRESETS["emberwatch"]
    kind: Literal["review", "comment", "post", "article"] = "review"
    host: str = ""  # what the ids of its texts belong to; the door's id when absent
    map: Paths = Paths()
    event_id: str = ""  # the path of what names an event, where no header does
    deleted: Deleted | None = None
    worst: float | None = None  # the scale of its ratings, where the events do not tell it
    best: float | None = None
    per_minute: int = Field(default=120, ge=1, le=100_000)  # messages

    @model_validator(mode="after")
    def _strong(self) -> Self:
        for secret in (self.secret, self.previous_secret):
            if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
                raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters: openssl rand -hex 32 makes one")
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(one.get_secret_value() for one in (self.secret, self.previous_secret) if one is not None)

    @property
    def shape(self) -> Shape:
        return Shape(
            host=(self.host or self.id).lower(),
            kind=MentionKind(self.kind),
            paths=self.map,
            deleted=self.deleted,
            worst=self.worst,
            best=self.best,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not taken: the HTTP status and the reason, which its sender may see."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is taken, and what in it could not be read."""

    taken: Taken
    reading: Reading


def open_message(options: Options, headers: Mapping[str, str], body: bytes, now: datetime) -> Posted | Refused:
    """Check who sent a message, then read it. `headers` have names in lower case.

    Where a part of it cannot be read the rest is taken, but not the event: mended, it may come again.
    """
    reason = refusal(options.signature, options.secrets, headers, body, now)
    if reason:
        return Refused(401, reason)
    try:
        reading = read_message(body, options.shape, now)
    except BadEvent as error:
        return Refused(422, str(error))
    name = event_id(headers, options.signature.event_header, body, options.event_id)
    counters = {"dropped: event not understood": reading.bad} if reading.bad else {}
    seal = "" if reading.bad else sealed(options.signature, headers, body)
    event = "" if reading.bad else name
    taken = Taken(texts=reading.texts, gone=reading.gone, event=event, seal=seal, counters=counters)
    return Posted(taken, reading)
