"""Shows the page behind a link of an alert, and does what its reader asks for. Showing it changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import sqlalchemy as sa
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from monitor.alerting import links, stored
from monitor.alerting.links import Grant, LinkRefused
from monitor.alerting.shown import presentable
from monitor.alerting.text import one_line
from monitor.config import Settings
from monitor.errors import AnswerRefused, MonitorError
from monitor.facts import LONGEST_NAME, IncidentState, Mark, Person, Quote, Role, Way, check_name
from monitor.jobs import answer
from monitor.jobs.acting import LABELS, grant_of, key_of
from monitor.models import Alert, Brand, Incident
from monitor.reception import act_page
from monitor.reception.act_page import Standing
from monitor.reception.pages import Page
from monitor.store import marks
from monitor.store.database import session_of

COOKIE = "emberwatch_name"
REMEMBERED_SECONDS = 365 * 24 * 3600
MOST_FIELDS = 10
_ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for the page of one link."""

    settings: Settings
    token: str
    do: str  # what the link asks for; anything else than a key of LABELS: nothing special
    kept_name: str  # as the cookie has it
    now: datetime

    @property
    def name(self) -> str:
        """Of the person who acted last in this browser; "" when nobody did."""
        return one_line(unquote(self.kept_name))[:LONGEST_NAME]


def show(engine: sa.Engine, asked: Asked) -> Response:
    """The page with its buttons."""
    with session_of(engine) as session:
        grant = _grant(session, asked)
        if isinstance(grant, Response):
            return grant
        return _standing(session, asked, grant, name=asked.name, do=asked.do)


def act(engine: sa.Engine, asked: Asked, body: bytes) -> Response:
    """Do what a sent form asks for, and show what came of it."""
    fields = _fields(body)
    name, do = one_line(fields.get("name", "")), fields.get("do", "")
    with session_of(engine) as session:
        grant = _grant(session, asked)
        if isinstance(grant, Response):
            return grant
        try:
            check_name(name)
        except AnswerRefused as error:
            return _standing(session, asked, grant, name=name, do=do, problem=str(error), status=422)
        try:
            done = _do(session, grant, do, name, fields.get("owner", ""), asked.now)
        except AnswerRefused as error:
            session.rollback()
            return _standing(session, asked, grant, name=name, do=do, problem=str(error), status=409)
        shown = _standing(session, asked, grant, name=name, do="", done=done)
    return _remember(shown, name, asked.settings.reception.link)


def _grant(session: Session, asked: Asked) -> Grant | Response:
    """What the link allows, or the page that says why it allows nothing.

    The alert must be the very one that the link was made for: where an older backup was restored, numbers are given
    again, to others.
    """
    try:
        grant = links.read(key_of(session), asked.token, asked.now)
    except LinkRefused as error:
        return _refused(error)
    alert = session.get(Alert, grant.alert_id)
    if alert is None or grant != grant_of(alert):
        return _html(act_page.say("This is no longer kept", "The incident behind this link was deleted."), 410)
    return grant


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form; none when it is no form."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _do(session: Session, grant: Grant, do: str, name: str, seen_owner: str, now: datetime) -> str:
    """Do it, and say so."""
    actor = Person(name, Role.AGENT, Way.LINK)
    if do == "ack":
        incident = answer.acknowledge_incident(session, grant.incident_id, actor, now)
        first = incident.acknowledged_by
        return (
            "Acknowledged. Nobody else need be called."
            if first == actor.name
            else f"{first} had acknowledged it before."
        )
    if do == "own":
        answer.own_incident(session, grant.incident_id, actor, now, seen_owner=seen_owner)
        return "You look after it now."
    if do in tuple(Mark):
        answer.mark_alert(session, grant.alert_id, Mark(do), actor, now)
        return f"Thank you: marked as {do}."
    raise AnswerRefused("choose what to do first")


def _standing(
    session: Session,
    asked: Asked,
    grant: Grant,
    *,
    name: str,
    do: str,
    done: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    """The page as things stand now, with what came of an action."""
    alert = session.get_one(Alert, grant.alert_id)
    incident = session.get_one(Incident, grant.incident_id, populate_existing=True)
    title, quotes = _told(alert, incident)
    said = marks.of_incident(session, grant.incident_id)
    standing = Standing(
        title=title,
        quotes=quotes,
        incident=incident,
        brand=session.get_one(Brand, incident.brand_id),
        said=said[0] if said else None,
        name=name[:LONGEST_NAME],  # what was refused as too long is not sent back whole
        deeds=_deeds(incident, name),
        asked=do if do in LABELS else "",
        done=done,
        problem=problem,
        dashboard=_dashboard(asked.settings, grant.incident_id),
    )
    return _html(act_page.draw(standing), status)


def _told(alert: Alert, incident: Incident) -> tuple[str, tuple[Quote, ...]]:
    """The subject and the quotes of the message as its reader has them, as far as this version can read it."""
    try:
        message = presentable(stored.from_dict(alert.message))
    except MonitorError:
        return incident.sentence, ()
    return message.subject, message.quotes


def _deeds(incident: Incident, name: str) -> dict[str, str]:
    """What may be done as things stand, and what its button says."""
    deeds = dict(LABELS)
    if incident.state not in _ACTIVE or incident.acknowledged_at is not None:
        del deeds["ack"]
    if incident.state not in _ACTIVE or (name and incident.owner == name):
        del deeds["own"]
    elif incident.owner:
        deeds["own"] = f"Take over from {incident.owner}"
    return deeds


def _dashboard(settings: Settings, incident_id: int) -> str:
    """The incident's page, unless it is for this machine only and this page is for others."""
    if settings.reception.url and not settings.dashboard.url:
        return ""
    return f"{settings.dashboard.link}/incident?id={incident_id}"


def _refused(error: LinkRefused) -> Response:
    if error.why == "expired":
        words = "Links in alerts work for 30 days. Look for the incident in the dashboard, or for a newer alert."
        return _html(act_page.say("This link is too old", words), 410)
    words = "It may have been cut in two on its way: open it from the alert itself, or copy all of it."
    return _html(act_page.say("This link is not complete", words), 404)


def busy(seconds: int) -> Response:
    """Too much at once from one address; the next press may come after so many seconds."""
    words = "Too much was sent from here within a minute. Wait a little, and press the button again."
    answer = _html(act_page.say("A little slower, please", words), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _html(page: Page, status: int = 200) -> Response:
    policy = (
        f"default-src 'none'; style-src 'nonce-{page.nonce}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return HTMLResponse(page.html, status, {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"})


def _remember(response: Response, name: str, address: str) -> Response:
    """Keep the name in this browser, for the pages below this address, so that the next alert is one press."""
    response.set_cookie(
        COOKIE,
        quote(name, safe=""),
        max_age=REMEMBERED_SECONDS,
        path=f"{urlsplit(address).path}/act",
        secure=address.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response
