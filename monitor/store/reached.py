"""How far somebody has looked through rows by their numbers, though PostgreSQL shows rows in another order."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

_MOST_SEEN = 200_000
"""Beyond so many, what holds them up is a transaction of hours, and none that writes what we look for."""
_RUNNING = sa.text(
    "SELECT CAST(CAST(pg_snapshot_xmin(now) AS text) AS bigint), CAST(CAST(pg_snapshot_xmax(now) AS text) AS bigint)"
    " FROM pg_current_snapshot() AS now"
)
"""The oldest transaction that goes on and writes, and the number of the next one that begins."""


@dataclass(slots=True)
class Reached:
    """All rows up to `settled` were looked at, and none comes there any more; of those beyond, `seen` were.

    On PostgreSQL a row has its number when it is written, and is there for others when it is committed: one with a
    higher number may be there long before. So a number is settled only when every transaction that went on while it
    was the newest has ended, and what was committed by then was looked at. SQLite has one writer at a time.
    """

    settled: int
    seen: set[int] = field(default_factory=set)
    _sure: int = 0  # what this look may settle
    _marks: deque[tuple[int, int]] = field(default_factory=deque)  # the next transaction then, the newest number then

    def begin(self, session: Session, newest: int) -> None:
        """A look begins; `newest` is the highest number that is there."""
        if session.get_bind().dialect.name == "sqlite":
            self._sure = newest
        else:
            oldest, following = session.execute(_RUNNING).one()
            if not self._marks or self._marks[-1][1] < newest:
                self._marks.append((following, newest))
            while self._marks and self._marks[0][0] <= oldest:
                self._sure = self._marks.popleft()[1]
        if len(self.seen) > _MOST_SEEN:
            self.settled = self._sure = max(self.seen)
        self.seen = {number for number in self.seen if number > self.settled}

    def unseen(self, session: Session, query: sa.Select[Any], limit: int) -> list[Any]:
        """At most so many rows of a query that were not looked at, by their number, which is its first column."""
        number = query.selected_columns[0]
        rows = session.execute(query.where(number > self.settled).order_by(number).limit(limit + len(self.seen)))
        return [row for row in rows if row[0] not in self.seen][:limit]

    def looked(self, number: int) -> None:
        """What `unseen` gave was looked at up to this one."""
        self.settled = max(self.settled, min(self._sure, number))
        if number > self.settled:
            self.seen.add(number)

    def end(self) -> None:
        """All that there was was looked at."""
        self.settled = max(self.settled, self._sure)
