"""What all pages share: the head with brand and person, and the ways between pages."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import NoReturn, ParamSpec

import streamlit as st
from sqlmodel import Session

from dashboard import acting, login, parts, speaking
from dashboard.data import inbox, opening
from dashboard.data.brands import BrandRow, brands
from dashboard.words import _, _n
from monitor.errors import MonitorError
from monitor.facts import LARGEST_NUMBER, Person
from monitor.jobs import answer
from monitor.models import Case, CaseState

_PAGES, _BRAND, _NEXT = "pages", "brand", "next"
LIVE = "10s"
"""How often the parts of a page that change look again."""

P = ParamSpec("P")


def live(every: str = LIVE) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of a page that is drawn anew by itself, for who is still let in.

    It is asked before anything is drawn: the first part that looks after the end of a login takes the whole page away.
    """

    def decorate(part: Callable[P, None]) -> Callable[P, None]:
        @wraps(part)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            login.let_in(opening.settings())
            part(*args, **kwargs)

        return st.fragment(drawn, run_every=every)

    return decorate


def keep_pages(pages: list[st.Page]) -> None:
    """Remember the pages by their address, for `go`."""
    st.session_state[_PAGES] = {page.url_path: page for page in pages}


def go(address: str, **query: int | str) -> NoReturn:
    """Show another page, or this one with another query."""
    st.switch_page(st.session_state[_PAGES][address], query_params={name: str(value) for name, value in query.items()})


def later(address: str = "", **query: int | str) -> None:
    """A callback, or what one ends with: once it is over, show this page, or the present one anew.

    A button that has it leads on before anything is drawn; with `go` behind a button, half a page is drawn for nothing.
    """
    st.session_state[_NEXT] = (address, query)


def follow(chosen: st.Page | None = None) -> None:
    """Do what a callback wanted to be shown. A fragment must say so first of all, and a page which one it is."""
    address, query = st.session_state.pop(_NEXT, (None, {}))
    if address and chosen is not None and chosen.url_path == address:
        st.query_params.from_dict({name: str(value) for name, value in query.items()})
    elif address:
        go(address, **query)
    elif address is not None and chosen is None:
        st.rerun(scope="app")


def take_up(mention_id: int) -> None:
    """A callback: open the case of a mention unless there is one, own it, and show it; or say why not."""

    def write(session: Session, me: Person, now: datetime) -> Case:
        case = answer.open_case(session, mention_id, me, now, opening.settings().service)
        return answer.take(session, case.id or 0, me, now, seen=CaseState.NEW)

    acting.do(write, _("It is yours. Answer it next."))
    row = inbox.complaint_of_mention(mention_id)
    if row is not None and row.case_id is not None:
        later("inbox", case=row.case_id)
    else:
        later()


def query_number(name: str) -> int | None:
    """The id of a row in the address, such as `3` in `?id=3`; None when absent or no id that can be."""
    value = st.query_params.get(name, "")
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    return number if number is not None and number <= LARGEST_NUMBER else None


def head(title: str, brand_id: int | None = None, *, competitors: bool = False) -> BrandRow | None:
    """Title, brand and person; the brand that the page is about, or None when there is none yet.

    With `competitors` one of them can be chosen too: on pages where there is something to read, and nothing to do.
    """
    rows = brands(competitors=competitors)
    with st.container(key="page-head", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.title(title)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            brand = _brand(rows, brand_id)
            speaking.chooser()
            acting.name_field()
    if brand is None:
        parts.empty(
            _("Nothing is watched yet"),
            _("Brands and sources stand in config.yaml. Once `emberwatch run` has started, they appear here."),
        )
    return brand


def _brand(rows: tuple[BrandRow, ...], brand_id: int | None) -> BrandRow | None:
    """The brand asked for: by the page, by the address, by the last choice; else the one in most trouble."""
    asked = st.query_params.get("brand", "") or st.session_state.get(_BRAND)
    known = [row for row in rows if row.id == brand_id] or [row for row in rows if row.slug == asked]
    if not rows:
        return None
    chosen = (known or rows)[0]
    if len(rows) < 2:
        return chosen
    picked = st.selectbox(
        _("Brand"),
        rows,
        index=rows.index(chosen),
        format_func=_label,
        label_visibility="collapsed",
        width=230,
        disabled=brand_id is not None,
    )
    if picked.slug != chosen.slug:
        st.session_state[_BRAND] = picked.slug
        if "brand" in st.query_params:
            st.query_params.from_dict({"brand": picked.slug})
        st.rerun()
    return picked


def _label(brand: BrandRow) -> str:
    if brand.competitor:
        return _("%(brand)s (competitor)", brand=brand.name)
    if not brand.incidents:
        return brand.name
    return _n("%(brand)s (%(n)s open)", "%(brand)s (%(n)s open)", brand.incidents, brand=brand.name)


def readable() -> bool:
    """Say what is wrong and what mends it unless settings and database can be read."""
    try:
        opening.check()
    except MonitorError as error:
        parts.empty(_("The dashboard cannot show anything yet"), str(error))
        return False
    return True
