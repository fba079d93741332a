"""Owes the channels their daily digests: what they were not told of, and what waits; part of the alert job."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from monitor import hours
from monitor.alerting import digest as rules
from monitor.alerting import stored
from monitor.alerting.channel import ChannelOptions, find
from monitor.alerting.digest import LISTED, BrandDay, Item
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import TROUBLE, RouteOptions
from monitor.alerting.routing import reached
from monitor.facts import IncidentState
from monitor.jobs import wording
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState, Brand, Incident
from monitor.store import alerts, digests, following
from monitor.store.following import Written

KEY = "digest"
"""How the keys of these messages begin."""
FIRST = timedelta(days=1)
"""So far back looks the first digest of a channel."""
FURTHEST = timedelta(days=8)
"""No digest looks back further: a week that ends on the same weekday, and the hour by which the clocks were set."""


def owe(context: Context) -> Counters:
    """Write today's digests that are due and not written yet; a day without news is withheld, and done as well."""
    options, counters = context.settings.digest, Counter[str]()
    if not options.channels:
        return counters
    day = rules.day_of(options.hour, ZoneInfo(options.time_zone), options.weekdays, context.now)
    if day is None:
        return counters
    for name in options.channels:
        channel = find(context.settings.channels, name)
        if channel is not None and channel.enabled and not alerts.is_known(context.session, _key(name, day)):
            counters += _owe(context, channel, day)
    return counters


def _key(channel: str, day: date) -> str:
    return f"{KEY}:{channel}:{day}"


def _owe(context: Context, channel: ChannelOptions, day: date) -> Counters:
    """Write one digest; where another process was faster, nothing."""
    session, settings, now = context.session, context.settings, context.now
    last = digests.last_at(session, channel.id, f"{KEY}:{channel.id}:")
    since = max(last or now - FIRST, now - FURTHEST)
    led = _led(context, channel.id)
    days = [_brand_day(context, channel, brand, since, led=bool(led)) for brand in _brands(context, led)]
    zone = ZoneInfo(settings.digest.time_zone)
    link = settings.dashboard.link
    message = rules.build(days, key=_key(channel.id, day), since=since, zone=zone, dashboard=link, now=now)
    alert = _alert(channel, stored.to_dict(message), message.key, now, has_news=any(not one.is_empty for one in days))
    what = f"{'owed' if alert.state is AlertState.PENDING else 'withheld'} {alert.reason}"
    written = following.owe(session, alert)
    session.commit()
    return Counter({what: int(written)})


def _alert(channel: ChannelOptions, message: dict[str, Any], key: str, now: datetime, *, has_news: bool) -> Alert:
    quiet_until = hours.ends_at(channel.quiet, channel.zone, now) if has_news else None
    due_at = (quiet_until or now) if has_news else None
    return Alert(
        key=key,
        channel=channel.id,
        state=AlertState.PENDING if has_news else AlertState.WITHHELD,
        reason=Reason.DIGEST if has_news else Reason.NOTHING_TO_TELL,
        held=Reason.QUIET_HOURS if quiet_until else "",
        due_at=due_at,
        next_try_at=due_at,
        message=message,
        created_at=now,
    )


def _led(context: Context, channel: str) -> tuple[RouteOptions, ...]:
    """The routes by which a channel hears of something, at once or in the end."""
    return tuple(route for route in context.settings.routes if channel in reached(route))


def _brands(context: Context, led: Sequence[RouteOptions]) -> list[Brand]:
    """Those that the routes lead from; all of the config where one of them is for all, or none leads to the channel."""
    named = {slug for route in led for slug in route.brands}
    known = [brand.id for brand in context.settings.ours]
    wanted = known if not led or any(not route.brands for route in led) else [slug for slug in known if slug in named]
    rows = {brand.slug: brand for brand in context.session.exec(select(Brand).where(col(Brand.slug).in_(wanted)))}
    return [rows[slug] for slug in wanted if slug in rows]


def _brand_day(context: Context, channel: ChannelOptions, brand: Brand, since: datetime, *, led: bool) -> BrandDay:
    session, now, number = context.session, context.now, brand.id or 0
    found = _concerning(context, channel.id, brand, since, led=led)
    nearly, strongest = digests.nearly(session, number, since)
    late, earliest = digests.late_cases(session, number, now)
    return BrandDay(
        brand=brand.name,
        items=tuple(_in_words(context, brand, incident, item) for item, incident in found[:LISTED]),
        untold=sum(item.why_not != "" for item, _ in found),
        untaken=sum(item.is_untaken for item, _ in found),
        nearly=nearly,
        strongest=strongest,
        late=late,
        longest=now - earliest if earliest else timedelta(),
        to_check=digests.to_check(session, number, since),
    )


def _concerning(
    context: Context, channel: str, brand: Brand, since: datetime, *, led: bool
) -> list[tuple[Item, Incident]]:
    """The incidents that the channel was not told of, and those that nobody looks after, the most urgent first.

    A channel that routes lead to does not hear of trouble that none of them is meant for.
    """
    rows = digests.incidents(context.session, brand.id or 0, since)
    told: dict[int, list[Written]] = {}
    for one in following.written(context.session, [row.id or 0 for row in rows], channel):
        if one.kind in TROUBLE:
            told.setdefault(one.incident_id, []).append(one)
    found = []
    for row in rows:
        why = _why_not(told.get(row.id or 0, []), context.now)
        item = _item(row, "" if why is None else why, context.now)
        if why != Reason.NO_ROUTE.words or not led:
            found.append((item, row))
    wanted = [(item, row) for item, row in found if item.why_not or item.is_untaken]
    return sorted(wanted, key=lambda one: rules.urgency(one[0]))


def _why_not(written: Sequence[Written], now: datetime) -> str | None:
    """Why a channel has not heard of an incident, in words; None when it has, or nothing is decided yet."""
    if not written or any(_is_heard(one, now) for one in written):
        return None
    last = written[-1]
    if last.state is AlertState.FAILED:
        return "the message could not be delivered"
    return Reason(last.reason if last.state is AlertState.WITHHELD else last.held).words


def _is_heard(one: Written, now: datetime) -> bool:
    if one.state is AlertState.PENDING:
        return one.held == "" or one.due_at is None or one.due_at <= now
    return one.state in (AlertState.SENDING, AlertState.SENT)


def _item(incident: Incident, why_not: str, now: datetime) -> Item:
    over_at = incident.resolved_at or incident.dismissed_at or incident.calmed_at
    ended = now if incident.state is IncidentState.OPEN or over_at is None else over_at
    return Item(
        subject="",
        severity=incident.severity,
        state=incident.state,
        lasted=ended - incident.started_at,
        why_not=why_not,
        owner=incident.owner,
        acknowledged_by=incident.acknowledged_by,
    )


def _in_words(context: Context, brand: Brand, incident: Incident, item: Item) -> Item:
    """The incident as its messages name it, with what people say."""
    session = context.session
    number = following.newest_trouble(session, incident.id or 0)
    if number is None:
        return replace(item, subject=f"[{incident.severity}] {brand.name}: {incident.sentence}")
    change, _, _ = alerts.change_with_incident(session, number)
    message = wording.message_of(session, context.settings, change, incident, brand, key=str(number))
    return replace(item, subject=message.subject, quotes=message.quotes)
