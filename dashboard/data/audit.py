"""Pages of the audit log."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.data.opening import cached, database
from monitor.facts import Role, Way
from monitor.models import Outcome
from monitor.store import audit as store

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """Who asked for what, and whether it was done."""

    id: int
    at: datetime
    actor: str
    login: str
    role: Role
    way: Way
    deed: str  # a value of Deed
    about: str
    done: bool


@cached
def page(person: str, deed: str, outcome: Outcome | None, before: int | None) -> tuple[tuple[Entry, ...], bool]:
    """The newest entries before one of them, and whether there are older ones."""
    wanted = store.Wanted(person, deed, outcome)
    with database() as session:
        found = store.entries(session, wanted, AT_ONCE + 1, before=before)
        rows = [
            Entry(
                row.id or 0, row.at, row.actor, row.login, row.role, row.way, row.deed, row.about,
                row.outcome is Outcome.DONE,
            )
            for row in found
        ]  # fmt: skip
    return tuple(rows[:AT_ONCE]), len(rows) > AT_ONCE
