"""The keys of the Inbox: heard in the browser, where each presses what a mouse would press.

What a key presses is looked up when it is pressed, so that parts which were drawn anew meanwhile do not matter. Where
somebody types, chooses from a list or has a window open, no key is ours.
"""

from pathlib import Path

import streamlit as st

from dashboard.data.inbox import ComplaintRow
from dashboard.words import _

_SCRIPT, _STYLE = (Path(__file__).with_name(name).read_text("utf-8") for name in ("keys.js", "keys.css"))
_HTML = """
<button type="button" class="keys" aria-haspopup="dialog" aria-keyshortcuts="?">?</button>
<dialog aria-labelledby="keys-title"><h2 id="keys-title"></h2><dl></dl>
<button type="button" class="close">×</button></dialog>
"""


def listen(chosen: ComplaintRow | None, *, named: bool) -> None:
    """Hear the keys on this page; `named` says if one complaint is shown, whether or not it is there."""
    keys = st.components.v2.component("emberwatch_keys", html=_HTML, css=_STYLE, js=_SCRIPT)
    at = (chosen.text.mention_id if chosen else 0) if named else None
    words = {"title": _("Keys"), "close": _("Close"), "keys": _meanings(), "chosen": at}
    keys(data=words, key="inbox-keys")


def _meanings() -> list[tuple[str, str]]:
    return [
        ("j k", _("the next complaint, the one before")),
        ("o Enter", _("open it")),
        ("t", _("take it, or all that are selected")),
        ("a", _("answer")),
        ("e", _("solve")),
        ("n", _("note")),
        ("x", _("select it")),
        ("Esc", _("leave the field; back to the list")),
        ("?", _("show these keys")),
    ]
