"""Signs the links by which a reader of an alert acts on it, and reads them back: for one alert, for a while."""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from monitor.errors import MonitorError

LONGEST = 200  # characters of a token
_HEAD = struct.Struct(">BIII")  # version, end in seconds since 1970, incident, alert
_VERSION = 1
_TAG_BYTES = 16  # of HMAC-SHA256: 128 bits are not guessed, and keep a link within one line of a plain mail


class LinkRefused(MonitorError):
    """A link that is not ours (`forged`), or too old (`expired`)."""

    def __init__(self, why: Literal["expired", "forged"]) -> None:
        super().__init__(f"the link is {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link allows: to act on this incident, as a reader of this alert in this channel."""

    incident_id: int
    alert_id: int
    channel: str
    ends_at: datetime


def make(key: str, grant: Grant) -> str:
    """The token of a link; the same grant always gives the same, so that a retry sends the same message."""
    ends = int(grant.ends_at.timestamp())
    body = _HEAD.pack(_VERSION, ends, grant.incident_id, grant.alert_id) + grant.channel.encode()
    return _to_text(body + _tag(key, body))


def read(key: str, token: str, now: datetime) -> Grant:
    """What the token of a link allows; LinkRefused when it is not ours or too old."""
    signed = _from_text(token) if len(token) < LONGEST else b""
    body, tag = signed[:-_TAG_BYTES], signed[-_TAG_BYTES:]
    if not hmac.compare_digest(_tag(key, body), tag) or body[:1] != bytes([_VERSION]):
        raise LinkRefused("forged")
    _version, ends, incident_id, alert_id = _HEAD.unpack_from(body)
    ends_at = datetime.fromtimestamp(ends, UTC)
    if now >= ends_at:
        raise LinkRefused("expired")
    return Grant(incident_id, alert_id, body[_HEAD.size :].decode(), ends_at)


def _tag(key: str, body: bytes) -> bytes:
    return hmac.digest(key.encode(), body, "sha256")[:_TAG_BYTES]


def _to_text(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def _from_text(token: str) -> bytes:
    """The bytes of a token; none unless it is written exactly as `make` writes them."""
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
    return signed if _to_text(signed) == token else b""
