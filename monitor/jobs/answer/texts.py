"""What people say that a text is, in the place of the model."""

from datetime import datetime

from sqlmodel import Session

from monitor.access import Deed
from monitor.errors import AnswerRefused
from monitor.facts import Person, Sentiment
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.store import corrections
from monitor.store.corrections import Seen

log = get_logger(__name__)

_READ_ANEW = "this text was edited, read anew or corrected meanwhile: look at it again"


def correct(session: Session, mention_id: int, label: Sentiment, actor: Person, now: datetime, *, seen: Seen) -> None:
    """Say what a text is, in the place of the model; figures, search and lists follow at once."""
    permit(session, actor, Deed.CORRECT, now, f"text {mention_id}")
    if not corrections.correct(session, mention_id, label, actor.name, now, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    record(session, actor, Deed.CORRECT, now, f"text {mention_id}")
    session.commit()
    log.info("reading corrected", mention=mention_id, label=label.value)


def undo_correction(session: Session, mention_id: int, actor: Person, now: datetime, *, seen: Seen) -> None:
    """Let the model's reading count again."""
    permit(session, actor, Deed.CORRECT, now, f"text {mention_id}")
    if not corrections.undo(session, mention_id, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    record(session, actor, Deed.CORRECT, now, f"text {mention_id}")
    session.commit()
    log.info("correction undone", mention=mention_id)
