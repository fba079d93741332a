"""Tells the operator of sources in trouble, once per trouble, and again when they are well; part of the crawl job."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from monitor.alerting.shown import presentable
from monitor.clock import spoken_duration
from monitor.config import Settings
from monitor.doors import DOORS
from monitor.doors.door import REFUSAL
from monitor.facts import Message, Severity
from monitor.jobs import operator
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Alert, Source, SourceHealth
from monitor.store import doors, telling

log = get_logger(__name__)

EVERY = timedelta(minutes=1)
KEY = "sources"
"""How the keys of these messages begin; those about a channel begin with `operator`."""
LISTED = 15
_NEXT_STEPS = {
    SourceHealth.FAILING: "Open the place in a browser. If it has moved or wants a login, change the source in "
    "config.yaml; emberwatch check tells if it can be read.",
    SourceHealth.BLOCKED: "Open the place in a browser: is it still there? Ask the site for permission or for a feed, "
    "or set enabled: false for the source; its texts can also be imported from files.",
    SourceHealth.QUIET: "Open the place in a browser: has it moved, or does it show its texts in another way? "
    "It is still crawled.",
    SourceHealth.CHANGED: "Update Emberwatch if a newer version reads the new form; until then what is said there "
    "can be imported from files. It is still tried.",
    SourceHealth.SPENT: "Nothing is lost that the place still shows then. Crawl its sources less often (raise every), "
    "or allow more where the limit is yours.",
    SourceHealth.RESTING: "Nothing is lost that the place still shows then. Crawl its sources less often (raise every) "
    "if its host asks for it again and again.",
}
_DOOR_STEPS = {
    "imap": "Look whether the mailbox can be opened with the user and password of config.yaml, and its folder is "
    "there; emberwatch check tells. No mail is lost: those that came meanwhile are read when it opens.",
    "folder": "Look whether the folder is there and the monitor may read it and move files in it; "
    "emberwatch check tells. Files that lie there wait.",
}


_WHAT = {
    SourceHealth.BLOCKED: "is blocked",
    SourceHealth.QUIET: "is quiet",
    SourceHealth.CHANGED: "has changed its format",
    SourceHealth.SPENT: "has used up its quota",
    SourceHealth.RESTING: "is left alone, as its host asks",
}
_MEANINGS = {
    SourceHealth.QUIET: "it is crawled well but brings no new text, longer than its rhythm allows",
    SourceHealth.CHANGED: "it answers, but not in the form that is read here, so nothing is heard from there",
    SourceHealth.SPENT: "nothing is heard from there until it may be asked again",
    SourceHealth.RESTING: "nothing is heard from there until it may be asked again",
}


def tell_operator_of_sources(context: Context) -> Counters:
    """One message about all sources whose trouble is worth telling by now, one about all that are well again.

    The duty to tell is taken in the transaction that owes the message, so it is owed once. Without a channel that
    works nothing is taken, and the next look tries again.
    """
    session, settings, now = context.session, context.settings, context.now
    troubled, spent, well = telling.untold(session), telling.spent(session, now), telling.well_again(session)
    refused = doors.untold(session, REFUSAL)
    if not settings.channels or not (troubled or spent or well or refused):
        return Counter()
    channel = operator.channel_for(session, settings)
    if channel is None:
        log.error("sources need care and no channel can say so", sources=len(troubled), well_again=len(well))
        return Counter()
    ours = [source for source in troubled if telling.claim(session, source, now)]
    ours_spent = [source for source in spent if telling.claim_spent(session, source, now)]
    ours_refused = [(door, note.value) for door, note in refused if doors.claim(session, note, now)]
    ours_well = [source for source in well if telling.claim(session, source, None)]
    counters = Counter(
        {
            "operator told of sources": _tell(context, channel, "trouble", ours, trouble_message),
            "operator told of quotas": _tell(context, channel, "spent", ours_spent, trouble_message),
            "operator told of refused files": _tell(context, channel, "refused", ours_refused, refusal_message),
            "operator told of sources well again": _tell(context, channel, "well", ours_well, well_message),
        }
    )
    session.commit()
    return +counters


def _tell(context: Context, channel: str, what: str, about: Sequence[Any], words: Callable[..., Message]) -> int:
    if about:
        key = f"{KEY}:{what}:{context.now:%Y%m%dT%H%M%S%f}"
        operator.owe(context.session, channel, words(about, key, context.settings, context.now), context.now)
    return len(about)


def is_about_sources(alert: Alert) -> bool:
    """Whether it is one of the messages made here."""
    return alert.key.startswith(f"{KEY}:")


def not_reached(session: Session, alert: Alert) -> None:
    """The operator never got this message: what it was about is to be told again."""
    telling.forget(session, alert.created_at)
    doors.tell_again(session, alert.created_at)


def trouble_message(about: Sequence[Source], key: str, settings: Settings, now: datetime) -> Message:
    """Which sources, since when, their errors in one line each, and what to do."""
    first = about[0]
    alone = len(about) == 1
    return _message(
        key,
        about,
        subject=f"the {_noun(first)} {first.slug} {_what(first)}" if alone else f"{len(about)} sources need care",
        severity=Severity.HIGH,
        sentence=f"The {_noun(first)} {first.slug} {_what(first)}: {_meaning(first)}."
        if alone
        else f"{len(about)} sources need care: what is said there may be missed.",
        facts=_facts(first, now) if alone else _list(about, now),
        next_step=_next_step(first) if alone else "Look at each on the Sources page; all are still tried.",
        settings=settings,
        now=now,
    )


def well_message(about: Sequence[Source], key: str, settings: Settings, now: datetime) -> Message:
    """Which sources are heard again."""
    first, alone = about[0], len(about) == 1
    slugs = [source.slug for source in about[:LISTED]]
    more = f" and {len(about) - LISTED} more" if len(about) > LISTED else ""
    return _message(
        key,
        about,
        subject=f"the {_noun(first)} {first.slug} is well again" if alone else f"{len(about)} sources are well again",
        severity=Severity.WATCH,
        sentence=f"{', '.join(slugs)}{more}: crawled well, as before.",
        facts=tuple(("Told of the trouble", _moment(source.told_at, now)) for source in about[:1] if alone),
        next_step="Nothing to do. What was said meanwhile is read as far as the place still shows it.",
        settings=settings,
        now=now,
    )


def refusal_message(about: Sequence[tuple[Source, str]], key: str, settings: Settings, now: datetime) -> Message:
    """Which files were refused at which door, each with its reason in one line."""
    alone, rows = len(about) == 1, tuple((door.slug, why) for door, why in about[:LISTED])
    more = (("And", f"{len(about) - LISTED} more"),) if len(about) > LISTED else ()
    what = "a file was refused" if alone else f"{len(about)} files were refused"
    return _message(
        key,
        [door for door, _ in about],
        subject=f"{what} at the door {rows[0][0]}" if len({slug for slug, _ in rows}) == 1 else what,
        severity=Severity.HIGH,
        sentence=f"{what.capitalize()}: nothing of {'it' if alone else 'them'} was taken in.",
        facts=(*rows, *more),
        next_step="Beside each file, in the door's folder for refused ones, lies a report of what to mend. "
        "Mend it and drop it again.",
        settings=settings,
        now=now,
    )


def _message(
    key: str, about: Sequence[Source], *, subject: str, severity: Severity, sentence: str,
    facts: tuple[tuple[str, str], ...], next_step: str, settings: Settings, now: datetime,
) -> Message:  # fmt: skip
    return presentable(
        Message(
            key=key,
            thread=f"{KEY}:{about[0].slug}" if len(about) == 1 else key,
            subject=f"Emberwatch: {subject}",
            severity=severity,
            kind="operator",
            brand="Emberwatch",
            sentence=sentence,
            facts=facts,
            quotes=(),
            link=f"{settings.dashboard.link}/sources" if settings.dashboard.link else "",
            next_step=next_step,
            at=now,
        )
    )


def _noun(source: Source) -> str:
    return "door" if source.kind in DOORS else "source"


def _next_step(source: Source) -> str:
    return _DOOR_STEPS.get(source.kind) or _NEXT_STEPS[source.health]


def _what(source: Source) -> str:
    if source.health is SourceHealth.FAILING:
        return f"failed {source.failures} times in a row"
    return _WHAT[source.health]


def _meaning(source: Source) -> str:
    return _MEANINGS.get(source.health, "nothing is heard from there")


def _facts(source: Source, now: datetime) -> tuple[tuple[str, str], ...]:
    spent = source.health in (SourceHealth.SPENT, SourceHealth.RESTING)
    again = f"{source.next_try_at:%-d %b %H:%M} UTC" if spent and source.next_try_at else ""
    rows = (
        (_noun(source).capitalize(), source.slug),
        ("Kind", source.kind),
        ("Last heard" if spent else "Since", _since(source, now)),
        ("Why" if spent else "Error", source.error),
        ("Asked again", again),
    )
    return tuple((label, value) for label, value in rows if value)


def _list(about: Sequence[Source], now: datetime) -> tuple[tuple[str, str], ...]:
    rows = [(source.slug, f"{_what(source)}, since {_since(source, now)}: {source.error}") for source in about]
    more = [("And", f"{len(about) - LISTED} more")] if len(about) > LISTED else []
    return (*rows[:LISTED], *more)


def _since(source: Source, now: datetime) -> str:
    began = source.quiet_since if source.health is SourceHealth.QUIET else source.last_good_at
    return _moment(began, now) if began else "the beginning: it was never crawled well"


def _moment(moment: datetime | None, now: datetime) -> str:
    return f"{moment:%-d %b %H:%M} UTC ({spoken_duration(now - moment)} ago)" if moment else ""
