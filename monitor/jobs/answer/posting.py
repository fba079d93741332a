"""What people ask of a posting: that it goes out, that it does not, that it is tried once more. The job sends it."""

from datetime import datetime

from sqlmodel import Session

from monitor import cases
from monitor.access import Deed
from monitor.cases import Action
from monitor.errors import AnswerRefused
from monitor.facts import Person
from monitor.jobs.answer.cases import facts_of
from monitor.jobs.answer.permitting import permit, record
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, CaseState, Reply, ReplyState
from monitor.posting import PosterOptions
from monitor.store import cases as store
from monitor.store import replies

log = get_logger(__name__)

ASKED, TAKEN_BACK = "asked to post", "took back the post"
"""Words of a case's history."""
_BECAME = {
    ReplyState.POSTING: "this answer is on its way already",
    ReplyState.POSTED: "this answer is out already",
    ReplyState.CANCELLED: "this answer was taken back already",
    ReplyState.FAILED: "this answer was not taken; it is not owed any more",
    ReplyState.OWED: "this answer is owed already",
    ReplyState.DRAFT: "this is a draft, which nobody asked to post",
}


def post(
    session: Session,
    case_id: int,
    actor: Person,
    now: datetime,
    text: str,
    *,
    seen: CaseState,
    poster: PosterOptions,
    language: str = "",
) -> Reply:
    """Owe an answer to its place, as the owner of the case asked; the case is answered once the place has taken it."""
    permit(session, actor, Deed.POST, now, f"case {case_id}")
    case = _may_answer(session, case_id, actor, now, text)
    if case.state is not seen:
        raise AnswerRefused(f"this case has changed meanwhile: it is {case.state.value} now")
    if replies.target_of(session, case_id).source not in poster.sources:
        raise AnswerRefused("what is said there cannot be answered from here: copy the answer and open the original")
    _hold(session, case)
    if replies.is_going(session, case_id):
        session.rollback()
        raise AnswerRefused("an answer to this complaint is on its way already: wait for it, or take it back")
    reply = Reply(
        case_id=case_id,
        state=ReplyState.OWED,
        actor=actor.name,
        language=language,
        text=text.strip(),
        written_at=now,
        poster=poster.id,
        next_try_at=now,
    )
    session.add(reply)
    _note(session, case_id, actor, now, ASKED, reply.text)
    session.commit()
    log.info("answer owed", case=case_id, poster=poster.id)
    return reply


def cancel_post(session: Session, reply_id: int, actor: Person, now: datetime) -> Reply:
    """Take back an answer that is not on its way yet."""
    reply = _find(session, reply_id)
    permit(session, actor, Deed.POST, now, f"case {reply.case_id}")
    _check_owner(_case(session, reply.case_id), actor)
    taken_back = replies.change_if(
        session, reply_id, (ReplyState.OWED,), state=ReplyState.CANCELLED, next_try_at=None, error=""
    )
    if not taken_back:
        raise _refusal(session, reply_id)
    _note(session, reply.case_id, actor, now, TAKEN_BACK)
    session.commit()
    return _find(session, reply_id)


def post_again(session: Session, reply_id: int, actor: Person, now: datetime) -> Reply:
    """Owe once more what the place did not take, or what was not posted because the case had changed."""
    reply = _find(session, reply_id)
    permit(session, actor, Deed.POST, now, f"case {reply.case_id}")
    case = _may_answer(session, reply.case_id, actor, now, reply.text)
    _hold(session, case)
    if replies.is_going(session, reply.case_id):
        session.rollback()
        raise _refusal(session, reply_id)
    values = {"state": ReplyState.OWED, "actor": actor.name, "attempts": 0, "next_try_at": now, "error": ""}
    if not replies.change_if(session, reply_id, replies.NOT_OUT, **values):
        session.rollback()
        raise _refusal(session, reply_id)
    _note(session, reply.case_id, actor, now, ASKED)
    session.commit()
    return _find(session, reply_id)


def _may_answer(session: Session, case_id: int, actor: Person, now: datetime, text: str) -> Case:
    """The case, if its rules let this person answer it now."""
    case = _case(session, case_id)
    cases.apply(facts_of(case), Action.ANSWER, actor.name, now, text)
    return case


def _hold(session: Session, case: Case) -> None:
    """Write the case as it is, so that of two who press at once the second waits, and sees what the first did."""
    seen = (case.state, case.owner, case.follow_up_at)
    if not store.change_if_same(session, case.id or 0, seen, {"state": case.state}):
        session.rollback()
        raise AnswerRefused("this case has changed meanwhile: look at it again")


def _check_owner(case: Case, actor: Person) -> None:
    if case.owner not in ("", actor.name):
        raise AnswerRefused(f"{case.owner} owns this case; only they can change it, or release it")


def _note(session: Session, case_id: int, actor: Person, now: datetime, action: str, text: str = "") -> None:
    session.add(CaseEvent(case_id=case_id, at=now, actor=actor.name, action=action, note=text))
    record(session, actor, Deed.POST, now, f"case {case_id}")


def _refusal(session: Session, reply_id: int) -> AnswerRefused:
    state = _find(session, reply_id).state
    if state in replies.NOT_OUT:
        return AnswerRefused("another answer to this complaint is on its way: wait for it, or take it back")
    return AnswerRefused(_BECAME[state])


def _case(session: Session, case_id: int) -> Case:
    case = store.case_of(session, case_id)
    if case is None:
        raise AnswerRefused(f"there is no case {case_id}")
    return case


def _find(session: Session, reply_id: int) -> Reply:
    reply = replies.reply_of(session, reply_id)
    if reply is None:
        raise AnswerRefused(f"there is no reply {reply_id}")
    return reply
