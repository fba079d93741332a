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
BEGIN = "number_from_"
"""How rows of Installation begin that say which number the next row of a table gets. PostgreSQL has sequences, and none
of these."""


def leave_a_gap(session: Session) -> None:
    """Let the next rows have numbers far beyond the newest, and beyond those that another restore has left free."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for model in _NAMED:
        newest = session.exec(select(func.max(col(model.id)))).one() or 0
        if is_sqlite:
            mark = session.get(Installation, BEGIN + _table(model))
            first = max(newest, int(mark.value) - 1 if mark else 0) + GAP
            session.merge(Installation(name=BEGIN + _table(model), value=str(first)))
        else:
            sequence = func.pg_get_serial_sequence(f'"{_table(model)}"', "id")
            first = max(newest, _given(session, session.execute(sa.select(sequence)).scalar_one())) + GAP
            session.execute(sa.select(func.setval(sequence, first, False)))  # noqa: FBT003 (PostgreSQL's own order)


def _given(session: Session, sequence: str) -> int:
    """The number before the one that a sequence of PostgreSQL gives next."""
    before = sa.literal_column("last_value - (NOT is_called)::int", sa.BigInteger)
    number: int = session.execute(sa.select(before).select_from(sa.text(sequence))).scalar_one()
    return number


def next_number(session: Session, model: type[Incident | IncidentChange | Case]) -> int | None:
    """The number of a new row where a restore has left a gap before it; None: the database numbers it.

    SQLite gives the number after the highest, so that it goes on by itself after the first.
    """
    mark = session.get(Installation, BEGIN + _table(model))
    if mark is None:
        return None
    session.delete(mark)
    session.flush()
    return int(mark.value)


def _table(model: type[SQLModel]) -> str:
    return str(model.__tablename__)
