"""How verdicts and states look: a sign and a word for each, wrapped in columns for people, one plain line elsewhere."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.verdict import State, Verdict

SIGNS = {State.OK: "✓", State.WARNING: "!", State.FAILS: "✗", State.SKIPPED: "-"}
PLAIN_SIGNS = {**SIGNS, State.OK: "+", State.FAILS: "x"}
COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILS: "bold red", State.SKIPPED: "dim"}
STATE_WIDTH = 9
WIDEST_SUBJECT = 22


def print_verdict(console: Console, verdict: Verdict, width: int) -> None:
    """One verdict; `width` is that of the widest subject, in characters."""
    if console.is_terminal:
        console.print(_row(console, verdict, min(width, WIDEST_SUBJECT)))
    else:
        console.print(Text(_line(console, verdict, width)), soft_wrap=True)


def print_all(console: Console, verdicts: Sequence[Verdict]) -> None:
    """All of them, and what they come to."""
    width = max(len(verdict.subject) for verdict in verdicts)
    for verdict in verdicts:
        print_verdict(console, verdict, width)
    console.print(summary(verdicts), highlight=False)


def clean(text: str) -> str:
    """Words of other machines without what would steer the terminal."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")


def _row(console: Console, verdict: Verdict, width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=STATE_WIDTH, no_wrap=True)
    table.add_column(width=width, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    told = Text(clean(verdict.found))
    if verdict.remedy:
        told.append(f"\n{'->' if _is_ascii(console) else '→'} {clean(verdict.remedy)}", style="bold")
    table.add_row(Text(_sign(console, verdict.state), style=COLOURS[verdict.state]), Text(verdict.subject), told)
    return table


def _line(console: Console, verdict: Verdict, width: int) -> str:
    remedy = f". To do: {verdict.remedy}" if verdict.remedy else ""
    found = clean(" ".join(f"{verdict.found}{remedy}".split()))
    return f"{_sign(console, verdict.state):<{STATE_WIDTH}}  {verdict.subject:<{width}}  {found}"


def _sign(console: Console, state: State) -> str:
    return f"{(PLAIN_SIGNS if _is_ascii(console) else SIGNS)[state]} {state}"


def _is_ascii(console: Console) -> bool:
    return not console.encoding.lower().startswith("utf")


def summary(verdicts: Sequence[Verdict]) -> str:
    """`1 failing, 2 warnings`, or that all is well."""
    failing = sum(verdict.state is State.FAILS for verdict in verdicts)
    warned = sum(verdict.state is State.WARNING for verdict in verdicts)
    if not failing and not warned:
        return "all is well"
    parts = [f"{failing} failing"] if failing else []
    parts += [f"{warned} warning{'' if warned == 1 else 's'}"] if warned else []
    return ", ".join(parts)
