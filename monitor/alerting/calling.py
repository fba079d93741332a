"""Puts into words that nobody has acknowledged an incident: for those called besides, and as a reminder."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerting.following import Call, Notice, Standing
from monitor.alerting.reasons import Reason
from monitor.alerting.shown import presentable
from monitor.clock import spoken_duration
from monitor.facts import Message

_FIRST = "Acknowledge it, so that nobody else is called."


def reworded(message: Message, call: Call, zone: ZoneInfo, now: datetime) -> Message:
    """The message of the trouble as it stands, told because nobody has acknowledged it; times are told in `zone`."""
    escalated = call.reason is Reason.ESCALATED
    lasted = spoken_duration(now - call.since)
    if call.lost:
        news = f"{_listed(_unreached(call.told))} could not be reached"
    elif escalated:
        news = f"nobody has acknowledged it for {lasted}"
    else:
        news = f"it goes on, and nobody has acknowledged it for {lasted}"
    head, colon, measured = message.subject.rpartition(": ")
    return presentable(
        replace(
            message,
            key=call.key,
            kind="escalated" if escalated else "reminder",
            subject=f"{head}: {news}: {measured}" if colon else f"{message.subject}: {news}",
            sentence=f"{_sentence(call, zone, now)} {message.sentence}",
            facts=(*message.facts, ("Told before", "; ".join(_told(call.told, zone, now)))),
            next_step=f"{_FIRST} {message.next_step}",
            at=now.astimezone(zone),
        )
    )


def _sentence(call: Call, zone: ZoneInfo, now: datetime) -> str:
    told = _upper("; ".join(_told(call.told, zone, now)))
    if call.lost:
        return f"{told}: so you are told."
    if call.reason is Reason.REMINDER:
        return f"It goes on, and nobody has acknowledged it. {told}."
    return f"Nobody has acknowledged it. {told}."


def _told(notices: Iterable[Notice], zone: ZoneInfo, now: datetime) -> list[str]:
    """What became of each message that went out before, those with one fate together."""
    fates: dict[str, list[str]] = {}
    for one in notices:
        names = fates.setdefault(_fate(one, zone, now), [])
        if one.channel not in names:
            names.append(one.channel)
    return [f"{_listed(names)} {fate}" for fate, names in fates.items()]


def _fate(notice: Notice, zone: ZoneInfo, now: datetime) -> str:
    local = notice.at.astimezone(zone)
    at = f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%H:%M on %-d %b}"
    return {
        Standing.SENT: f"heard of it at {at}",
        Standing.OWED: f"could not be reached yet, since {at}",
        Standing.HELD: f"hears of it at {at}",
        Standing.LOST: "could not be reached",
        Standing.WITHHELD: "was not told",
    }[notice.standing]


def _unreached(notices: Iterable[Notice]) -> list[str]:
    return list(dict.fromkeys(one.channel for one in notices if one.standing is Standing.LOST))


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
