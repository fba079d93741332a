"""Says whether a message that was posted to us comes from who knows the secret, and is not an old one again."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

WINDOW = timedelta(minutes=5)
"""How far the time of a signature may lie from ours, before or after."""
SHORTEST_SECRET = 16
MOST_SIGNATURES = 5
"""In one header, while a sender changes its secret."""


class Scheme(BaseModel):
    """How a sender signs. Header names are compared without case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: str = Field(min_length=1)
    signs: Literal["timestamp.body", "body", "nothing"] = "timestamp.body"  # nothing: the header is the secret itself
    timestamp_header: str = ""  # "" where the time stands in the signature's header, as t=…
    encoding: Literal["hex", "base64"] = "hex"
    event_header: str = ""  # where the id of the event stands, if anywhere


PRESETS: dict[str, Scheme] = {
    "emberwatch": Scheme(
        header="X-Emberwatch-Signature",
        timestamp_header="X-Emberwatch-Timestamp",
        event_header="X-Emberwatch-Event",
    ),
    "github": Scheme(header="X-Hub-Signature-256", signs="body", event_header="X-GitHub-Delivery"),
    "stripe": Scheme(header="Stripe-Signature"),
    "trustpilot": Scheme(header="Authorization", signs="nothing"),
    "shared-secret": Scheme(header="X-Webhook-Secret", signs="nothing"),
}
"""Trustpilot signs nothing: it sends the name and the password that stand in the address it was given."""

_PART = re.compile(r"^\s*(?:(t|v\d|sha256|hmac-sha256)=)?(.*?)\s*$", re.IGNORECASE | re.DOTALL)


def refusal(scheme: Scheme, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why a message is not taken, in words that its sender may see; "" when it is good.

    `headers` have names in lower case. With two secrets, the new and the one before it, either is good.
    """
    given = headers.get(scheme.header.lower(), "")
    if not given:
        return f"the header {scheme.header} is missing"
    if scheme.signs == "nothing":
        good = [_same(secret, given_secret) for secret in secrets for given_secret in _secrets_in(given)]
        return "" if any(good) else "the secret is not the right one"
    parts = _parts(given)
    stamp = _stamp(scheme, headers)
    if scheme.signs == "timestamp.body" and (late := _lateness(stamp, now)):
        return late
    signed = body if scheme.signs == "body" else stamp.encode() + b"." + body
    found = [value for name, value in parts if (name or "").lower() != "t"]
    good = [_same(_signature(secret, signed, scheme), value) for secret in secrets for value in found]
    return "" if any(good) else "the signature is not the right one"


def sealed(scheme: Scheme, headers: Mapping[str, str], body: bytes) -> str:
    """A name of what was signed at one moment; "" where no time is signed, since then the same may be said anew."""
    if scheme.signs != "timestamp.body":
        return ""
    return "sealed:" + hashlib.sha256(_stamp(scheme, headers).encode() + b"." + body).hexdigest()


def sign(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers with which our own scheme signs a message."""
    stamp, scheme = str(int(now.timestamp())), PRESETS["emberwatch"]
    signature = _signature(secret, stamp.encode() + b"." + body, scheme)
    return {scheme.timestamp_header: stamp, scheme.header: f"sha256={signature}"}


def _signature(secret: str, signed: bytes, scheme: Scheme) -> str:
    digest = hmac.digest(secret.encode(), signed, "sha256")
    return digest.hex() if scheme.encoding == "hex" else base64.b64encode(digest).decode()


def _same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _parts(given: str) -> list[tuple[str | None, str]]:
    """What a header says, each with its name: `t=…,v1=…`."""
    return [(match[1], match[2]) for part in given.split(",")[: MOST_SIGNATURES + 1] if (match := _PART.match(part))]


def _stamp(scheme: Scheme, headers: Mapping[str, str]) -> str:
    """The time of a signature as it is written; "" when it is not told."""
    if scheme.timestamp_header:
        return headers.get(scheme.timestamp_header.lower(), "")
    parts = _parts(headers.get(scheme.header.lower(), ""))
    return next((value for name, value in parts if (name or "").lower() == "t"), "")


def _lateness(stamp: str, now: datetime) -> str:
    if not re.fullmatch(r"[0-9]{10}(?:[0-9]{3})?", stamp):
        return "the time of the signature is missing or not in seconds since 1970"
    seconds = int(stamp) / (1000 if len(stamp) == 13 else 1)
    if abs(now.timestamp() - seconds) > WINDOW.total_seconds():
        minutes = f"{WINDOW.total_seconds() / 60:.0f}"
        return f"the signature is not of the last {minutes} minutes: an old message, or a wrong clock"
    return ""


def _secrets_in(given: str) -> list[str]:
    """The secret of a header: as it stands, or as `Bearer SECRET`, or the password of `Basic …`."""
    word, _, rest = given.strip().partition(" ")
    if word.lower() == "bearer":
        return [rest.strip()]
    if word.lower() != "basic":
        return [given.strip()]
    try:
        return [base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]]
    except (binascii.Error, ValueError):
        return [given.strip()]
