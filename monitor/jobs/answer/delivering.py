"""Posts the answers that people asked for: claimed, committed, sent outside of any transaction, the result stored."""

import queue
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import posting
from monitor.cases import Action
from monitor.errors import AnswerRefused, DeliveryError
from monitor.facts import RULES, Person, Role, Way
from monitor.jobs.answer.cases import act
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Case, CaseEvent, CaseState, Reply, ReplyState
from monitor.posting import Outgoing, Posted, PosterOptions, retry
from monitor.store import replies

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
"""At least; longer than any posting. After it, another process looks what became of it, and tries."""
AT_ONCE = 20
LISTEN_SECONDS = 2.0
"""So long a look waits for the answers of places before it leaves them to the next one."""
COULD_NOT, DID_NOT = "could not post", "did not post"
"""Words of a case's history."""
HELD = "the place holds it back until somebody there approves it"


@dataclass
class Going:
    """An answer on its way, and how it ended. `why_not`: it is only looked whether it is out already."""

    reply: Reply
    poster: PosterOptions
    outgoing: Outgoing
    private: bool
    until: datetime  # the end of its lease
    why_not: str = ""
    posted: Posted | None = None
    error: DeliveryError | None = None
    broken: BaseException | None = None  # what no poster should raise

    def go(self) -> None:
        """Ask the place; the database is not touched."""
        ended = False
        try:
            ask = posting.look if self.why_not else posting.post
            self.posted = ask(self.poster, self.outgoing, private=self.private)
            ended = True
        except DeliveryError as error:
            error.__cause__ = error.__context__ = None  # their frames would keep all of this in memory
            self.error, ended = error.with_traceback(None), True
        finally:
            if not ended:
                self.broken = sys.exception()


class Postings:
    """What is on its way, one at a time for each poster; each in a thread of its own, so that no other job waits."""

    def __init__(self) -> None:
        self._going: dict[str, Going] = {}
        self._done: queue.SimpleQueue[Going] = queue.SimpleQueue()

    @property
    def busy(self) -> frozenset[str]:
        """The posters that something is on its way through."""
        return frozenset(self._going)

    def start(self, going: Going) -> None:
        self._going[going.poster.id] = going
        threading.Thread(target=self._go, args=(going,), name=f"post {going.poster.id}", daemon=True).start()

    def _go(self, going: Going) -> None:
        try:
            going.go()
        finally:  # whatever happens, the job hears of it
            self._done.put(going)

    def ended(self, seconds: float | None) -> list[Going]:
        """Those that have ended, after waiting so long for the first of them; None: as long as it takes."""
        found: list[Going] = []
        while self._going:
            try:
                found.append(self._done.get(timeout=0.0 if found else seconds))
            except queue.Empty:
                break
            del self._going[found[-1].poster.id]
        return found


def run(context: Context, postings: Postings | None = None) -> Counters:
    """Post what is due, one at a time for each poster; committed one by one.

    Without `postings` (the command) every answer is waited for; with them, what is on its way is left for the next run.
    """
    counters: Counters = Counter()
    on_its_way = Postings() if postings is None else postings
    _settle_all(context, on_its_way.ended(0.0), counters)
    for reply in replies.due(context.session, context.now, AT_ONCE):
        if context.stopping():
            break
        _begin(context, reply, on_its_way, counters)
    while on_its_way.busy:
        ended = on_its_way.ended(None if postings is None else LISTEN_SECONDS)
        _settle_all(context, ended, counters)
        if not ended:
            break
    return counters


def _begin(context: Context, reply: Reply, on_its_way: Postings, counters: Counters) -> None:
    session, now = context.session, context.now
    poster = next((one for one in context.settings.posting if one.id == reply.poster), None)
    if poster is not None and (
        poster.id in on_its_way.busy or replies.last_posted(session, poster.id, now - poster.pause) is not None
    ):
        return
    until = now + max(LEASE, poster.longest_post if poster else LEASE)
    claimed = replies.claim(session, reply, now, until)
    session.commit()
    if not claimed:
        return
    mine = replies.reply_of(session, reply.id or 0) or reply
    if poster is None or not poster.enabled:
        what = "switched off" if poster else "no longer"
        error = DeliveryError(f"the poster {reply.poster} is {what} in the config", permanent=True)
        counters[_failed(context, mine, until, error)] += 1
        return
    target = replies.target_of(session, reply.case_id)
    outgoing = Outgoing(target.mention.host, target.mention.external_id, mine.text)
    why_not = _why_not(context, mine, target.case, gone=target.mention.deleted_at is not None)
    session.commit()  # nothing is held while the place is asked
    if why_not and mine.attempts == 1:
        counters[_not_posted(context, mine, until, why_not)] += 1
        return
    private = context.settings.crawling.allows(poster.address)
    on_its_way.start(Going(mine, poster, outgoing, private, until, why_not))


def _why_not(context: Context, reply: Reply, case: Case, *, gone: bool) -> str:
    """Why an answer that somebody asked for is not to go out any more; "" when it is.

    Solving the case is no reason: who answers and solves in one go means both.
    """
    if case.state is CaseState.DISMISSED:
        return "the case was dismissed meanwhile"
    if case.owner != reply.actor:
        return f"the case is that of {case.owner} by now" if case.owner else "nobody owns the case any more"
    if gone:
        return "the customer's text is no longer there"
    return "the customer was answered otherwise meanwhile" if replies.posted_after(context.session, reply) else ""


def _settle_all(context: Context, ended: list[Going], counters: Counters) -> None:
    for going in ended:
        counters[_settle(context, going)] += 1


def _settle(context: Context, going: Going) -> str:
    """Store how it ended, and commit; returns what to count."""
    if going.posted is not None:
        return _out(context, going.reply, going.posted)
    error = going.error
    if going.broken is not None:
        log.error("answer not made", reply=going.reply.id, exc_info=going.broken)
        error = DeliveryError(f"the answer cannot be posted ({type(going.broken).__name__})", permanent=False)
    if error is None:
        return _not_posted(context, going.reply, going.until, going.why_not)
    return _failed(context, going.reply, going.until, error)


def _out(context: Context, reply: Reply, posted: Posted) -> str:
    """It is out: its case is answered by who asked; or, where that cannot be any more, its answer was found."""
    session, at = context.session, min(posted.at, context.now)
    kept = {"posted_at": at, "external_id": posted.external_id, "url": posted.url, "error": HELD if posted.held else ""}
    log.info("answer posted", case=reply.case_id, poster=reply.poster, held=posted.held)
    if posted.held:
        replies.posted(session, reply, **kept)
        _tell(context, reply, DID_NOT, HELD)
        return "answers held back by the place"
    asked_by = Person(reply.actor, Role.AGENT, Way.DASHBOARD)
    for action, who, words in (
        (Action.ANSWER, asked_by, reply.text),
        (Action.FOUND, RULES, f"posted for {reply.actor}, after the case had changed"),
    ):
        replies.posted(session, reply, **kept)
        try:
            act(session, reply.case_id, action, who, at, words, at=at)
        except AnswerRefused:
            session.rollback()
            continue
        return "answers posted"
    replies.posted(session, reply, **kept)
    session.commit()
    return "answers posted"


def _failed(context: Context, reply: Reply, until: datetime, error: DeliveryError) -> str:
    again = retry.next_try(error, attempts=reply.attempts, now=context.now)
    log.warning("answer not taken", reply=reply.id, poster=reply.poster, error=str(error), again=str(again))
    if again is not None:
        replies.settle(context.session, reply, ReplyState.OWED, until, next_try_at=again, error=str(error))
        context.session.commit()
        return "answers to be tried again"
    if replies.settle(context.session, reply, ReplyState.FAILED, until, next_try_at=None, error=str(error)):
        _tell(context, reply, COULD_NOT, str(error))
    return "answers not taken"


def _not_posted(context: Context, reply: Reply, until: datetime, why: str) -> str:
    if replies.settle(context.session, reply, ReplyState.CANCELLED, until, next_try_at=None, error=why):
        _tell(context, reply, DID_NOT, why)
    return "answers no longer wanted"


def _tell(context: Context, reply: Reply, action: str, note: str) -> None:
    context.session.add(CaseEvent(case_id=reply.case_id, at=context.now, actor="", action=action, note=note))
    context.session.commit()
