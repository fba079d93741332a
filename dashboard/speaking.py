"""The viewer's language on the page: chosen in the head, kept in the browser, the page set in its direction."""

import streamlit as st

from dashboard import viewer
from dashboard.words import _

_FIELD = "language-choice"
_SCRIPT = """
export default function ({ data }) {
  const page = document.documentElement;
  page.lang = data.language;
  page.dir = data.direction;
  if (data.chosen) {
    document.cookie = `${data.cookie}=${data.chosen}; path=/; max-age=31536000; samesite=strict`;
  }
}
"""
_RIGHT_TO_LEFT = "<style>body { direction: rtl; }</style>"
"""Comes with the first words of the page, before any script runs: nothing is seen to jump from left to right."""


def settle() -> None:
    """Find out the viewer's language, and tell the browser of it and of its direction; first of all on each page."""
    viewer.settle()
    st.html(_RIGHT_TO_LEFT if viewer.direction() == "rtl" else "<style>body { direction: ltr; }</style>")
    page = st.components.v2.component("emberwatch_language", js=_SCRIPT)
    told = {"language": viewer.language(), "direction": viewer.direction(), "cookie": viewer.COOKIE}
    page(data={**told, "chosen": viewer.chosen()}, key="language-memory")


def chooser() -> None:
    """Languages by their own names, for whoever cannot read the present one."""
    codes, now = list(viewer.LANGUAGES), viewer.language()
    key = f"{_FIELD}-{now}"
    st.selectbox(
        _("Language"), codes, index=codes.index(now), format_func=viewer.LANGUAGES.__getitem__, key=key,
        label_visibility="collapsed", width=120, on_change=_choose, args=(key,),
    )  # fmt: skip


def _choose(key: str) -> None:
    viewer.choose(str(st.session_state.get(key, "")))
