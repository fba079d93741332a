"""The messages of the monitor itself: a test of a channel, and the trouble that a channel has."""

from datetime import datetime

from monitor.alerting.text import one_line
from monitor.facts import Message, Severity


def build_test(channel: str, *, dashboard: str, now: datetime) -> Message:
    """A message that proves a channel works."""
    return _own(
        key=f"test:{channel}:{now:%Y%m%dT%H%M%S%f}",
        kind="test",
        subject=f"Test of the channel {channel}",
        sentence="This is a test. Alerts of Emberwatch will look like this and arrive here.",
        facts=(("Channel", channel),),
        next_step="Nothing to do.",
        dashboard=dashboard,
        now=now,
    )


def build_trouble(
    channel: str, error: str, *, failures: int, permanent: bool, key: str, dashboard: str, now: datetime
) -> Message:
    """Tell the operator, by another channel, that this one does not get its messages out."""
    what = "refuses its messages for good" if permanent else f"failed {failures} times in a row"
    return _own(
        key=key,
        kind="operator",
        subject=f"The channel {channel} does not work",
        sentence=f"The channel {channel} {what}: people are not being warned there.",
        facts=(("Channel", channel), ("Error", one_line(error))),
        next_step=f"Mend the channel, then run: emberwatch alert --test {channel}",
        dashboard=dashboard,
        now=now,
    )


def trouble_key(channel: str, now: datetime) -> str:
    """The key of a message to the operator about a channel."""
    return f"operator:{channel}:{now:%Y%m%dT%H%M%S%f}"


def failing_channel(key: str) -> str:
    """The channel that a message to the operator is about, of its key; "" when it is about something else."""
    kind, _, rest = key.partition(":")
    return rest.partition(":")[0] if kind == "operator" else ""


def _own(
    *, key: str, kind: str, subject: str, sentence: str, facts: tuple[tuple[str, str], ...], next_step: str,
    dashboard: str, now: datetime,
) -> Message:  # fmt: skip
    return Message(
        key=key,
        thread=f"{kind}:{facts[0][1]}",
        subject=f"Emberwatch: {subject}",
        severity=Severity.WATCH if kind == "test" else Severity.HIGH,
        kind=kind,
        brand="Emberwatch",
        sentence=sentence,
        facts=facts,
        quotes=(),
        link=dashboard,
        next_step=next_step,
        at=now,
    )
