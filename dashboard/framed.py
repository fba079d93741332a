"""A whole page of ours inside a page, locked in: no script of it runs, and it reaches nothing outside."""

import streamlit as st

_SCRIPT = """
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".framed");
  const shown = place.querySelector("iframe");
  if (shown && shown.srcdoc === data.html) return;
  const frame = document.createElement("iframe");
  // Neither scripts nor our origin: links may only open a page of their own.
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.referrerPolicy = "no-referrer";
  frame.title = data.title;
  frame.srcdoc = data.html;
  place.replaceChildren(frame);
}
"""
_STYLE = """
iframe { display: block; width: 100%; height: 78vh; min-height: 460px; border: 1px solid #e4ddd3; border-radius: 10px;
  background: #fff; }
"""
_BASE = '<head>\n<base target="_blank">'
_PART, _PART_HERE = 'href="#', 'href="about:srcdoc#'
"""A link to a part of the page would lead to ours, which may stand in no frame; texts from outside hold no bare quote.
"""


def show(html: str, title: str, *, key: str) -> None:
    """Show an HTML document of ours; its links open in new tabs."""
    component = st.components.v2.component(
        "emberwatch_framed", html='<div class="framed"></div>', css=_STYLE, js=_SCRIPT
    )
    component(data={"html": placed(html), "title": title}, key=f"framed-{key}")


def placed(html: str) -> str:
    """The document as the frame needs it: links to its parts stay in it, all others open new tabs."""
    return html.replace("<head>", _BASE, 1).replace(_PART, _PART_HERE)
