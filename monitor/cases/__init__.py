"""The rules of a case: which actions its state allows, when it is due, who should own it, and how urgent it is."""

from monitor.cases.duties import Due, next_due, overdue, untold
from monitor.cases.hostility import Heard, Sign, is_hostile, signs
from monitor.cases.opening import CaseRules, ComplaintFacts
from monitor.cases.policy import Escalation, Holiday, Scope, ServicePolicy, ServiceTime, Term
from monitor.cases.states import (
    BY_RULES,
    CLOSED,
    GRAPH,
    LONGEST_NOTE,
    MISSING,
    Action,
    CaseFacts,
    DismissReason,
    allowed,
    apply,
    worsened,
)
from monitor.cases.suggesting import Because, Candidate, Suggestion, Why, suggest
from monitor.facts import check_name

__all__ = [
    "BY_RULES",
    "CLOSED",
    "GRAPH",
    "LONGEST_NOTE",
    "MISSING",
    "Action",
    "Because",
    "Candidate",
    "CaseFacts",
    "CaseRules",
    "ComplaintFacts",
    "DismissReason",
    "Due",
    "Escalation",
    "Heard",
    "Holiday",
    "Scope",
    "ServicePolicy",
    "ServiceTime",
    "Sign",
    "Suggestion",
    "Term",
    "Why",
    "allowed",
    "apply",
    "check_name",
    "is_hostile",
    "next_due",
    "overdue",
    "signs",
    "suggest",
    "untold",
    "worsened",
]
