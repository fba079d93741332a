"""Who may do what, asked before each write; and the audit log, written with it."""

from datetime import datetime

from sqlmodel import Session

from monitor import access
from monitor.access import Deed
from monitor.errors import AnswerRefused
from monitor.facts import Person, check_name
from monitor.models import Outcome
from monitor.store import audit


def permit(session: Session, actor: Person, deed: Deed, now: datetime, about: str = "") -> None:
    """Raise AnswerRefused unless the person may do it; a refusal for want of a role is kept, committed."""
    check_name(actor.name)
    try:
        access.check(actor, deed)
    except AnswerRefused:
        session.rollback()
        audit.keep(session, actor, deed, about, now, Outcome.REFUSED)
        session.commit()
        raise


def record(session: Session, actor: Person, deed: Deed, now: datetime, about: str = "") -> None:
    """Note in the transaction of a write who did it."""
    audit.keep(session, actor, deed, about, now, Outcome.DONE)
