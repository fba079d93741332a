"""Who acts, and the writes they ask for: one commit each, refused with a reason or done."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dashboard.data import opening
from dashboard.parts import plain
from monitor.alerting.text import one_line
from monitor.cases import LONGEST_NAME
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.store.trouble import Trouble, trouble_of, words_of

_WHO, _SAID = "who_acts", "said"

T = TypeVar("T")
Write = Callable[[Session, str, datetime], T]
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
    memory = st.components.v2.component("emberwatch_who", js=_MEMORY_SCRIPT)
    kept = memory(data={"name": who()}, key="who-memory", on_name_change=lambda: None)
    name = getattr(kept, "name", None)
    if name and not who():
        st.session_state[_WHO] = one_line(str(name))[:LONGEST_NAME].strip()
        st.rerun()


def who() -> str:
    """The name of the person at this browser; "" until they say it."""
    return str(st.session_state.get(_WHO, ""))


def name_field() -> None:
    """Where people say who they are. There is no login yet: the name is taken on trust, on this machine only."""
    label = f"You are {plain(who())}" if who() else "Say who you are"
    kind: Literal["primary", "secondary"] = "secondary" if who() else "primary"
    with (
        st.popover(label, icon=":material/person:", type=kind, key=f"who-popover-{who()}"),
        st.form("who-form", border=False),
    ):
        field = f"name-{who()}"
        st.text_input("Your name", who(), LONGEST_NAME, key=field, help="Stands beside what you do.")
        st.form_submit_button("That is me", type="primary", on_click=_be, args=(field,))


def _be(field: str) -> None:
    st.session_state[_WHO] = one_line(str(st.session_state.get(field, ""))) or who()


def do(write: Write[T], done: str) -> T | None:
    """Do one write and keep what to say about it for the next look at the page; None when it was refused."""
    try:
        with opening.database() as session:
            result = write(session, who(), utcnow())
    except AnswerRefused as refusal:
        st.session_state[_SAID] = (":material/block:", f"Not done: {refusal}.")
        return None
    except SQLAlchemyError as error:
        if not (words := _what_to_do(error)):
            raise
        st.session_state[_SAID] = (":material/block:", f"Not done: {words}")
        return None
    finally:
        opening.forget()
    st.session_state[_SAID] = (":material/check:", done)
    return result


def _what_to_do(error: SQLAlchemyError) -> str:
    """A busy database is for people to wait for; all else is for who runs it. "" for what we do not know."""
    if trouble_of(error) is Trouble.BUSY:
        return "the database is busy just now. Try again in a moment."
    return words_of(error)


def say() -> None:
    """Show once what the last write came to."""
    icon, words = st.session_state.pop(_SAID, ("", ""))
    if words:
        st.toast(plain(words), icon=icon, duration="long" if icon.endswith("block:") else "short")
