"""How the channels do, and how useful people found what they were told."""

from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import frame, parts, silencing
from dashboard.alerted import why
from dashboard.data import alerts, delivery
from dashboard.data.alerts import Asked, Show
from dashboard.data.brands import BrandRow
from dashboard.data.delivery import ChannelRow, UsefulRow

_WEEK = timedelta(days=6)  # what goes on for longer has no end that anybody need know
_HEAD = ("Channel", "State", "Last good", "Hours", "Not delivered yet")


def channels(now: datetime, zone: ZoneInfo) -> None:
    """A row for each channel of the config."""
    rows = delivery.channels(now)
    if rows:
        parts.write(f'<div class="ew-brief">{parts.table(_HEAD, (_channel(row, now, zone) for row in rows))}</div>')


def _channel(row: ChannelRow, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    error = f' <small class="ew-error">{parts.said(row.error)}</small>' if row.failing and row.error else ""
    return (
        f"<b>{escape(row.id)}</b><small>{escape(row.type)}</small>",
        _state(row) + error,
        parts.when(row.last_good_at, now, zone) if row.last_good_at else '<span class="ew-mute">never</span>',
        _hours(row, now, zone),
        _owed(row),
    )


def _state(row: ChannelRow) -> str:
    if not row.enabled:
        return parts.tag("switched off")
    if not row.failing:
        return parts.tag("works", "good") if row.used else parts.tag("not used yet")
    if row.permanent:
        return parts.tag("fails for good", "critical")
    return parts.tag("fails", "critical") + f" <small>{row.failures} times in a row</small>"


def _hours(row: ChannelRow, now: datetime, zone: ZoneInfo) -> str:
    """Whether it may be disturbed now; what is critical breaks through."""
    said = []
    if row.off_until is not None:
        said.append(f"not on call <small>until {parts.when(row.off_until, now, zone)}</small>")
    elif row.on_call_until is not None:
        until = f"<small>until {parts.when(row.on_call_until, now, zone)}</small>"
        said.append(f"<b>on call</b> {until if row.on_call_until - now < _WEEK else ''}")
    if row.quiet_until is not None:
        said.append(f"quiet hours <small>until {parts.when(row.quiet_until, now, zone)}</small>")
    return "".join(said) or '<span class="ew-mute">always</span>'


def _owed(row: ChannelRow) -> str:
    waiting = f"{row.waiting:,} {'waits' if row.waiting == 1 else 'wait'}" if row.waiting else ""
    dead = f'<span class="ew-late">{row.dead:,} dead</span> <small>in the last 7 days</small>' if row.dead else ""
    return f"{waiting}{'<br>' if waiting and dead else ''}{dead}" or '<span class="ew-mute">–</span>'


def usefulness(now: datetime) -> None:
    """The share of noise per rule and per channel, of what people marked."""
    rules, told = delivery.usefulness(now)
    if not rules and not told:
        return
    note = f"of what people marked in the last {delivery.MARKED.days} days"
    parts.write(parts.heading("How useful it was", note))
    if rules:
        parts.write(parts.table(("Rule", "Share", "Marked"), (_useful(row) for row in rules)))
    if told:
        parts.write(parts.table(("Channel", "Share", "Marked"), (_useful(row) for row in told)))


def _useful(row: UsefulRow) -> tuple[str, ...]:
    because = f"<small>because {why(row.reason)}</small>" if row.reason else ""
    share = row.share
    return (
        f"<b>{parts.name(row.name.replace('_', ' ') if not row.reason else row.name)}</b>{because}",
        f"{parts.percent(share.noise / max(share.marked, 1))} noise",
        f"{share.useful:,} useful, {share.noise:,} noise",
    )


def trouble(brand: BrandRow, now: datetime) -> None:
    """What nobody may hear of: messages that never arrived, channels that fail, and silences; nothing when all is well.

    With a button that leads to what can be done about it.
    """
    undelivered, silenced = _undelivered(brand, now), silencing.active_line(brand, now)
    if undelivered:
        _line("undelivered", f'<span class="ew-late">▲ {undelivered}</span>', brand, Show.DEAD.value)
    if silenced:
        _line("silenced", f"◌ {silenced}", brand, "silences")


def _line(name: str, words: str, brand: BrandRow, show: str) -> None:
    with st.container(
        key=f"note-{name}", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        parts.write(f'<div class="ew-small">{words}</div>')
        if st.button("Look at Alerts", key=f"alerts-{name}", type="tertiary", icon=":material/campaign:"):
            frame.go("alerts", brand=brand.slug, show=show)


def _undelivered(brand: BrandRow, now: datetime) -> str:
    """In words (HTML); "" when everything got through."""
    lost = sum(len(ids) for _channel, ids in alerts.dead(Asked(brand_id=brand.id), now))
    more = "+" if lost >= alerts.MOST else ""
    said = f"{lost:,}{more} {'message' if lost == 1 else 'messages'} could not be delivered" if lost else ""
    failing = [parts.name(row.id) for row in delivery.channels(now) if row.failing]
    fails = f"{_list(failing)} {'fails' if len(failing) == 1 else 'fail'}" if failing else ""
    return f"{said}{'; ' if said and fails else ''}{fails}." if said or fails else ""


def _list(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
