"""Sets aside texts that ended each try to read them, and tells the operator, once a day; part of the analyse job."""

from datetime import datetime

from monitor.alerting import retry
from monitor.alerting.message import presentable, to_dict
from monitor.alerting.routing import Reason
from monitor.facts import Message, Severity
from monitor.jobs.context import Context
from monitor.log import get_logger
from monitor.models import Alert
from monitor.store import alerts, assessments

log = get_logger(__name__)

KEY = "texts"
"""How the keys of these messages begin."""
LISTED = 5


def set_aside(context: Context) -> int:
    """Give up what was tried three times; how many. The message is owed in the same transaction; commits."""
    number = assessments.set_aside(context.session, context.now)
    if number:
        log.error("texts set aside: reading them failed each time", texts=number)
        _tell_operator(context)
    context.session.commit()
    return number


def _tell_operator(context: Context) -> None:
    session, settings, now = context.session, context.settings, context.now
    key = f"{KEY}:{now:%Y-%m-%d}"
    failing = alerts.troubled(session, retry.TELL_AFTER)
    channel = retry.stand_in("", settings.operator_channel, settings.channels, failing)
    if channel is None or alerts.is_known(session, key):
        return
    message = to_dict(_message(context, key))
    session.add(
        Alert(key=key, channel=channel, reason=Reason.OPERATOR, message=message, created_at=now, next_try_at=now)
    )


def _message(context: Context, key: str) -> Message:
    total, latest = assessments.count_set_aside(context.session), assessments.latest_set_aside(context.session, LISTED)
    some = "1 text" if total == 1 else f"{total} texts"
    return presentable(
        Message(
            key=key,
            thread=KEY,
            subject=f"Emberwatch: {some} could not be read",
            severity=Severity.HIGH,
            kind="operator",
            brand="Emberwatch",
            sentence=f"{some} could not be read in three tries: they are set aside, in no figure and in no alert.",
            facts=tuple((f"Mention {number}", f"{url}, of {_day(at)}") for number, url, at in latest),
            quotes=(),
            link=context.settings.dashboard.link,
            next_step="Look at them by hand. After an update, try them again: emberwatch analyse --again",
            at=context.now,
        )
    )


def _day(moment: datetime) -> str:
    return f"{moment:%-d %b %Y}"
