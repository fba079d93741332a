"""Prints messages on the terminal: in colour for people, plain where nobody watches."""

import sys
from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.rows import in_line
from monitor.alerting.text import one_line
from monitor.errors import DeliveryError
from monitor.facts import Message, Quote, Severity

_COLOURS = {Severity.WATCH: "yellow", Severity.HIGH: "red", Severity.CRITICAL: "bold white on red"}

_HEADS = {"report": "REPORT", "digest": "DIGEST"}


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
    parts: list[RenderableType] = [Text(message.sentence)]
    if _is_long(message):
        for section in message.sections:
            parts += [Text(f"\n{section.title}", style="bold"), *(Text(f"  {in_line(row)}") for row in section.rows)]
            parts += [Text(_quote(quote), style="italic") for quote in section.quotes]
    else:
        parts += [_table(message.facts), *(Text(_quote(quote), style="italic") for quote in message.quotes)]
    parts += [Text(_closing(message), style="bold"), *(Text(way) for way in _ways(message))]
    colour = _COLOURS[message.severity]
    title = Text(f" {message.subject} ", style=colour)
    return Panel(Group(*parts), title=title, title_align="left", border_style=colour.split(" ")[-1])


def _table(facts: tuple[tuple[str, str], ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in facts:
        table.add_row(Text(label, style="dim"), Text(value))
    return table


def _is_long(message: Message) -> bool:
    """Whether its sections are shown; a report is told in brief."""
    return bool(message.sections) and message.kind != "report"


def _plain(message: Message) -> Text:
    head = _HEADS.get(message.kind, "ALERT")
    lines = _long(message) if _is_long(message) else _short(message)
    body = [message.sentence, *lines, _closing(message), *_ways(message)]
    return Text("\n".join([f"{head} {message.subject}", *filter(None, body)]))


def _short(message: Message) -> list[str]:
    facts = [f"  {label}: {value}" for label, value in message.facts]
    return facts + [_quote(quote) for quote in message.quotes]


def _long(message: Message) -> list[str]:
    lines: list[str] = []
    for section in message.sections:
        lines += [f"  {section.title}", *(f"    {in_line(row)}" for row in section.rows)]
        lines += [f"  {_quote(quote)}" for quote in section.quotes]
    return lines


def _ways(message: Message) -> list[str]:
    return [f"{link.label}: {link.url}" for link in message.links]


def _quote(quote: Quote) -> str:
    where = ", ".join(part for part in (quote.author, quote.source, quote.url) if part)
    return f"  “{one_line(quote.text)}” – {where}"


def _closing(message: Message) -> str:
    return " ".join(part for part in (message.next_step, message.link) if part)
