"""Posting an answer where the complaint stands, as a person confirms it; and what became of it."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import acting, parts
from dashboard.casework import drafting
from dashboard.data import opening
from dashboard.data.casefile import PostRow
from dashboard.data.inbox import ComplaintRow
from dashboard.words import _, _h
from monitor.access import Deed
from monitor.facts import MentionKind, Person
from monitor.jobs import answer
from monitor.models import CaseState, Reply, ReplyState
from monitor.posting import PosterOptions, poster_for

_GOING = (ReplyState.OWED, ReplyState.POSTING)


def poster_of(row: ComplaintRow) -> PosterOptions | None:
    """What posts answers at the place of the complaint; None where nothing does, or there is nothing to answer to."""
    if row.text.deleted_at is not None or row.text.kind is MentionKind.SURVEY:
        return None
    return poster_for(opening.settings().posting, row.text.source)


def button(row: ComplaintRow, field: str, post: PostRow | None) -> None:
    """Beside the answer: asks once more, with where it goes, before it is owed to the place."""
    poster = poster_of(row)
    if poster is None or not acting.may(Deed.POST) or (post is not None and post.state in _GOING):
        return
    with st.popover(_("Post it"), icon=":material/send:", key=f"post-{row.case_id}"):
        where = _h(
            "It goes out to everybody as an answer under the original on %(place)s (%(address)s), by “%(poster)s”.",
            place=f"<b>{parts.name(row.text.source)}</b>", address=parts.name(poster.address),
            poster=parts.name(poster.id),
        )  # fmt: skip
        stands = parts.link(row.text.url, _("open the original"))
        parts.write(f'<p class="ew-small">{where}</p>{parts.line(stands)}')
        st.button(
            _("Post it now"), type="primary", key=f"post-now-{row.case_id}", on_click=_post, args=(row, field, poster),
        )  # fmt: skip


def _post(row: ComplaintRow, field: str, poster: PosterOptions) -> None:
    text = str(st.session_state.get(field, ""))
    done = acting.do(partial(_write, row, text, poster), _("It is on its way. Here you see when it stands there."))
    if done is not None:
        st.session_state[field] = ""
        drafting.forget(row, field)


def _write(row: ComplaintRow, text: str, poster: PosterOptions, session: Session, me: Person, now: datetime) -> Reply:
    seen = row.case.state if row.case else CaseState.NEW
    return answer.post(session, row.case_id or 0, me, now, text, seen=seen, poster=poster, language=row.text.language)


def state(post: PostRow | None, owner: str, zone: ZoneInfo) -> None:
    """What became of the newest answer that was to be posted, and what the owner of the case can do about it."""
    if post is None:
        return
    with st.container(key=f"note-post-{post.state.value}"):
        parts.write(f'<div role="status">{_words(post, zone)}</div>{_more(post)}')
        if not acting.may(Deed.POST) or owner not in ("", acting.who()):
            return
        if post.state is ReplyState.OWED:
            st.button(
                _("Take it back"), icon=":material/undo:", key=f"post-back-{post.reply_id}",
                on_click=_again, args=(post.reply_id, False),
            )  # fmt: skip
        elif post.state in (ReplyState.FAILED, ReplyState.CANCELLED):
            st.button(
                _("Try again"), icon=":material/refresh:", key=f"post-again-{post.reply_id}",
                on_click=_again, args=(post.reply_id, True),
            )  # fmt: skip


def _words(post: PostRow, zone: ZoneInfo) -> str:
    now, place = opening.now(), f"<b>{parts.name(post.poster)}</b>"
    match post.state:
        case ReplyState.OWED if post.attempts and post.next_try_at:
            when = parts.when(post.next_try_at, now, zone)
            return _h("The answer could not be posted by %(place)s yet. Next try: %(when)s", place=place, when=when)
        case ReplyState.OWED:
            return _h("The answer waits to be posted by %(place)s.", place=place)
        case ReplyState.POSTING:
            return _h("The answer is being posted by %(place)s.", place=place)
        case ReplyState.POSTED if post.posted_at:
            when = parts.when(post.posted_at, now, zone)
            return _h("The answer was posted by %(place)s: %(when)s", place=place, when=when)
        case ReplyState.FAILED:
            return _h("The answer could not be posted by %(place)s.", place=place)
        case _:
            return _h("The answer for %(place)s was taken back before it went out.", place=place)


def _more(post: PostRow) -> str:
    """The error, the link, and the words themselves while they are not to be read elsewhere."""
    error = f'<div class="ew-said ew-error">{parts.said(post.error)}</div>' if post.error else ""
    seen = _h("seen there by a crawl") if post.seen else ""
    link = parts.line(parts.link(post.url, _("open what was posted")), seen)
    text = "" if post.state is ReplyState.POSTED else f'<div class="ew-said">{parts.body(post.text, "")}</div>'
    return error + (link if post.state is ReplyState.POSTED else "") + text


def _again(reply_id: int, again: bool) -> None:
    if again:
        acting.do(partial(_post_again, reply_id), _("It is tried again."))
    else:
        acting.do(partial(_take_back, reply_id), _("It is taken back; nothing was posted."))


def _post_again(reply_id: int, session: Session, me: Person, now: datetime) -> Reply:
    return answer.post_again(session, reply_id, me, now)


def _take_back(reply_id: int, session: Session, me: Person, now: datetime) -> Reply:
    return answer.cancel_post(session, reply_id, me, now)
