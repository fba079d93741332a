"""What people do with alerts: say if they were useful, silence them for a while, and send again what was lost."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.access import Deed
from monitor.cases import LONGEST_NOTE
from monitor.clock import spoken_duration
from monitor.config import Settings
from monitor.errors import AnswerRefused
from monitor.facts import Mark, Person, Severity
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import Alert, Incident, Silence
from monitor.store import marks, outbox, silences, themes

log = get_logger(__name__)

LONGEST_SILENCE = timedelta(days=30)
"""What is to be quiet for longer belongs into the routes, where everybody finds it."""
LONGEST_TAG = 16  # of a language, as wide as the column


def mark_alert(session: Session, alert_id: int, mark: Mark | None, actor: Person, now: datetime) -> Alert:
    """Say whether it was good to get an alert about an incident; None takes back what this person said of it.

    What each person said is kept, and the latest word of anybody is that of the incident.
    """
    permit(session, actor, Deed.MARK, now, f"alert {alert_id}")
    alert = _find(session, alert_id)
    incident = session.get(Incident, alert.incident_id, populate_existing=True) if alert.incident_id else None
    if incident is None:
        raise AnswerRefused("this message is about no incident: there is nothing to learn from it")
    if mark is None:
        marks.take_back(session, incident.id or 0, {actor.name}, now, alert_id)
    else:
        marks.keep(session, incident, alert, mark, actor.name, now)
    record(session, actor, Deed.MARK, now, f"alert {alert_id}")
    session.commit()
    log.info("alert marked", alert=alert_id, mark=mark.value if mark else "")
    return alert


def silence(
    session: Session,
    settings: Settings,
    *,
    brand: str = "",
    location: str = "",
    theme: str = "",
    source: str = "",
    language: str = "",
    up_to: Severity = Severity.HIGH,
    ends_at: datetime,
    reason: str,
    actor: Person,
    now: datetime,
) -> Silence:
    """Tell nobody of some trouble until `ends_at`, unless it is severer than `up_to`; ids of the config, "" for all."""
    permit(session, actor, Deed.SILENCE, now)
    if not reason.strip():
        raise AnswerRefused("say why it is silenced first")
    if len(reason) > LONGEST_NOTE:
        raise AnswerRefused(f"the reason is longer than {LONGEST_NOTE} letters")
    _check_end(ends_at, now)
    known = themes.adopted_names(session)
    _check_ids(settings, brand, location, "" if theme in known else theme, source)
    if len(language) > LONGEST_TAG:
        raise AnswerRefused("a language is named by its code, such as ur or ur-Latn")
    made = silences.add(
        session,
        Silence(
            brand=brand,
            location=location,
            theme=theme,
            source=source,
            language=language,
            up_to=up_to,
            starts_at=now,
            ends_at=ends_at,
            reason=reason.strip(),
            actor=actor.name,
            created_at=now,
        ),
    )
    record(session, actor, Deed.SILENCE, now, f"silence {made.id}")
    session.commit()
    log.info("silenced", silence=made.id, until=ends_at.isoformat())
    return made


def _check_end(ends_at: datetime, now: datetime) -> None:
    if ends_at <= now:
        raise AnswerRefused("the end of the silence is over already: choose a later one")
    if ends_at - now > LONGEST_SILENCE:
        raise AnswerRefused(
            f"a silence lasts {spoken_duration(LONGEST_SILENCE)} at most: change the routes for what is to stay quiet"
        )


def _check_ids(settings: Settings, brand: str, location: str, theme: str, source: str) -> None:
    """Each id that is given is one of the config; a location is one of its brand's."""
    brands = [one.id for one in settings.brands]
    places = [place.id for one in settings.brands if brand in ("", one.id) for place in one.locations]
    _check_known("brand", brand, brands)
    _check_known("location", location, places)
    _check_known("theme", theme, [one.id for one in settings.themes])
    if source and settings.place(source) is None:
        _check_known("source", source, [place.id for place in (*settings.sources, *settings.doors)])


def _check_known(what: str, asked: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if asked and asked not in names:
        raise AnswerRefused(f"there is no {what} {asked!r}; known are {', '.join(names) or 'none'}")


def end_silence(session: Session, silence_id: int, actor: Person, now: datetime) -> Silence:
    """End a silence before its time: what it holds back is due now."""
    permit(session, actor, Deed.SILENCE, now, f"silence {silence_id}")
    known = session.get(Silence, silence_id)
    if known is None:
        raise AnswerRefused(f"there is no silence {silence_id}")
    if not silences.end(session, silence_id, actor.name, now):
        session.rollback()
        raise AnswerRefused(f"this silence is over since {known.ends_at:%Y-%m-%d %H:%M} UTC")
    silences.release(session, silence_id, now)
    record(session, actor, Deed.SILENCE, now, f"silence {silence_id}")
    session.commit()
    log.info("silence ended", silence=silence_id)
    return session.get_one(Silence, silence_id, populate_existing=True)


def resend_alert(session: Session, alert_id: int, actor: Person, now: datetime) -> Alert:
    """Send an alert that was given up once more, with all tries anew."""
    permit(session, actor, Deed.RESEND, now, f"alert {alert_id}")
    if not outbox.resend(session, alert_id, now):
        session.rollback()
        alert = _find(session, alert_id)
        raise AnswerRefused(f"only what failed can be sent again: alert {alert_id} is {alert.state.value}")
    record(session, actor, Deed.RESEND, now, f"alert {alert_id}")
    session.commit()
    log.info("alert sent again", alert=alert_id)
    return _find(session, alert_id)


def _find(session: Session, alert_id: int) -> Alert:
    alert = session.get(Alert, alert_id, populate_existing=True)
    if alert is None:
        raise AnswerRefused(f"there is no alert {alert_id}")
    return alert
