"""Finds what tells of somebody in a text: where it stands and what it is, in a time that grows with its length."""

import enum
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.redaction import phones, words
from monitor.redaction.mails import mails
from monitor.redaction.numbers import ibans, is_aadhaar, is_card, is_cnic
from monitor.redaction.plain import plain
from monitor.redaction.regions import DEFAULT_REGIONS
from monitor.redaction.runs import Run, masked, runs

_CNIC_GROUPS = 3
_LOOK_BACK = 40
"""So many letters before a number are looked through for a word that says what it is."""
_CALLS = re.compile(r"wa\.me/|tel:|phone|number|call", re.IGNORECASE)
"""Before a slash and a number; elsewhere it is a part of an address, as `/dp/8532505708`."""
_LONGEST = 19  # digits of one number
_MOST_TRIES = 400
"""Stretches of one text that are asked whether they are telephone numbers; in a text of more, all others are."""


class Kind(enum.StrEnum):
    MAIL = "e-mail"
    PHONE = "phone"
    ID = "id number"
    CARD = "card"
    ACCOUNT = "account"


class Found(NamedTuple):
    """Something that tells of somebody, by its place in the text."""

    start: int
    end: int
    kind: Kind


def find(text: str, regions: Sequence[str] = DEFAULT_REGIONS) -> list[Found]:
    """All that is found, in the order of the text; no two overlap. `regions` are countries by their two letters."""
    if not _may_tell(text):
        return []
    seen = plain(text)
    shown = seen.text
    found = [Found(*place, Kind.MAIL) for place in mails(shown)]
    shown = _without(shown, found)
    if sum(letter.isdigit() for letter in shown) >= phones.FEWEST:
        accounts = [Found(*place, Kind.ACCOUNT) for place in ibans(shown)]
        found += accounts
        found += _Numbers(masked(_without(shown, accounts)), regions).found()
    return [Found(*seen.original(one.start, one.end), one.kind) for one in sorted(found)]


def _may_tell(text: str) -> bool:
    """Most texts have neither an at sign nor a number in them."""
    return "@" in text or "＠" in text or any(letter.isnumeric() for letter in text) or "at" in text.lower()


def _without(text: str, found: Sequence[Found]) -> str:
    for one in found:
        text = f"{text[: one.start]}{chr(0) * (one.end - one.start)}{text[one.end :]}" if len(found) < 2 else text
    return text if len(found) < 2 else _blanked(text, found)


def _blanked(text: str, found: Sequence[Found]) -> str:
    parts, reached = [], 0
    for one in sorted(found):
        parts += [text[reached : one.start], "\0" * (one.end - one.start)]
        reached = one.end
    return "".join([*parts, text[reached:]])


class _Numbers:
    """Looks through the digits of one text."""

    def __init__(self, text: str, regions: Sequence[str]) -> None:
        self._text, self._regions, self._tries = text, regions, 0

    def found(self) -> Iterator[Found]:
        for run in runs(self._text):
            if not self._is_code(run):
                yield from self._in_run(run)

    def _is_code(self, run: Run) -> bool:
        """Whether letters, or the sign of a tag, stand right before it, so that it is a part of something else."""
        before = self._text[run.start - 1 : run.start]
        if before in ("#", "_", "№"):
            return True
        if before == "/" and self._text[max(0, run.start - 2)].isalpha():
            return _CALLS.search(self._text[max(0, run.start - 20) : run.start]) is None
        if not (before.isascii() and before.isalpha()):
            return False
        label = words.LABEL.search(self._text[max(0, run.start - 12) : run.start])
        return not (label and label["call"])

    def _in_run(self, run: Run) -> Iterator[Found]:
        first = 0
        while first < len(run.groups):
            last, kind = self._longest(run, first)
            if kind is None:
                first += 1
                continue
            yield Found(run.start if first == 0 and kind is Kind.PHONE else run.places[first], run.end(last), kind)
            first = last + 1

    def _longest(self, run: Run, first: int) -> tuple[int, Kind | None]:
        """The longest number that begins with this group, by its last group."""
        ends: list[int] = []
        length = 0
        for last in range(first, len(run.groups)):
            length += len(run.groups[last])
            if length > _LONGEST:
                break
            if length >= phones.FEWEST:
                ends.append(last)
        if not ends:
            return first, None
        label = self._label(run.places[first] if first else run.start)
        for last in reversed(ends):
            kind = self._kind(run, first, last, label)
            if kind is not None:
                return last, kind
        return first, None

    def _kind(self, run: Run, first: int, last: int, label: str) -> Kind | None:
        groups = run.groups[first : last + 1]
        digits = "".join(groups)
        is_cut = self._is_cut(run, first, last)
        if label == "order" or self._is_money(run, first, last):
            if len(groups) == _CNIC_GROUPS and not is_cut and is_cnic(groups, digits, told=False):
                return Kind.ID  # "my id is …": no order is numbered in this form
            return (
                Kind.PHONE if self._has_plus(run, first) and self._is_phone(run, first, last, digits, label) else None
            )
        if is_cut:
            return None
        if is_card(groups, digits):
            return Kind.CARD
        if is_cnic(groups, digits, told=label == "person") or is_aadhaar(groups, digits):
            return Kind.ID
        return Kind.PHONE if self._is_phone(run, first, last, digits, label) else None

    def _is_phone(self, run: Run, first: int, last: int, digits: str, label: str) -> bool:
        plus = self._has_plus(run, first)
        if len(digits) > phones.MOST + 2 or not self._is_phone_form(run, first, last):
            return False
        if label == "money" and not plus:
            return False
        self._tries += 1
        if self._tries > _MOST_TRIES:
            return len(digits) >= 9
        groups = run.groups[first : last + 1]
        return phones.is_phone(digits, groups, self._regions, plus=plus, told=label == "call")

    def _has_plus(self, run: Run, first: int) -> bool:
        return first == 0 and self._text[run.start] == "+"

    def _is_phone_form(self, run: Run, first: int, last: int) -> bool:
        """Groups of one digit, and points between, are of lists and decimals, unless all of them are so."""
        between = self._text[run.places[first] : run.end(last)]
        points = between.count(".")
        if points and (points == 1 or len(run.groups[first]) < 2) and not self._has_plus(run, first):
            return False
        lengths = {len(group) for group in run.groups[first : last + 1]}
        return last - first < 6 or lengths in ({1}, {2}, {1, 2})

    def _is_cut(self, run: Run, first: int, last: int) -> bool:
        """Whether it goes on with the same signs on one side, so that it is a part of a longer number."""
        before = self._text[run.end(first - 1) : run.places[first]] if first else ""
        after = self._text[run.end(last) : run.places[last + 1]] if last + 1 < len(run.groups) else ""
        if (before.strip(" /") in ("-", ".") and " " not in before) or (
            after.strip(" /") in ("-", ".") and " " not in after
        ):
            return True
        four = {len(group) for group in run.groups[first : last + 1]} == {4}
        return four and any(
            len(run.groups[beside]) == 4 for beside in (first - 1, last + 1) if 0 <= beside < len(run.groups)
        )

    def _is_money(self, run: Run, first: int, last: int) -> bool:
        start = run.places[first]
        if words.MONEY_SIGN.search(self._text[max(0, start - 5) : start]):
            return True
        return words.MONEY_AFTER.match(self._text, run.end(last)) is not None

    def _label(self, start: int) -> str:
        """What the nearest word before it in its sentence says that it is; "" when no word does."""
        before = self._text[max(0, start - _LOOK_BACK) : start]
        ends = list(words.SENTENCE_END.finditer(before))
        before = before[ends[-1].end() :] if ends else before
        labels = list(words.LABEL.finditer(before))
        if not labels:
            return "call" if words.NUMBER.search(before) else ""
        nearest = labels[-1]
        if nearest.lastgroup == "order" and any(
            sum(map(str.isdigit, part)) >= 4 for part in before[nearest.end() :].split()
        ):
            return ""  # that word was about another number
        return nearest.lastgroup or ""
