"""Takes the events that other programs post: checked, kept, and only then answered with success."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.doors import webhook
from monitor.jobs import receive
from monitor.store.database import session_of

Answer = tuple[int, dict[str, Any]]
"""An HTTP status, and the body of the answer."""


def post(
    engine: sa.Engine, door: webhook.Options, headers: dict[str, str], body: bytes, now: datetime
) -> tuple[Answer, Counter[str]]:
    """Take a message; the answer for its sender, once all is kept, and what to count. Header names in lower case."""
    opened = webhook.open_message(door, headers, body, now)
    if isinstance(opened, webhook.Refused):
        reason = "signature" if opened.status == 401 else "event not understood"
        return (opened.status, {"error": opened.reason}), Counter({f"dropped: {reason}": 1})
    with session_of(engine) as session:
        counters = receive.keep(session, door, opened.taken, now)
    told = {name: number for name, number in counters.items() if not name.startswith(("dropped", "mended"))}
    dropped = {name.removeprefix("dropped: "): n for name, n in counters.items() if name.startswith("dropped")}
    if opened.reading.bad:
        error = f"{opened.reading.bad} could not be read; the others are kept"
        return (422, {"error": error, "problems": list(opened.reading.problems), **told}), counters
    if dropped and not told:
        return (422, {"error": "nothing could be kept", "problems": sorted(dropped)}), counters
    return (200, {"ok": True, **told}), counters
