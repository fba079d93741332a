"""Sets aside texts that ended each try to read them, and tells the operator, once a day; part of the analyse job."""

from datetime import datetime

from monitor.alerting.message import presentable
from monitor.facts import Message, Severity
from monitor.jobs import operator
from monitor.jobs.context import Context
from monitor.log import get_logger
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
    channel = operator.channel_for(session, settings)
    if channel is None or alerts.is_known(session, key):
        return
    operator.owe(session, channel, _message(context, key), now)


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
