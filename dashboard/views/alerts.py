"""Alerts: what was sent to whom, what waits and why, what never arrived, and what is silenced."""

from dataclasses import replace
from typing import NoReturn

import streamlit as st

from dashboard import exporting, frame, parts, viewer
from dashboard.alerting import alerted, delivering, silencing
from dashboard.data import alerts, opening
from dashboard.data.alerts import Asked, Show
from dashboard.data.brands import BrandRow, brands
from dashboard.data.exporting import of_alerts
from dashboard.words import N_, _, _n
from monitor.exports import About

_SILENCES = "silences"
_EVERY = "all"
_NOTHING = {
    Show.SENT: (
        N_("Nothing was sent"),
        N_("What a route leads to a channel appears here; “Withheld” has what was not sent, and why."),
    ),
    Show.WAITING: (
        N_("Nothing waits"),
        N_("Messages wait for quiet hours, for others to go with them, or for a retry."),
    ),
    Show.WITHHELD: (N_("Nothing was withheld"), N_("What is not sent is kept here with its reason.")),
    Show.DEAD: (
        N_("Nothing is dead"),
        N_("What a channel refuses for good, or for three days, stays here to be sent again."),
    ),
}
_NAMES = {
    Show.SENT.value: N_("Sent %(number)s"),
    Show.WAITING.value: N_("Waiting %(number)s"),
    Show.WITHHELD.value: N_("Withheld %(number)s"),
    Show.DEAD.value: N_("Dead %(number)s"),
    _SILENCES: N_("Silences %(number)s"),
}


def page() -> None:
    """The page."""
    brand = frame.head(_("Alerts"))
    if brand is not None:
        _all(brand)


@frame.live()
def _all(brand: BrandRow) -> None:
    frame.follow()
    now = opening.now()
    delivering.channels(now, viewer.zone(brand.zone))
    every = st.query_params.get("whose") == _EVERY
    asked = alerts.read(st.query_params.to_dict(), None if every else brand.id)
    listed = _SILENCES if st.query_params.get("show") == _SILENCES else asked.show.value
    _lists(brand, asked, listed)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="alert-filters"):
        if listed != _SILENCES:
            _narrow(brand, asked)
        _widen(brand, asked, listed)
        if listed != _SILENCES:
            exporting.control(About.ALERTS, _file(brand, asked), of_alerts(replace(asked, before=None), now))
    if listed == _SILENCES:
        silencing.section(brand, everything=every)
        return
    _messages(brand, asked)
    delivering.usefulness(now)


def _file(brand: BrandRow, asked: Asked) -> str:
    return f"alerts-{asked.show}{'' if asked.brand_id is None else f'-{brand.slug}'}"


def _go(brand: BrandRow, asked: Asked, listed: str = "") -> NoReturn:
    shown = {"show": listed} if listed == _SILENCES else {}
    whose = {"whose": _EVERY} if asked.brand_id is None else {}
    frame.go("alerts", brand=brand.slug, **whose, **(alerts.query(asked) | shown))


def _lists(brand: BrandRow, asked: Asked, listed: str) -> None:
    """The lists with how many are in each."""
    now = opening.now()
    sums = alerts.sums(replace(asked, show=Show.SENT, before=None), now)
    numbers = {show.value: f"{parts.number(sums.numbers[show])}{'+' if sums.more else ''}" for show in Show}
    numbers[_SILENCES] = str(len(silencing.active(None if asked.brand_id is None else brand, now)) or "")
    picked = st.segmented_control(
        _("List"), list(numbers), default=listed, required=True,
        format_func=lambda name: _(_NAMES[name], number=numbers[name]).strip(),
        label_visibility="collapsed", key=f"alert-list-{listed}",
    )  # fmt: skip
    if picked and picked != listed:
        show = asked.show if picked == _SILENCES else Show(picked)
        _go(brand, replace(asked, show=show, before=None), picked)


def _widen(brand: BrandRow, asked: Asked, listed: str) -> None:
    """From one brand to all of them."""
    every = asked.brand_id is None
    if len(brands()) > 1 and st.toggle(_("All brands"), value=every, key=f"alert-every-{every}") != every:
        _go(brand, replace(asked, brand_id=brand.id if every else None, before=None), listed)


def _narrow(brand: BrandRow, asked: Asked) -> None:
    """To a channel, and in time."""
    options = ["", *alerts.channels()]
    if asked.channel not in options:
        options.append(asked.channel)
    channel = st.selectbox(
        _("Channel"), options, index=options.index(asked.channel), format_func=lambda name: name or _("Any channel"),
        label_visibility="collapsed", key=f"alert-channel-{asked.channel}", width=230,
    )  # fmt: skip
    days = st.segmented_control(
        _("Time"), list(alerts.DAYS), default=asked.days, required=True,
        format_func=lambda number: _n("%(n)s day", "%(n)s days", number),
        label_visibility="collapsed", key=f"alert-days-{asked.days}",
    )  # fmt: skip
    wanted = replace(asked, channel=channel, days=days or asked.days)
    if wanted != asked:
        _go(brand, replace(wanted, before=None))


def _messages(brand: BrandRow, asked: Asked) -> None:
    now = opening.now()
    rows, older = alerts.alerts(asked, now)
    if asked.show is Show.DEAD:
        alerted.dead_ones(asked, now)
    if not rows:
        parts.empty(*(_(words) for words in _NOTHING[asked.show]))
    for row in rows:
        alerted.card(row, brand.zone)
    with st.container(horizontal=True, gap="small", key="alert-pages"):
        if asked.before is not None and st.button(_("Newest"), icon=":material/first_page:", type="tertiary"):
            _go(brand, replace(asked, before=None))
        if older and st.button(_("Older"), icon=":material/arrow_forward:", type="tertiary"):
            _go(brand, replace(asked, before=rows[-1].id))
