"""Why a complaint needs no solution, in the viewer's words."""

from dashboard.words import _
from monitor.cases import DismissReason


def words(reason: DismissReason) -> str:
    """The reason as people read it."""
    return {
        DismissReason.FALSE_ALARM: _("false alarm"),
        DismissReason.DUPLICATE: _("duplicate"),
        DismissReason.NOT_OURS: _("not ours"),
        DismissReason.NO_ACTION: _("no action needed"),
    }[reason]
