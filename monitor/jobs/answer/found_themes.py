"""What people decide on complaints that were found: adopted as a theme, merged, renamed, dismissed, taken up again."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from monitor.access import Deed
from monitor.alerting.text import one_line
from monitor.errors import AnswerRefused
from monitor.facts import Person, Stage
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import FoundState, FoundTheme, Theme
from monitor.store import found as store
from monitor.store import found_adopted

log = get_logger(__name__)

LONGEST_THEME = 80
"""As in the config."""


def adopt_found(
    session: Session,
    found_id: int,
    name: str,
    actor: Person,
    now: datetime,
    *,
    seen: FoundState,
    stage: Stage | None = None,
) -> FoundTheme:
    """Make it a theme under a name, at a stage of the customer's journey if one is said; its texts get the theme.

    From now on the theme is recognised in new complaints about the brand, counted, and watched like any other.
    """
    permit(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    words = _name(name)
    _find(session, found_id)
    _decide(session, found_id, seen, (FoundState.OPEN,), actor, now, state=FoundState.ADOPTED, name=words)
    theme = _theme_of(session, found_id, words, stage)
    store.change_if(session, found_id, {}, {"theme_id": theme.id})
    texts = _give(session, found_id, theme)
    return _done(session, found_id, actor, now, "adopted", texts=texts)


def merge_found(
    session: Session,
    found_id: int,
    actor: Person,
    now: datetime,
    *,
    seen: FoundState,
    theme: str = "",
    into: int | None = None,
) -> FoundTheme:
    """Let its texts, and what is like them later, belong to a theme (by its id) or to another found one."""
    permit(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    mine = _find(session, found_id)
    if bool(theme) == (into is not None):
        raise AnswerRefused("choose one theme, or one other found complaint")
    if into is None:
        target = _known_theme(session, theme)
        decided = {"theme_id": target.id, "merged_into_id": None}
    else:
        _check_other(session, mine, into)
        decided = {"theme_id": None, "merged_into_id": into}
    _decide(session, found_id, seen, (FoundState.OPEN,), actor, now, state=FoundState.MERGED, **decided)
    texts = store.move(session, found_id, into) if into is not None else _give(session, found_id, target)
    return _done(session, found_id, actor, now, "merged", texts=texts)


def rename_found(
    session: Session, found_id: int, name: str, actor: Person, now: datetime, *, seen_name: str
) -> FoundTheme:  # fmt: skip
    """Call it otherwise; what was adopted is called so as a theme too."""
    permit(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    words = _name(name)
    mine = _find(session, found_id)
    if not store.change_if(session, found_id, {"name": seen_name}, {"name": words}):
        session.rollback()
        mine = _find(session, found_id)
        raise AnswerRefused(f"it has changed meanwhile: it is called {mine.name!r} now")
    if mine.state is FoundState.ADOPTED and mine.theme_id is not None:
        theme = session.get_one(Theme, mine.theme_id)
        theme.name = words
        session.add(theme)
    return _done(session, found_id, actor, now, "renamed")


def dismiss_found(session: Session, found_id: int, actor: Person, now: datetime, *, seen: FoundState) -> FoundTheme:
    """Say that it is not worth a theme: it is not shown any more, and what is like it is not found again."""
    permit(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    _find(session, found_id)
    _decide(session, found_id, seen, (FoundState.OPEN,), actor, now, state=FoundState.DISMISSED)
    return _done(session, found_id, actor, now, "dismissed")


def reopen_found(session: Session, found_id: int, actor: Person, now: datetime, *, seen: FoundState) -> FoundTheme:
    """Take up again what was dismissed, adopted, or merged into another found one; what moved there stays there.

    An adopted theme is taken from its texts again and recognised no more.
    """
    permit(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    mine = _find(session, found_id)
    if mine.state is FoundState.MERGED and mine.theme_id is not None:
        raise AnswerRefused("its texts belong to a theme of the config now: which of them were its own is not kept")
    theme_id = mine.theme_id
    closed = (FoundState.DISMISSED, FoundState.ADOPTED, FoundState.MERGED)
    decided = {"theme_id": None, "merged_into_id": None}
    _decide(session, found_id, seen, closed, actor, now, state=FoundState.OPEN, **decided)
    if theme_id is not None:
        theme = session.get_one(Theme, theme_id)
        theme.active = False
        session.add(theme)
        found_adopted.take(session, theme_id)
    return _done(session, found_id, actor, now, "taken up again")


def _about(found_id: int) -> str:
    return f"found theme {found_id}"


def _name(name: str) -> str:
    words = one_line(name)
    if not words:
        raise AnswerRefused("say how it is to be called first")
    if len(words) > LONGEST_THEME:
        raise AnswerRefused(f"the name is longer than {LONGEST_THEME} letters")
    return words


def _find(session: Session, found_id: int) -> FoundTheme:
    mine = store.one(session, found_id)
    if mine is None:
        raise AnswerRefused(f"there is no found theme {found_id}")
    return mine


def _known_theme(session: Session, slug: str) -> Theme:
    theme = session.exec(select(Theme).where(col(Theme.slug) == slug, Theme.active)).first()
    if theme is None:
        raise AnswerRefused(f"there is no theme {slug!r}")
    return theme


def _check_other(session: Session, mine: FoundTheme, into: int) -> None:
    other = _find(session, into)
    if other.id == mine.id or other.brand_id != mine.brand_id or other.state is not FoundState.OPEN:
        raise AnswerRefused("it can only be merged into another one of the brand that is open")


def _decide(
    session: Session,
    found_id: int,
    seen: FoundState,
    allowed: tuple[FoundState, ...],
    actor: Person,
    now: datetime,
    **values: Any,
) -> None:
    """Write it if the state is still what the person saw, and one that it can be decided on in."""
    values |= {"decided_by": actor.name, "decided_at": now}
    if seen in allowed and store.change_if(session, found_id, {"state": seen}, values):
        return
    session.rollback()
    mine = _find(session, found_id)
    who = f" by {mine.decided_by}" if mine.decided_by else ""
    raise AnswerRefused(f"it has changed meanwhile: it is {mine.state.value}{who} now")


def _theme_of(session: Session, found_id: int, name: str, stage: Stage | None) -> Theme:
    """Its theme, whose id never is one of the config's: nobody calls a theme there by a number of ours."""
    slug = f"found-{found_id}"
    same = session.exec(select(Theme).where(Theme.active, col(Theme.slug) != slug)).all()
    if any(other.name.casefold() == name.casefold() for other in same):
        session.rollback()
        raise AnswerRefused(f"there is a theme {name!r} already: merge it into that")
    theme = session.exec(select(Theme).where(Theme.slug == slug)).first() or Theme(slug=slug, name=name)
    theme.name, theme.stage, theme.active, theme.adopted = name, stage, True, True
    session.add(theme)
    session.flush()
    return theme


def _give(session: Session, found_id: int, theme: Theme) -> int:
    """Its texts get the theme; what has a theme is no found complaint any more."""
    texts = store.members(session, found_id)
    given = found_adopted.give(session, theme.id or 0, texts)
    store.empty(session, found_id)
    return given


def _done(
    session: Session, found_id: int, actor: Person, now: datetime, what: str, **numbers: int
) -> FoundTheme:  # fmt: skip
    record(session, actor, Deed.DECIDE_FOUND, now, _about(found_id))
    session.commit()
    log.info("found theme decided on", found_theme=found_id, decision=what, **numbers)
    return _find(session, found_id)
