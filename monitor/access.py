"""The rules of who may do what: each deed asks for a role."""

from enum import StrEnum

from monitor.errors import AnswerRefused
from monitor.facts import Person, Role, check_name


class Deed(StrEnum):
    """What people may ask for; the value stands in the audit log."""

    LOOK = "look"
    KEEP_VIEW = "keep view"
    NOTE = "note"
    WORK = "work on case"  # take it, answer, wait, solve, dismiss, reopen, follow up
    POST = "post answer"
    CORRECT = "correct reading"
    ACKNOWLEDGE = "acknowledge incident"
    OWN_INCIDENT = "own incident"
    MARK = "mark"
    PROPOSE = "propose idea"
    ASSIGN = "assign case"
    RELEASE_OTHERS = "release case of another"
    DISMISS_INCIDENT = "dismiss incident"
    SILENCE = "silence"
    RESEND = "send again"
    DECIDE_IDEA = "decide on idea"
    DECIDE_FOUND = "decide on found theme"
    SHARE_VIEW = "share view"
    EXPORT = "export"
    SEE_NAMES = "see names of authors"
    SEE_SETTINGS = "see settings"
    SEE_AUDIT = "see audit log"
    FORGET = "forget"
    GIVE_PERSON = "give out data of a person"


LEAST: dict[Deed, Role] = {
    Deed.LOOK: Role.VIEWER,
    Deed.KEEP_VIEW: Role.VIEWER,
    Deed.NOTE: Role.AGENT,
    Deed.WORK: Role.AGENT,
    Deed.POST: Role.AGENT,
    Deed.CORRECT: Role.AGENT,
    Deed.ACKNOWLEDGE: Role.AGENT,
    Deed.OWN_INCIDENT: Role.AGENT,
    Deed.MARK: Role.AGENT,
    Deed.PROPOSE: Role.AGENT,
    Deed.ASSIGN: Role.LEAD,
    Deed.RELEASE_OTHERS: Role.LEAD,
    Deed.DISMISS_INCIDENT: Role.LEAD,
    Deed.SILENCE: Role.LEAD,
    Deed.RESEND: Role.LEAD,
    Deed.DECIDE_IDEA: Role.LEAD,
    Deed.DECIDE_FOUND: Role.LEAD,
    Deed.SHARE_VIEW: Role.LEAD,
    Deed.EXPORT: Role.AGENT,
    Deed.SEE_NAMES: Role.LEAD,
    Deed.SEE_SETTINGS: Role.LEAD,
    Deed.SEE_AUDIT: Role.ADMIN,
    Deed.FORGET: Role.ADMIN,
    Deed.GIVE_PERSON: Role.ADMIN,
}
"""The least role that each deed asks for."""


def may(person: Person, deed: Deed) -> bool:
    """Whether the person's role is enough for it."""
    return person.role.rank >= LEAST[deed].rank


def check(person: Person, deed: Deed) -> None:
    """Raise AnswerRefused with the reason unless the person may do it, and has a name to stand beside it."""
    check_name(person.name)
    if not may(person, deed):
        raise AnswerRefused(f"to {deed.value} takes the role {LEAST[deed].value}; yours is {person.role.value}")
