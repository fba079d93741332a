"""Puts charts on a page; each is made once for the same values, since Altair checks every part of it anew (40 ms)."""

import json
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import viewer

KEPT = 200
"""Charts that are kept ready, each of some 20 KB: those of a screen, for all who look."""


def chart(make: Callable[..., Any], *values: Hashable, words: str = "", **named: Hashable) -> None:
    """Show the chart that `make` (at the top of its module) makes of these values in the viewer's language.

    `words` say what it shows to those who do not see it; without them, those of the chart itself do.
    """
    made = json.loads(_made(make, values, tuple(named.items()), viewer.language()))
    own = made.pop("description", "")
    st.vega_lite_chart(made, theme=None, alt=words or own)


@lru_cache(maxsize=KEPT)
def _made(
    make: Callable[..., Any],
    values: tuple[Hashable, ...],
    named: tuple[tuple[str, Hashable], ...],
    language: str,  # noqa: ARG001 (its words are of it)
) -> str:
    made = make(*values, **dict(named)).to_dict()
    for size in ("continuousWidth", "continuousHeight"):  # of Altair's own theme, which pages do not have
        made.get("config", {}).get("view", {}).pop(size, None)
    return json.dumps(made)
