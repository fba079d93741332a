"""Which complaints a person asks the Inbox for, as the address says it: unknown or hostile values are left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.alerting.text import one_line
from monitor.facts import LONGEST_NAME, MentionKind, Severity
from monitor.folding import LONGEST_QUERY

NOBODY = "-"
"""Asked for as an owner: cases that nobody owns, and complaints without a case."""
_YES = "yes"
_SLUG = re.compile(r"[\w.-]{1,64}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})?")


class Show(StrEnum):
    """Which part of the work."""

    OPEN = "To do"
    UNTAKEN = "Nobody's"
    MINE = "Mine"
    FOLLOW_UP = "Follow up"
    CLOSED = "Closed"


_SHOWN = {
    "todo": Show.OPEN, "nobodys": Show.UNTAKEN, "mine": Show.MINE, "follow-up": Show.FOLLOW_UP, "closed": Show.CLOSED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    brand_id: int
    show: Show = Show.OPEN
    me: str = ""
    theme: str = ""  # slug
    language: str = ""
    owner: str = ""  # or NOBODY
    source: str = ""  # slug
    kind: MentionKind | None = None
    severity: Severity | None = None
    overdue: bool = False
    hostile: bool = False
    words: str = ""  # as people type them into a search

    @property
    def of_cases(self) -> bool:
        """Whether only a case can fit: what nobody has taken up has no owner, clock or severity."""
        return self.owner not in ("", NOBODY) or bool(self.severity or self.overdue or self.hostile)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the list was asked."""
        return self.of_cases or bool(
            self.owner or self.theme or self.language or self.source or self.kind or self.words
        )


def read(query: Mapping[str, str], brand_id: int, me: str) -> Filters:
    """What an address asks for; `me` is who looks, which never stands in it."""
    said = {name: query.get(name, "").strip() for name in ("show", "owner", "q", "kind", "severity")}
    slugs = {name: value for name in ("theme", "source") if _SLUG.fullmatch(value := query.get(name, ""))}
    language = query.get("language", "")
    return Filters(
        brand_id,
        _SHOWN.get(said["show"], Show.OPEN),
        me,
        theme=slugs.get("theme", ""),
        language=language if _LANGUAGE.fullmatch(language) else "",
        owner=one_line(said["owner"])[:LONGEST_NAME],
        source=slugs.get("source", ""),
        kind=MentionKind(said["kind"]) if said["kind"] in set(MentionKind) else None,
        severity=Severity(said["severity"]) if said["severity"] in set(Severity) else None,
        overdue=query.get("overdue") == _YES,
        hostile=query.get("hostile") == _YES,
        words=" ".join(said["q"].split())[:LONGEST_QUERY],
    )


def query(filters: Filters) -> dict[str, str]:
    """The part of an address that asks for this."""
    show = next(name for name, one in _SHOWN.items() if one is filters.show)
    values = {
        "show": "" if filters.show is Show.OPEN else show,
        "theme": filters.theme,
        "language": filters.language,
        "owner": filters.owner,
        "source": filters.source,
        "kind": filters.kind or "",
        "severity": filters.severity or "",
        "overdue": _YES if filters.overdue else "",
        "hostile": _YES if filters.hostile else "",
        "q": filters.words,
    }
    return {name: str(value) for name, value in values.items() if value}
