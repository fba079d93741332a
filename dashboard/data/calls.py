"""Who will be called besides, and when, if nobody acknowledges an incident: as the follow-up will decide it."""

from datetime import datetime

from dashboard.data.opening import cached, database, settings
from monitor.alerting.following import Sort
from monitor.alerting.routes import TROUBLE, RouteOptions
from monitor.alerting.routing import matches
from monitor.facts import ChangeKind
from monitor.jobs import owing, unanswered
from monitor.jobs.context import Context
from monitor.models import AlertState
from monitor.store import alerts, following
from monitor.store.following import Written


@cached
def calls(incident_id: int, now: datetime) -> tuple[tuple[datetime, str], ...]:
    """When each further channel is called, the soonest first; nothing once somebody acknowledged it or it is over."""
    routes = settings().routes
    if not any(route.escalate for route in routes):
        return ()
    with database() as session:
        incident = next((one for one, _ in following.unacknowledged(session) if one.id == incident_id), None)
        if incident is None:
            return ()
        told = [one for one in following.written(session, [incident_id]) if one.kind in TROUBLE]
        context = Context(settings(), session, now)
        leading = {number: _routes_of(context, number) for number in {one.change_id for one in told}}
        due: dict[str, datetime] = {}
        for number, route in enumerate(routes, start=1):
            if incident.severity.rank >= route.at_least.rank:
                mine = [one for one in told if number in leading[one.change_id] and one.channel in route.channels]
                for at, channel in _steps(route, mine, told):
                    due[channel] = min(due.get(channel, at), at)
    return tuple(sorted((at, channel) for channel, at in due.items()))


def _routes_of(context: Context, change_id: int) -> frozenset[int]:
    """The numbers of the routes that are meant for a change."""
    facts = owing.facts_of(context, *alerts.change_with_incident(context.session, change_id))
    return frozenset(
        number
        for number, route in enumerate(context.settings.routes, start=1)
        if matches(facts, route) and facts.severity.rank >= route.at_least.rank
    )


def _steps(route: RouteOptions, mine: list[Written], told: list[Written]) -> list[tuple[datetime, str]]:
    """The steps that were not taken, counted from what the route told first since the incident opened last."""
    first = _first(mine)
    if first is None:
        return []
    called = {
        one.channel
        for one in told
        if unanswered.sort_of(one) is Sort.ESCALATION and one.change_id == first.change_id
    }  # fmt: skip
    enabled = {channel.id for channel in settings().channels if channel.enabled}
    since = first.due_at or first.created_at
    return [
        (since + step.after, channel)
        for step in route.escalate
        for channel in step.channels
        if channel in enabled and channel not in called
    ]


def _first(mine: list[Written]) -> Written | None:
    changes = [one for one in mine if unanswered.sort_of(one) is Sort.CHANGE and one.state is not AlertState.WITHHELD]
    opened = max((one.change_id for one in changes if one.kind is ChangeKind.OPENED), default=0)
    since = [one for one in changes if one.change_id >= opened]
    return min(since, key=lambda one: (one.due_at or one.created_at, one.change_id), default=None)
