"""Finds the answers that stand in public: a text by an own account under a complaint marks its case answered."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from monitor.cases import Action
from monitor.errors import AnswerRefused
from monitor.facts import RULES
from monitor.jobs.answer.cases import act
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Brand, Mention, Reply, ReplyState
from monitor.posting.words import nearly_same
from monitor.store import public_answers, replies
from monitor.store.public_answers import Found

log = get_logger(__name__)

EVERY = timedelta(seconds=30)
"""How often it is looked for answers; crawls bring new ones every minute at most."""
LOOK_BACK = timedelta(days=30)
"""Closed cases that were opened earlier are over; so is the search for what was posted earlier, and never came."""
AT_ONCE, MOST_ANEW = 500, 20_000
_MAY_BE_IT = (ReplyState.POSTED, ReplyState.OWED, ReplyState.FAILED, ReplyState.CANCELLED, ReplyState.DRAFT)
"""Replies that a public text may be, the likeliest first: somebody may have posted by hand what we could not."""


@dataclass
class Looks:
    """When one process looked last."""

    looked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Also when the clock was set back."""
        last = self.looked_at
        return last is None or not last <= now < last + EVERY


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Link what own accounts wrote under complaints to their cases; committed one by one."""
    looks = looks or Looks()
    counters: Counters = Counter()
    if not looks.is_due(context.now):
        return counters
    is_first, looks.looked_at = looks.looked_at is None, context.now
    session, since = context.session, context.now - LOOK_BACK
    for seen, reply_id in public_answers.seen_postings(session, since, AT_ONCE):
        counters["answers found"] += _found(context, seen, replies.reply_of(session, reply_id))
    ids = {slug: number for number, slug in session.exec(select(Brand.id, Brand.slug))}
    owners = public_answers.owners(session)
    for brand in context.settings.brands:
        authors = owners | public_answers.own_authors(session, [(one.host, one.id) for one in brand.accounts])
        brand_id = ids.get(brand.id) or 0
        if is_first:  # the config changes between two starts only
            counters["own texts to be read anew"] += public_answers.read_anew(session, brand_id, authors, MOST_ANEW)
            session.commit()
        for found in public_answers.newly_found(session, brand_id, authors, since, AT_ONCE):
            if context.stopping():
                break
            counters["answers found"] += _found(context, found, None)
    return +counters


def _found(context: Context, found: Found, reply: Reply | None) -> int:
    """Mark the case answered since that text stands there; how many were, 0 when another process did or does."""
    session, now = context.session, context.now
    mention = session.get_one(Mention, found.mention_id)
    reply = reply or _reply_of(session, found.case_id, mention)
    if reply is not None and reply.state is ReplyState.POSTING:
        return 0  # its sender says what became of it; then it is looked at again
    at = _moment(session, found.case_id, mention, now)
    if not public_answers.link(session, found, now):
        return 0
    _keep(session, found, mention, reply, at)
    try:
        act(session, found.case_id, Action.FOUND, RULES, now, mention.url, at=at)
    except AnswerRefused:  # somebody changed the case meanwhile: the next look does it
        session.rollback()
        return 0
    return 1


def _moment(session: Session, case_id: int, mention: Mention, now: datetime) -> datetime:
    """When it was published: not before the complaint, as places that tell only a day may say, nor in the future."""
    complaint = replies.target_of(session, case_id).mention
    return min(max(mention.published_at, complaint.published_at), now)


def _reply_of(session: Session, case_id: int, mention: Mention) -> Reply | None:
    """The reply that this text is: one with nearly the same words that nothing was found of yet."""
    known = [reply for reply in replies.of_case(session, case_id) if reply.mention_id is None]
    alike = [reply for reply in known if nearly_same(reply.text, mention.text)]
    going = next((reply for reply in alike if reply.state is ReplyState.POSTING), None)
    by_state = (reply for state in _MAY_BE_IT for reply in alike if reply.state is state)
    return going or next(by_state, None)


def _keep(session: Session, found: Found, mention: Mention, reply: Reply | None, at: datetime) -> None:
    """Note on the reply where it stands since when; a text that is none of them becomes one."""
    if reply is not None:
        states = (reply.state,)
        values = {"mention_id": mention.id, "posted_at": at, "url": mention.url, "next_try_at": None, "error": ""}
        if replies.change_if(session, reply.id or 0, states, state=ReplyState.POSTED, **values):
            return
    session.add(
        Reply(
            case_id=found.case_id,
            state=ReplyState.POSTED,
            actor="",
            text=mention.text,
            written_at=at,
            posted_at=at,
            mention_id=mention.id,
            url=mention.url,
        )
    )
    session.flush()
