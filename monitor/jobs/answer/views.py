"""Views that people keep: a page as it was narrowed, under a name, for themselves or for everybody."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlmodel import Session

from monitor.access import Deed
from monitor.errors import AnswerRefused
from monitor.facts import Person
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import SavedView
from monitor.store import views as store

log = get_logger(__name__)

PAGES = frozenset({"alerts", "inbox", "mentions", "reports", "response", "sources", "spread", "themes"})
"""Addresses of pages that can be narrowed."""
LONGEST_NAME, LONGEST_QUERY = 80, 2_000
MOST_PARTS, MOST_VIEWS = 30, 100
_PART = re.compile(r"[a-z][a-z_-]{0,31}", re.ASCII)


def keep_view(
    session: Session, page: str, name: str, query: str, actor: Person, now: datetime, *, shared: bool = False
) -> SavedView:
    """Keep what an address asks of a page under a name, in the place of one's own view of that name."""
    permit(session, actor, Deed.SHARE_VIEW if shared else Deed.KEEP_VIEW, now, f"view of {page}"[:64])
    if page not in PAGES:
        raise AnswerRefused(f"of {page!r} no view can be kept; there are {', '.join(sorted(PAGES))}")
    view = SavedView(
        page=page, name=_name(name), query=_query(query), actor=actor.name, shared=shared, created_at=now
    )  # fmt: skip
    if store.count_of(session, actor.name) >= MOST_VIEWS:
        raise AnswerRefused(f"you keep {MOST_VIEWS} views already: delete one that you do not need")
    kept = store.put(session, view)
    record(session, actor, Deed.SHARE_VIEW if shared else Deed.KEEP_VIEW, now, f"view {kept.id}")
    session.commit()
    log.info("view kept", view=kept.id, page=page, shared=shared)
    return kept


def _name(said: str) -> str:
    name = " ".join(said.split())
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise AnswerRefused("give the view a name first")
    if len(name) > LONGEST_NAME:
        raise AnswerRefused(f"the name of a view has at most {LONGEST_NAME} letters")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        raise AnswerRefused("the name of a view has only letters, digits and signs that people can see")
    return name


def _query(said: str) -> str:
    """The query in one form; AnswerRefused when it is none that a page could have."""
    try:
        parts = parse_qsl(said.removeprefix("?"), strict_parsing=bool(said), max_num_fields=MOST_PARTS)
    except ValueError as error:
        raise AnswerRefused("this address cannot be kept: it is no query of a page") from error
    query = urlencode(parts)
    if len(query) > LONGEST_QUERY or len({name for name, _ in parts}) < len(parts):
        raise AnswerRefused("this address cannot be kept: it is too long, or says something twice")
    if not all(_PART.fullmatch(name) for name, _ in parts) or "%00" in query:
        raise AnswerRefused("this address cannot be kept: no page has such a query")
    return query


def drop_view(session: Session, view_id: int, actor: Person, now: datetime) -> None:
    """Delete one's own view, or with the role for it one that another shares."""
    view = session.get(SavedView, view_id, populate_existing=True)
    mine = view is not None and view.actor == actor.name
    deed = Deed.KEEP_VIEW if mine or view is None else Deed.SHARE_VIEW
    permit(session, actor, deed, now, f"view {view_id}")
    if view is None or not (mine or view.shared) or not store.drop(session, view_id):
        session.rollback()
        raise AnswerRefused("this view is not there any more")
    record(session, actor, deed, now, f"view {view_id}")
    session.commit()
    log.info("view deleted", view=view_id)
