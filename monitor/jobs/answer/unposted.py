"""Tells the operator, once a day, of answers that people asked to post and that do not get out; of the answer job."""

from collections import Counter

from monitor.alerting.shown import presentable
from monitor.clock import spoken_duration
from monitor.facts import Message, Severity
from monitor.jobs import operator
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.store import alerts, backlog
from monitor.store.backlog import UNPOSTED_TOO_LONG, Unposted

log = get_logger(__name__)

KEY = "posting"
"""How the keys of these messages begin."""


def run(context: Context) -> Counters:
    """Owe the message when there is something to say; commits. Who asked sees it on the page of the case."""
    session, now = context.session, context.now
    waiting = backlog.unposted(session, now - UNPOSTED_TOO_LONG)
    key = f"{KEY}:{now:%Y-%m-%d}"
    if not waiting or not context.settings.channels or alerts.is_known(session, key):
        return Counter()
    channel = operator.channel_for(session, context.settings)
    if channel is None:
        log.error("answers do not get out and no channel can say so", posters=len(waiting))
        return Counter()
    operator.owe(session, channel, _message(waiting, key, context), now)
    session.commit()
    return Counter({"messages to the operator": 1})


def _message(waiting: list[Unposted], key: str, context: Context) -> Message:
    number = sum(one.waiting for one in waiting)
    answers = "1 answer does" if number == 1 else f"{number} answers do"
    return presentable(
        Message(
            key=key,
            thread=KEY,
            subject=f"Emberwatch: {answers} not get out",
            severity=Severity.HIGH,
            kind="operator",
            brand="Emberwatch",
            sentence=f"{answers} not get out for more than {spoken_duration(UNPOSTED_TOO_LONG)}; customers wait.",
            facts=tuple(
                (one.poster, f"{one.waiting}, the oldest for {spoken_duration(context.now - one.since)}: {one.error}")
                for one in waiting
            ),
            quotes=(),
            link=context.settings.dashboard.link,
            next_step="`emberwatch check --only posting` tries the keys. Answers can be copied and posted by hand "
            "meanwhile; each is tried again every hour, for about a day.",
            at=context.now,
        )
    )
