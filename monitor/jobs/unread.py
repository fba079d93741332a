"""Sets aside texts that ended each try to read them, and tells the operator, once a day; part of the analyse job."""

from datetime import datetime

from monitor.alerting.shown import presentable
from monitor.facts import Message, Severity
from monitor.jobs import operator
from monitor.jobs.context import Context
from monitor.log import get_logger
from monitor.store import alerts, assessments, counts, search

log = get_logger(__name__)

KEY = "texts"
"""How the keys of these messages begin."""
LISTED = 5


def set_aside(context: Context) -> int:
    """Give up what was tried three times; how many. The message is owed in the same transaction; commits.

    A text that was read before it was edited leaves the figures and the search: it says that no more.
    """
    session, tally = context.session, counts.Tally()
    given_up = assessments.set_aside(session, context.now)
    if given_up:
        log.error("texts set aside: reading them failed each time", texts=len(given_up))
        assessments.take_back(session, tally, given_up)
        counts.write(session, tally)
        search.remove(session, [item.mention.id for item in given_up if item.mention.id is not None])
        _tell_operator(context)
    session.commit()
    return len(given_up)


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
