"""For how long texts of each kind are kept: what the job `prune` removes by, and what is not taken in again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, select

from monitor.facts import MentionKind
from monitor.models import Installation

KEPT = "mentions_kept"
"""The row of Installation that says it, so that every process that saves texts knows it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long each kind is kept, those that are not kept for ever; and when all texts were gone through last.

    `month` is what is being cleared on PostgreSQL to be dropped whole, as far as the text `reached`.
    """

    kept: Mapping[MentionKind, timedelta] = field(default_factory=dict)
    walked: str = ""  # the day
    month: int = 0
    reached: int = 0

    def before(self, now: datetime) -> dict[MentionKind, datetime]:
        """From when on the texts of each kind are kept."""
        return {kind: now - kept for kind, kept in self.kept.items()}

    def is_over(self, kind: MentionKind, published_at: datetime, now: datetime) -> bool:
        """Whether a text of that time is not kept any more."""
        kept = self.kept.get(kind)
        return kept is not None and published_at < now - kept


def read(session: Session) -> Terms:
    """Those by which texts were removed last; none where nothing ever was."""
    value = session.exec(select(Installation.value).where(Installation.name == KEPT)).first()
    if value is None:
        return Terms()
    told = json.loads(value)
    kept = {MentionKind(kind): timedelta(seconds=seconds) for kind, seconds in told.pop("kept").items()}
    return Terms(kept, **told)


def note(session: Session, known: Terms) -> None:
    """Keep the terms. The caller commits."""
    kept = {kind: time.total_seconds() for kind, time in known.kept.items()}
    told = {"kept": kept, "walked": known.walked, "month": known.month, "reached": known.reached}
    session.merge(Installation(name=KEPT, value=json.dumps(told)))
    session.flush()
