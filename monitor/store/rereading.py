"""Finds what another model read, so that it can be read anew."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Assessment, Mention, ReadState
from monitor.models.assessment import PERSON
from monitor.store.assessments import Reader

_LOOKED_AT = 2_000


def ask_again(
    session: Session, reader: Reader, *, since: datetime, limit: int, before: int | None
) -> tuple[int, int | None]:
    """Let texts wait that another model read, the last read ones first; how many, and the row reached, None at the end.

    `before` is the row reached by the call before. What a person corrected, and what was deleted, is left as it is.
    """
    rows = select(Assessment.id, Assessment.mention_id, Assessment.model_name, Assessment.model_version)
    rows = rows.where(col(Assessment.is_current)).order_by(col(Assessment.id).desc()).limit(_LOOKED_AT)
    found = session.exec(rows if before is None else rows.where(col(Assessment.id) < before)).all()
    chosen: list[int] = []
    reached: int | None = None
    for number, mention_id, name, version in found:
        if len(chosen) == limit:
            break
        reached = number
        if name != PERSON and (name, version) != (reader.name, reader.version):
            chosen.append(mention_id)
    return _wait(session, chosen, since), reached


def _wait(session: Session, ids: list[int], since: datetime) -> int:
    if not ids:
        return 0
    waiting = (
        sa.update(Mention)
        .where(
            col(Mention.id).in_(ids),
            col(Mention.read_state) == ReadState.READ,
            col(Mention.deleted_at).is_(None),
            col(Mention.published_at) >= since,
        )
        .values(read_state=ReadState.WAITING, read_attempts=0, read_error="")
        .returning(col(Mention.id))
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(waiting).all())
