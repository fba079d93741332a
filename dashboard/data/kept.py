"""The views that somebody sees on a page: their own, and those that are shared."""

from dataclasses import dataclass

from dashboard.data.opening import cached, database
from monitor.store import views


@dataclass(frozen=True, slots=True)
class KeptView:
    id: int
    name: str
    query: str
    actor: str
    shared: bool


@cached
def kept(page: str, actor: str) -> tuple[KeptView, ...]:
    """One's own first, then others', each by name."""
    with database() as session:
        rows = views.visible(session, page, actor)
    return tuple(KeptView(row.id or 0, row.name, row.query, row.actor, row.shared) for row in rows)
