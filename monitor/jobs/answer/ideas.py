"""The ideas box: those who answer propose what would spare customers a kind of complaint, and leads decide."""

from datetime import datetime

from sqlmodel import Session, col, select

from monitor.access import Deed
from monitor.cases import LONGEST_NOTE
from monitor.errors import AnswerRefused
from monitor.facts import Person
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import Brand, Case, Idea, IdeaState, Theme
from monitor.store import ideas as store

log = get_logger(__name__)

_NEEDS_WORDS = frozenset({IdeaState.DECLINED, IdeaState.DONE})
"""Whoever proposed it hears why not, or what was done."""


def propose(
    session: Session, brand_id: int, theme: str, text: str, actor: Person, now: datetime, case_id: int | None = None
) -> Idea:
    """Put an idea into the box of a brand; `theme` is a theme's id, "" when it is about none."""
    permit(session, actor, Deed.PROPOSE, now, f"brand {brand_id}")
    words = text.strip()
    if not words:
        raise AnswerRefused("write the idea first")
    if len(words) > LONGEST_NOTE:
        raise AnswerRefused(f"the idea is longer than {LONGEST_NOTE} letters")
    _check_about(session, brand_id, theme, case_id)
    idea = Idea(brand_id=brand_id, theme=theme, case_id=case_id, text=words, actor=actor.name, at=now)
    store.add(session, idea)
    record(session, actor, Deed.PROPOSE, now, f"idea {idea.id}")
    session.commit()
    log.info("idea proposed", idea=idea.id, theme=theme)
    return idea


def _check_about(session: Session, brand_id: int, theme: str, case_id: int | None) -> None:
    if session.get(Brand, brand_id) is None:
        raise AnswerRefused(f"there is no brand {brand_id}")
    if theme and session.exec(select(Theme.id).where(col(Theme.slug) == theme)).first() is None:
        raise AnswerRefused(f"there is no theme {theme!r}")
    if case_id is None:
        return
    case = session.get(Case, case_id)
    if case is None or case.brand_id != brand_id:
        raise AnswerRefused(f"there is no case {case_id} of this brand")


def second(session: Session, idea_id: int, actor: Person, now: datetime) -> Idea:
    """Say that one wants it too; twice is once."""
    permit(session, actor, Deed.PROPOSE, now, f"idea {idea_id}")
    idea = _find(session, idea_id)
    if idea.actor == actor.name:
        raise AnswerRefused("this idea is yours: it counts already")
    if not store.vote(session, idea_id, actor.name, now):
        session.rollback()
        idea = _find(session, idea_id)
        if idea.state not in store.OPEN:
            raise AnswerRefused(f"this idea is {idea.state.value} already")
        return idea
    record(session, actor, Deed.PROPOSE, now, f"idea {idea_id}")
    session.commit()
    log.info("idea seconded", idea=idea_id)
    return _find(session, idea_id)


def take_back_second(session: Session, idea_id: int, actor: Person, now: datetime) -> Idea:
    """Want it no longer; twice is once."""
    permit(session, actor, Deed.PROPOSE, now, f"idea {idea_id}")
    idea = _find(session, idea_id)
    if store.take_back(session, idea_id, actor.name):
        record(session, actor, Deed.PROPOSE, now, f"idea {idea_id}")
        log.info("idea not seconded any more", idea=idea_id)
    session.commit()
    return idea


def decide(
    session: Session,
    idea_id: int,
    state: IdeaState,
    words: str,
    actor: Person,
    now: datetime,
    *,
    seen: IdeaState,
) -> Idea:
    """Say what becomes of an idea, with the reason, in the place of the state on the person's screen."""
    permit(session, actor, Deed.DECIDE_IDEA, now, f"idea {idea_id}")
    idea = _find(session, idea_id)
    if state in _NEEDS_WORDS and not words.strip():
        raise AnswerRefused("say why it is declined, or what was done, first")
    if len(words) > LONGEST_NOTE:
        raise AnswerRefused(f"the answer is longer than {LONGEST_NOTE} letters")
    values = {"state": state, "answer": words.strip(), "decided_by": actor.name, "decided_at": now}
    if not store.decide_if_same(session, idea_id, seen, values):
        session.rollback()
        idea = _find(session, idea_id)
        who = f" by {idea.decided_by}" if idea.decided_by else ""
        raise AnswerRefused(f"this idea has changed meanwhile: it is {idea.state.value}{who} now")
    record(session, actor, Deed.DECIDE_IDEA, now, f"idea {idea_id}")
    session.commit()
    log.info("idea decided", idea=idea_id, state=state.value)
    return _find(session, idea_id)


def _find(session: Session, idea_id: int) -> Idea:
    idea = store.idea_of(session, idea_id)
    if idea is None:
        raise AnswerRefused(f"there is no idea {idea_id}")
    return idea
