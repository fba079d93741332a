"""Looks at the channels: the way to each receiver is tried, and no message sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from monitor.alerting import notifiers
from monitor.alerting.channel import ChannelOptions
from monitor.doctor.area import Area
from monitor.errors import DeliveryError
from monitor.verdict import Verdict, fails, ok, skipped

AT_ONCE = 4


def examine(channels: tuple[Any, ...]) -> Iterator[Verdict]:
    """A verdict per channel, in their order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(judge, channels)


def judge(channel: ChannelOptions) -> Verdict:
    """How one channel is; errors of notifiers never hold secrets."""
    subject = f"channel {channel.id}"
    if not channel.enabled:
        return skipped(Area.CHANNELS, subject, "switched off in the config")
    try:
        return ok(Area.CHANNELS, subject, f"{channel.type}: {notifiers.probe(channel)}")
    except DeliveryError as error:
        if error.permanent:
            remedy = f"mend it in the config, then try `emberwatch alert --test {channel.id}`"
        else:
            remedy = "check host, port and network, and look again; messages wait meanwhile"
        return fails(Area.CHANNELS, subject, f"{channel.type}: {error}", remedy)
