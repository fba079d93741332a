"""How a complaint stands: its state as people read it, and what sets it apart."""

from dashboard import parts
from dashboard.data.inbox import ComplaintRow
from dashboard.words import _


def state(row: ComplaintRow) -> str:
    """The state of its case; what nobody has taken up is new."""
    return parts.badge(row.case.state) if row.case else parts.tag(_("new"), "high")


def exceptions(row: ComplaintRow) -> str:
    """That a manager was told, that it is hard to read, and that it came back."""
    case = row.case
    if case is None:
        return ""
    marks = (
        parts.tag(_("escalated"), "high") if case.escalated_at else "",
        parts.tag(_("hostile"), "quiet", "⚡") if case.hostile else "",
        parts.tag(_("reopened"), "quiet", "↺") if case.reopened else "",
    )
    return " ".join(mark for mark in marks if mark)
