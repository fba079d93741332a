"""How the channels do, and how useful people found what they were told."""

from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import frame, parts
from dashboard.alerting import silencing
from dashboard.alerting.alerted import why
from dashboard.data import alerts, delivery
from dashboard.data.alerts import Asked, Show
from dashboard.data.brands import BrandRow
from dashboard.data.delivery import ChannelRow, UsefulRow
from dashboard.words import N_, _, _h, _hn, _n

_WEEK = timedelta(days=6)  # what goes on for longer has no end that anybody need know
_HEAD = (N_("Channel"), N_("State"), N_("Last good"), N_("Hours"), N_("Not delivered yet"))


def channels(now: datetime, zone: ZoneInfo) -> None:
    """A row for each channel of the config."""
    rows = delivery.channels(now)
    if rows:
        head = tuple(_(words) for words in _HEAD)
        parts.write(f'<div class="ew-brief">{parts.table(head, (_channel(row, now, zone) for row in rows))}</div>')


def _channel(row: ChannelRow, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    error = f' <small class="ew-error">{parts.english(row.error)}</small>' if row.failing and row.error else ""
    return (
        f"<b>{parts.latin(row.id)}</b><small>{parts.latin(row.type)}</small>",
        _state(row) + error,
        parts.when(row.last_good_at, now, zone) if row.last_good_at else parts.mute(_("never")),
        _hours(row, now, zone),
        _owed(row),
    )


def _state(row: ChannelRow) -> str:
    if not row.enabled:
        return parts.tag(_("switched off"))
    if not row.failing:
        return parts.tag(_("works"), "good") if row.used else parts.tag(_("not used yet"))
    if row.permanent:
        return parts.tag(_("fails for good"), "critical")
    times = _n("%(n)s time in a row", "%(n)s times in a row", row.failures)
    return parts.tag(_("fails"), "critical") + f" <small>{escape(times)}</small>"


def _hours(row: ChannelRow, now: datetime, zone: ZoneInfo) -> str:
    """Whether it may be disturbed now; what is critical breaks through."""
    said = []
    if row.off_until is not None:
        said.append(f"{escape(_('not on call'))} {_until(row.off_until, now, zone)}")
    elif row.on_call_until is not None:
        until = _until(row.on_call_until, now, zone) if row.on_call_until - now < _WEEK else ""
        said.append(f"<b>{escape(_('on call'))}</b> {until}")
    if row.quiet_until is not None:
        said.append(f"{escape(_('quiet hours'))} {_until(row.quiet_until, now, zone)}")
    return "".join(said) or parts.mute(_("always"))


def _until(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    return f"<small>{_h('until %(time)s', time=parts.when(moment, now, zone))}</small>"


def _owed(row: ChannelRow) -> str:
    waiting = escape(_n("%(n)s waits", "%(n)s wait", row.waiting)) if row.waiting else ""
    dead = ""
    if row.dead:
        number = f'<span class="ew-late">{escape(_n("%(n)s dead", "%(n)s dead", row.dead))}</span>'
        dead = f"{number} <small>{escape(_('in the last 7 days'))}</small>"
    return f"{waiting}{'<br>' if waiting and dead else ''}{dead}" or parts.mute("–")


def usefulness(now: datetime) -> None:
    """The share of noise per rule and per channel, of what people marked."""
    rules, told = delivery.usefulness(now)
    if not rules and not told:
        return
    days = delivery.MARKED.days
    note = _n("of what people marked in the last day", "of what people marked in the last %(n)s days", days)
    parts.write(parts.heading(_("How useful it was"), note))
    if rules:
        parts.write(parts.table((_("Rule"), _("Share"), _("Marked")), (_useful(row) for row in rules)))
    if told:
        parts.write(parts.table((_("Channel"), _("Share"), _("Marked")), (_useful(row) for row in told)))


def _useful(row: UsefulRow) -> tuple[str, ...]:
    because = f"<small>{_h('because %(reason)s', reason=why(row.reason))}</small>" if row.reason else ""
    share = row.share
    marked = _("%(useful)s useful, %(noise)s noise", useful=parts.number(share.useful), noise=parts.number(share.noise))
    return (
        f"<b>{parts.name(row.name if row.reason else row.name.replace('_', ' '))}</b>{because}",
        escape(_("%(percent)s noise", percent=parts.percent(share.noise / max(share.marked, 1)))),
        escape(marked),
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
        if st.button(_("Look at Alerts"), key=f"alerts-{name}", type="tertiary", icon=":material/campaign:"):
            frame.go("alerts", brand=brand.slug, show=show)


def _undelivered(brand: BrandRow, now: datetime) -> str:
    """In words (HTML); "" when everything got through."""
    lost = sum(len(ids) for _channel, ids in alerts.dead(Asked(brand_id=brand.id), now))
    number = f"{parts.number(lost)}{'+' if lost >= alerts.MOST else ''}"
    said = _hn(
        "%(number)s message could not be delivered", "%(number)s messages could not be delivered", lost, number=number
    )
    failing = [parts.name(row.id) for row in delivery.channels(now) if row.failing]
    fails = _hn("%(channels)s fails", "%(channels)s fail", len(failing), channels=parts.listed(failing))
    told = [words for words, shown in ((said, lost), (fails, failing)) if shown]
    return f"{'; '.join(told)}." if told else ""
