"""Numbers that are in people's hands: after a restore, new rows do not get those of rows that the back-up lacks.

Messages, links and surveys name incidents, their changes and cases by number. A receiver that knows `17:care-team` from
before would take a new message of that name for the old one, and drop it.
"""

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from monitor.models import Case, Incident, IncidentChange, Installation

GAP = 100_000
"""More than any installation makes between a back-up and its restore."""
_NAMED: tuple[type[Incident | IncidentChange | Case], ...] = (Incident, IncidentChange, Case)
_BEGIN = "number_from_"
"""How rows of Installation begin that say which number the next row of a table gets."""


def leave_a_gap(session: Session) -> None:
    """Let the next rows have numbers far beyond the newest."""
    for model in _NAMED:
        first = (session.exec(select(func.max(col(model.id)))).one() or 0) + GAP
        if session.get_bind().dialect.name == "sqlite":
            session.merge(Installation(name=_BEGIN + _table(model), value=str(first)))
        else:
            sequence = func.pg_get_serial_sequence(f'"{_table(model)}"', "id")
            session.execute(sa.select(func.setval(sequence, first, False)))  # noqa: FBT003 (PostgreSQL's own order)


def next_number(session: Session, model: type[Incident | IncidentChange | Case]) -> int | None:
    """The number of a new row where a restore has left a gap before it; None: the database numbers it.

    SQLite gives the number after the highest, so that it goes on by itself after the first.
    """
    mark = session.get(Installation, _BEGIN + _table(model))
    if mark is None:
        return None
    session.delete(mark)
    session.flush()
    return int(mark.value)


def _table(model: type[SQLModel]) -> str:
    return str(model.__tablename__)
