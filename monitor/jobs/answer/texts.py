"""What people say that a text is, in the place of the model."""

from datetime import datetime

from sqlmodel import Session

from monitor import cases
from monitor.errors import AnswerRefused
from monitor.facts import Sentiment
from monitor.log import get_logger
from monitor.store import corrections
from monitor.store.corrections import Seen

log = get_logger(__name__)

_READ_ANEW = "this text was edited, read anew or corrected meanwhile: look at it again"


def correct(session: Session, mention_id: int, label: Sentiment, actor: str, now: datetime, *, seen: Seen) -> None:
    """Say what a text is, in the place of the model; figures, search and lists follow at once."""
    cases.check_name(actor)
    if not corrections.correct(session, mention_id, label, actor.strip(), now, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    session.commit()
    log.info("reading corrected", mention=mention_id, label=label.value)


def undo_correction(session: Session, mention_id: int, actor: str, *, seen: Seen) -> None:
    """Let the model's reading count again."""
    cases.check_name(actor)
    if not corrections.undo(session, mention_id, seen):
        session.rollback()
        raise AnswerRefused(_READ_ANEW)
    session.commit()
    log.info("correction undone", mention=mention_id)
