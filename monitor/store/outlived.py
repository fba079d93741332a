"""Takes people's words and ids out of what is kept longer than they are, a bounded batch at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, exists, select

from monitor.models import Alert, AlertState, Author, Case, CaseEvent, CaseState, Mention, Reply, Report
from monitor.store import report_work, traces

BATCH = 200
NOT_KEPT = "(no longer kept)"
"""Stands where words of a case stood."""
_OVER = (AlertState.SENT, AlertState.FAILED, AlertState.WITHHELD)
_CLOSED = (CaseState.SOLVED, CaseState.DISMISSED)
_QUOTED = '%"published_at"%'
Batch = tuple[int, int | None]
"""How many rows were changed, and the row reached; None at the end."""


def remove_authors(session: Session, before: datetime, after_id: int) -> Batch:
    """Authors of whom no text is kept any more, not seen since that time."""
    wrote = exists().where(col(Mention.author_id) == Author.id)
    ids = _ids(session, Author, after_id, ~wrote, col(Author.last_seen_at) < before)
    gone = sa.delete(Author).where(col(Author.id).in_(ids))
    session.execute(gone.execution_options(synchronize_session=False))
    return _batch(ids)


def unquote_alerts(session: Session, before: datetime, after_id: int) -> Batch:
    """Messages made before that time keep all but what they quoted; what is still owed keeps it."""
    holds = sa.cast(col(Alert.message), sa.Text).like(_QUOTED)
    ids = _ids(session, Alert, after_id, col(Alert.created_at) < before, col(Alert.state).in_(_OVER), holds)
    for alert in session.exec(select(Alert).where(col(Alert.id).in_(ids))):
        alert.message = _unquoted(alert.message)
        session.add(alert)
    return _batch(ids)


def unquote_reports(session: Session, before: datetime, after_id: int) -> Batch:
    """Reports made before that time keep their figures; their files are written anew."""
    figures = sa.cast(col(Report.figures), sa.Text)
    holds = sa.or_(figures.like(_QUOTED), figures.like('%"complaint"%'))
    ids = _ids(session, Report, after_id, col(Report.made_at) < before, holds)
    for report in session.exec(select(Report).where(col(Report.id).in_(ids))):
        practice: dict[str, Any] = {"practice": []} if "practice" in report.figures else {}
        report.figures = {**_unquoted(report.figures), **practice}
        session.add(report)
        report_work.note_unquoted(session, report)
    return _batch(ids)


def empty_casework(session: Session, before: datetime, after_id: int) -> Batch:
    """Cases closed, and not touched, since that time keep who did what and when, and none of the words."""
    lately = exists().where(col(CaseEvent.case_id) == Case.id, col(CaseEvent.at) >= before)
    said = sa.or_(
        exists().where(col(Reply.case_id) == Case.id, col(Reply.text) != NOT_KEPT),
        exists().where(col(CaseEvent.case_id) == Case.id, col(CaseEvent.note).not_in(("", NOT_KEPT))),
        col(Case.outcome).not_in(("", NOT_KEPT)),
    )
    ids = _ids(session, Case, after_id, col(Case.state).in_(_CLOSED), ~lately, col(Case.opened_at) < before, said)
    _write(session, sa.update(Reply).where(col(Reply.case_id).in_(ids)).values(text=NOT_KEPT, error=""))
    noted = sa.update(CaseEvent).where(col(CaseEvent.case_id).in_(ids), col(CaseEvent.note) != "")
    _write(session, noted.values(note=NOT_KEPT))
    _write(session, sa.update(Case).where(col(Case.id).in_(ids), col(Case.outcome) != "").values(outcome=NOT_KEPT))
    return _batch(ids)


def _unquoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unquoted(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_unquoted(one) for one in value if not (isinstance(one, dict) and traces.is_quote(one))]
    return value


def _ids(session: Session, table: type[SQLModel], after_id: int, *which: sa.ColumnElement[bool]) -> list[int]:
    key = sa.inspect(table).columns["id"]
    return list(session.scalars(sa.select(key).where(key > after_id, *which).order_by(key).limit(BATCH)))


def _batch(ids: Sequence[int]) -> Batch:
    return len(ids), ids[-1] if len(ids) == BATCH else None


def _write(session: Session, statement: sa.Update) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
