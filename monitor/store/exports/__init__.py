"""What is given out as tables: mentions, cases and alerts, a page at a time, the newest first.

Each page is a read of its own that begins behind the last row of the page before. So whoever takes them may end the
reading after each page (`session.rollback()`), and an export of an hour holds nothing back.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlmodel import Session

from monitor.store.exports import alerts, cases, mentions
from monitor.store.exports.alerts import AlertLine, AlertsWanted
from monitor.store.exports.cases import CaseLine, CasesWanted
from monitor.store.exports.mentions import MentionLine, MentionsWanted
from monitor.store.exports.readings import numbers

Wish: TypeAlias = MentionsWanted | CasesWanted | AlertsWanted
Line: TypeAlias = MentionLine | CaseLine | AlertLine

__all__ = [
    "AlertLine",
    "AlertsWanted",
    "CaseLine",
    "CasesWanted",
    "Line",
    "MentionLine",
    "MentionsWanted",
    "Wish",
    "numbers",
    "pages",
    "total",
]


def pages(session: Session, wish: Wish, *, names: bool) -> Iterator[Sequence[Line]]:
    """All that fits, page by page; `names`: authors by the name they show, where it is known."""
    if isinstance(wish, MentionsWanted):
        yield from mentions.pages(session, wish, names=names)
    elif isinstance(wish, CasesWanted):
        yield from cases.pages(session, wish, names=names)
    else:
        yield from alerts.pages(session, wish)


def total(session: Session, wish: Wish) -> int:
    """About how many rows there will be, for showing how far an export is."""
    if isinstance(wish, MentionsWanted):
        return mentions.total(session, wish)
    return cases.total(session, wish) if isinstance(wish, CasesWanted) else alerts.total(session, wish)
