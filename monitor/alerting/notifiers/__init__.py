"""The registry of notifiers: the `type` of a channel in the config, and the module that serves it."""

import importlib

from monitor.alerting.channel import ChannelOptions, Receipt
from monitor.alerting.shown import presentable
from monitor.facts import Message

# Paths, not modules: a notifier and the packages it needs are loaded when the first message goes its way.
NOTIFIERS: dict[str, str] = {
    "apprise": "monitor.alerting.notifiers.apprise",
    "console": "monitor.alerting.notifiers.console",
    "email": "monitor.alerting.notifiers.email",
    "slack": "monitor.alerting.notifiers.slack",
    "slack_bot": "monitor.alerting.notifiers.slack_bot",
    "webhook": "monitor.alerting.notifiers.webhook",
}


def send(options: ChannelOptions, message: Message) -> Receipt:
    """Hand the message over once and return the receiver's receipt; DeliveryError says if trying again helps."""
    notifier = importlib.import_module(NOTIFIERS[options.type])
    receipt: str | Receipt = notifier.send(options, presentable(message))
    return receipt if isinstance(receipt, Receipt) else Receipt(receipt)


def probe(options: ChannelOptions) -> str:
    """Try the way to the receiver without sending a message; return what was found, DeliveryError as with `send`."""
    notifier = importlib.import_module(NOTIFIERS[options.type])
    found: str = notifier.probe(options)
    return found


def can_update(options: ChannelOptions) -> bool:
    """Whether what was sent there can be changed afterwards."""
    return hasattr(importlib.import_module(NOTIFIERS[options.type]), "update")


def update(options: ChannelOptions, ref: str, message: Message) -> None:
    """Change the message that the receiver knows by `ref`; MessageGone when it is no more, else as with `send`."""
    notifier = importlib.import_module(NOTIFIERS[options.type])
    notifier.update(options, ref, presentable(message))
