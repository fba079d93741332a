"""What people do with incidents: see them, look after them, end those that are none, and say if they were useful."""

from datetime import datetime

from sqlmodel import Session

from monitor import cases
from monitor.access import Deed
from monitor.cases import Action
from monitor.errors import AnswerRefused
from monitor.facts import ChangeKind, Mark, Person
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import Incident, IncidentChange
from monitor.store import cases as store
from monitor.store import marks, numbering

log = get_logger(__name__)


def acknowledge_incident(session: Session, incident_id: int, actor: Person, now: datetime) -> Incident:
    """Say that somebody has seen an incident, so that nobody else need be called. Who was first stays named."""
    permit(session, actor, Deed.ACKNOWLEDGE, now, f"incident {incident_id}")
    written = store.acknowledge_if_unseen(session, incident_id, actor.name, now)
    incident = _find(session, incident_id)
    if not written:
        session.rollback()
        if incident.state not in store.ACTIVE:
            raise AnswerRefused(
                f"this incident is already {incident.state.value}: there is nothing left to acknowledge"
            )
        return incident
    _keep_change(session, incident, ChangeKind.ACKNOWLEDGED, f"Acknowledged by {actor.name}", actor, now)
    record(session, actor, Deed.ACKNOWLEDGE, now, f"incident {incident_id}")
    session.commit()
    log.info("incident acknowledged", incident=incident_id)
    return incident


def own_incident(session: Session, incident_id: int, actor: Person, now: datetime, *, seen_owner: str) -> Incident:
    """Look after an incident, in the place of the owner (or "") on the person's screen; that acknowledges it too.

    Who looks after it already may say so again.
    """
    permit(session, actor, Deed.OWN_INCIDENT, now, f"incident {incident_id}")
    known = _find(session, incident_id)
    if known.owner == actor.name and known.state in store.ACTIVE:
        return known
    written = store.own_incident_if_same(session, incident_id, seen_owner, actor.name)
    if written:
        store.acknowledge_if_unseen(session, incident_id, actor.name, now)
    incident = _find(session, incident_id)
    if not written and incident.owner == actor.name and incident.state in store.ACTIVE:  # a button pressed twice
        session.rollback()
        return incident
    if not written:
        session.rollback()
        owner = f"{incident.owner} looks after it" if incident.owner else "nobody looks after it"
        raise AnswerRefused(f"this incident has changed meanwhile: it is {incident.state.value} and {owner} now")
    instead = f", in the place of {seen_owner}" if seen_owner else ""
    _keep_change(session, incident, ChangeKind.OWNED, f"{actor.name} looks after it{instead}", actor, now)
    record(session, actor, Deed.OWN_INCIDENT, now, f"incident {incident_id}")
    session.commit()
    log.info("incident owned", incident=incident_id)
    return incident


def dismiss_incident(session: Session, incident_id: int, reason: str, actor: Person, now: datetime) -> Incident:
    """End an incident that is none; it then counts as usual, and nobody hears of it again."""
    permit(session, actor, Deed.DISMISS_INCIDENT, now, f"incident {incident_id}")
    if not reason.strip():
        raise AnswerRefused(cases.MISSING[Action.DISMISS])
    written = store.dismiss_incident_if_active(session, incident_id, reason.strip(), now)
    incident = _find(session, incident_id)
    if not written:
        session.rollback()
        raise AnswerRefused(f"this incident is already {incident.state.value}")
    sentence = f"Dismissed by {actor.name}: {reason.strip()}"
    _keep_change(session, incident, ChangeKind.DISMISSED, sentence, actor, now)
    record(session, actor, Deed.DISMISS_INCIDENT, now, f"incident {incident_id}")
    session.commit()
    log.info("incident dismissed", incident=incident_id)
    return incident


def _keep_change(
    session: Session, incident: Incident, kind: ChangeKind, sentence: str, actor: Person, now: datetime
) -> None:
    session.add(
        IncidentChange(
            id=numbering.next_number(session, IncidentChange),
            incident_id=incident.id or 0,
            kind=kind,
            severity=incident.severity,
            sentence=sentence,
            actor=actor.name,
            at=now,
        )
    )


def mark_incident(session: Session, incident_id: int, mark: Mark | None, actor: Person, now: datetime) -> Incident:
    """Say whether it was good to hear of an incident, at any time, also once it is over.

    What each person said is kept, and the latest word of anybody counts. None takes back the word that counts, and
    one's own.
    """
    permit(session, actor, Deed.MARK, now, f"incident {incident_id}")
    incident = _find(session, incident_id)
    if mark is None:
        marks.take_back(session, incident_id, {incident.marked_by, actor.name}, now)
    else:
        marks.keep(session, incident, None, mark, actor.name, now)
    record(session, actor, Deed.MARK, now, f"incident {incident_id}")
    session.commit()
    log.info("incident marked", incident=incident_id, mark=mark.value if mark else "")
    return _find(session, incident_id)


def _find(session: Session, incident_id: int) -> Incident:
    incident = store.incident_now(session, incident_id)
    if incident is None:
        raise AnswerRefused(f"there is no incident {incident_id}")
    return incident
