"""Who acts, and the writes they ask for: one commit each, refused with a reason or done."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dashboard import login
from dashboard.data import opening
from dashboard.parts import plain
from dashboard.words import _
from monitor import access
from monitor.access import Deed
from monitor.alerting.text import one_line
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.facts import LONGEST_NAME, Person, Role, Way
from monitor.store.trouble import Trouble, trouble_of, words_of

_WHO, _SAID = "who_acts", "said"

T = TypeVar("T")
Write = Callable[[Session, Person, datetime], T]
"""Does one write for an actor at a time; raises AnswerRefused."""


_MEMORY_SCRIPT = """
export default function ({ data, setStateValue }) {
  const key = "emberwatch.who";
  if (data.name) {
    localStorage.setItem(key, data.name);
  } else {
    const kept = localStorage.getItem(key);
    if (kept) setStateValue("name", kept);
  }
}
"""


def remember() -> None:
    """Keep the name in this browser, so that a reload does not ask again.

    It never stands in the address: people share those.
    """
    if opening.settings().dashboard.login is not None:
        return
    memory = st.components.v2.component("emberwatch_who", js=_MEMORY_SCRIPT)
    kept = memory(data={"name": who()}, key="who-memory", on_name_change=lambda: None)
    name = getattr(kept, "name", None)
    if name and not who():
        st.session_state[_WHO] = one_line(str(name))[:LONGEST_NAME].strip()
        st.rerun()


def person() -> Person:
    """Who acts; the run ends here for those who should be logged in and are not.

    Without a login the name is taken on trust, and whoever sits at this machine may do everything.
    """
    known = opening.settings()
    found = login.let_in(known)
    if known.dashboard.login is None:
        return Person(str(st.session_state.get(_WHO, "")), Role.ADMIN, Way.DASHBOARD)
    if found is None:  # asked outside of a page, where Streamlit can end no run: nobody is known there
        raise AnswerRefused("your login has ended")
    return found


def later() -> Callable[[], Person]:
    """Who acts now, for what is made after the page was drawn; AnswerRefused when their login has ended by then.

    A file to download is made outside of any page, where Streamlit knows nobody.
    """
    me, claims = person(), login.claims() if opening.settings().dashboard.login is not None else {}

    def asked() -> Person:
        known = opening.settings()
        if known.dashboard.login is None:
            return me
        found = login.admitted(known, claims, utcnow())
        if not isinstance(found, Person):
            raise AnswerRefused("your login has ended")
        return found

    return asked


def who() -> str:
    """The name of the person at this browser; without a login "" until they say it."""
    return person().name


def may(deed: Deed) -> bool:
    """Whether to offer it to the person at this browser; that nothing else is done is for `monitor.jobs.answer`."""
    return access.may(person(), deed)


def name_field() -> None:
    """Who one is, and the way out; without a login, where people say who they are."""
    if opening.settings().dashboard.login is not None:
        _logged_in(person())
        return
    label = _("You are %(name)s", name=plain(who())) if who() else _("Say who you are")
    kind: Literal["primary", "secondary"] = "secondary" if who() else "primary"
    with (
        st.popover(label, icon=":material/person:", type=kind, key=f"who-popover-{who()}"),
        st.form("who-form", border=False),
    ):
        field = f"name-{who()}"
        st.text_input(_("Your name"), who(), LONGEST_NAME, key=field, help=_("Stands beside what you do."))
        st.form_submit_button(_("That is me"), type="primary", on_click=_be, args=(field,))


def _logged_in(me: Person) -> None:
    name = me.name.removesuffix(f" ({me.login})")  # it stands within, where there is room
    words = {"name": plain(name), "role": login.role_words(me.role)}
    with st.popover(_("%(name)s, %(role)s", **words), icon=":material/person:", key="who-popover"):
        st.text(_("Logged in as %(login)s.", login=me.login))
        st.button(_("Log out"), icon=":material/logout:", on_click=login.log_out, key="log-out")


def _be(field: str) -> None:
    st.session_state[_WHO] = one_line(str(st.session_state.get(field, ""))) or who()


def do(write: Write[T], done: str) -> T | None:
    """Do one write and keep what to say about it for the next look at the page; None when it was refused."""
    known, now = opening.settings(), utcnow()
    if known.dashboard.login is not None and not isinstance(login.asked(known, now), Person):
        st.session_state[_SAID] = (":material/block:", _("Not done: your login has ended. Log in again."))
        return None
    try:
        with opening.database() as session:
            result = write(session, person(), now)
    except AnswerRefused as refusal:
        st.session_state[_SAID] = (":material/block:", _("Not done: %(why)s.", why=refusal))
        return None
    except SQLAlchemyError as error:
        if not (words := _what_to_do(error)):
            raise
        st.session_state[_SAID] = (":material/block:", _("Not done: %(why)s", why=words))
        return None
    finally:
        opening.forget()
    st.session_state[_SAID] = (":material/check:", done)
    return result


def _what_to_do(error: SQLAlchemyError) -> str:
    """A busy database is for people to wait for; all else is for who runs it. "" for what we do not know."""
    if trouble_of(error) is Trouble.BUSY:
        return _("the database is busy just now. Try again in a moment.")
    return words_of(error)


def say() -> None:
    """Show once what the last write came to."""
    icon, words = st.session_state.pop(_SAID, ("", ""))
    if words:
        st.toast(plain(words), icon=icon, duration="long" if icon.endswith("block:") else "short")
