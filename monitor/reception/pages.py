"""Draws the survey's pages: a form that needs no script, thanks, and what went wrong."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.doors.survey import LONGEST_COMMENT, LONGEST_NAME, TRAP, Options, Order
from monitor.doors.survey_words import LANGUAGES, Words


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page; `nonce` is what its own style is known by."""

    html: str
    nonce: str


@cache
def templates() -> Environment:
    """Of all pages of the reception; what is put into them is escaped."""
    return Environment(
        loader=PackageLoader("monitor.reception"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def ask(
    door: Options,
    brand: str,
    words: Words,
    *,
    token: str,
    order: Order,
    given: Mapping[str, str] | None = None,
    problem: str = "",
) -> Page:
    """The form; after a mistake with what was `given` before, and the problem at its top."""
    question = door.question or (words.nps if door.ask == "nps" else words.csat).replace("{brand}", brand)
    if door.ask == "comment" and not door.question:
        question = ""
    scale = range(door.scale[0], door.scale[1] + 1) if door.scale else ()
    return _draw(
        "ask.html",
        door,
        brand,
        words,
        question=question,
        scale=scale,
        ends=words.nps_ends if door.ask == "nps" else words.csat_ends,
        token=token,
        order=order,
        given=given or {},
        problem=problem,
        trap=TRAP,
        longest_comment=LONGEST_COMMENT,
        longest_name=LONGEST_NAME,
        others=_others(words, order),
    )


def say(door: Options, brand: str, words: Words, title: str, text: str, *, good: bool = False) -> Page:
    """A page that only says something."""
    return _draw("say.html", door, brand, words, title=title, text=text, good=good)


def _others(words: Words, order: Order) -> list[tuple[str, str, str]]:
    """(language, its own name, query) of the same form in the other languages."""
    link = order.query
    return [
        (tag, other.own_name, urlencode({"lang": tag, **link})) for tag, other in LANGUAGES.items() if other != words
    ]


def _draw(template: str, door: Options, brand: str, words: Words, **values: Any) -> Page:
    nonce = secrets.token_urlsafe(16)
    shared = {"door": door, "brand": brand, "words": words, "nonce": nonce, "on_colour": _readable_on(door.colour)}
    return Page(templates().get_template(template).render(**shared, **values), nonce)


def _readable_on(colour: str) -> str:
    """White or near black, whichever stands out more on a colour (WCAG's relative luminance)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.06 else "#1c1917"


def inserting_script(address: str) -> str:
    """A script that puts the form into the page where it stands; its `data-` attributes go to the form."""
    return _SCRIPT.replace("ADDRESS", _as_text(address))


def _as_text(value: str) -> str:
    """A value as a JavaScript text, without what could end the script."""
    return re.sub(r"[^A-Za-z0-9:/._\[\]-]", "", value)


_SCRIPT = """(function () {
  var me = document.currentScript, frame = document.createElement("iframe"), query = new URLSearchParams();
  ["lang", "ref", "sig"].forEach(function (name) {
    if (me.dataset[name]) query.set(name, me.dataset[name]);
  });
  frame.src = "ADDRESS" + (query.toString() ? "?" + query.toString() : "");
  frame.title = me.dataset.title || "Survey";
  frame.loading = "lazy";
  frame.style.cssText = "width:100%;max-width:640px;height:" + (parseInt(me.dataset.height, 10) || 760) + "px;border:0";
  me.parentNode.insertBefore(frame, me);
})();
"""


def snippet(address: str, brand: str) -> str:
    """HTML that shows the form within another page, without a script."""
    title = escape(f"{brand}: survey")
    return (
        f'<iframe src="{escape(address)}" title="{title}" loading="lazy"\n'
        '        style="width:100%;max-width:640px;height:760px;border:0"></iframe>'
    )
