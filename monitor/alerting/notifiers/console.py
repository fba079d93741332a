"""Prints messages on the terminal: in colour for people, plain where nobody watches."""

import sys
from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.text import one_line
from monitor.errors import DeliveryError
from monitor.facts import Message, Quote, Severity

_COLOURS = {Severity.WATCH: "yellow", Severity.HIGH: "red", Severity.CRITICAL: "bold white on red"}


class Options(ChannelOptions):
    """A terminal has nothing to set up."""

    type: Literal["console"]


def send(options: Options, message: Message) -> str:  # noqa: ARG001 (all notifiers are called alike)
    """Print to standard error, where the logs go too, so that a command's `--json` output stays clean."""
    screen = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    try:
        if screen.is_terminal:
            screen.print(_panel(message))
        else:
            screen.print(_plain(message), soft_wrap=True)
    except (OSError, ValueError) as error:  # ValueError: the stream was closed
        raise DeliveryError(f"the terminal cannot be written to: {error}", permanent=False) from error
    return "printed"


def probe(options: Options) -> str:  # noqa: ARG001 (all notifiers are called alike)
    """A terminal is there, or standard error goes to a file: both will do."""
    return "prints where `emberwatch run` runs"


def _panel(message: Message) -> Panel:
    facts = Table.grid(padding=(0, 2))
    for label, value in message.facts:
        facts.add_row(Text(label, style="dim"), Text(value))
    quotes = [Text(_quote(quote), style="italic") for quote in message.quotes]
    parts: list[RenderableType] = [Text(message.sentence), facts, *quotes]
    parts.append(Text(_closing(message), style="bold"))
    colour = _COLOURS[message.severity]
    title = Text(f" {message.subject} ", style=colour)
    return Panel(Group(*parts), title=title, title_align="left", border_style=colour.split(" ")[-1])


def _plain(message: Message) -> Text:
    facts = [f"  {label}: {value}" for label, value in message.facts]
    quotes = [_quote(quote) for quote in message.quotes]
    body = [message.sentence, *facts, *quotes, _closing(message)]
    head = "REPORT" if message.kind == "report" else "ALERT"
    return Text("\n".join([f"{head} {message.subject}", *filter(None, body)]))


def _quote(quote: Quote) -> str:
    where = ", ".join(part for part in (quote.author, quote.source, quote.url) if part)
    return f"  “{one_line(quote.text)}” – {where}"


def _closing(message: Message) -> str:
    return " ".join(part for part in (message.next_step, message.link) if part)
