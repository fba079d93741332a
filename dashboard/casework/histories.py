"""Who did what to a case, in plain words, oldest first."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from dashboard import parts
from dashboard.data import opening
from dashboard.data.casefile import EventRow
from dashboard.words import N_, _, _h

_SAID = {
    "opened": N_("%(who)s opened it"),
    "took": N_("%(who)s took it"),
    "assigned": N_("%(who)s gave it to %(to)s"),
    "released": N_("%(who)s gave it back"),
    "noted": N_("%(who)s noted"),
    "answered": N_("%(who)s answered"),
    "waits": N_("%(who)s waits for the customer"),
    "solved": N_("%(who)s solved it"),
    "dismissed": N_("%(who)s dismissed it"),
    "reopened": N_("%(who)s reopened it"),
    "followed up": N_("%(who)s followed up"),
    "found the answer": N_("%(who)s found the answer in public"),
    "heard again": N_("%(who)s heard from the customer again"),
    "severer": N_("%(who)s saw that it got worse"),
    "escalated": N_("%(who)s told a manager that it is overdue"),
    "asked to post": N_("%(who)s asked to post the answer"),
    "took back the post": N_("%(who)s took the answer back before it went out"),
    "could not post": N_("%(who)s could not post the answer"),
    "did not post": N_("%(who)s did not post the answer"),
}
_GOOD = frozenset({"answered", "solved", "found the answer"})
_HOT = frozenset({"severer", "escalated", "could not post", "did not post"})


def steps(events: Iterable[EventRow], zone: ZoneInfo) -> str:
    """The history as HTML."""
    items = "".join(_step(event, zone) for event in events)
    return f'{parts.heading(_("History"))}<div class="ew-card"><div class="ew-steps">{items}</div></div>'


def _step(event: EventRow, zone: ZoneInfo) -> str:
    who = f"<b>{parts.name(event.actor) if event.actor else 'Emberwatch'}</b>"
    to = f"<b>{parts.name(event.note)}</b>"
    known = _SAID.get(event.action)
    words = _h(known, who=who, to=to) if known else _h("%(who)s: %(what)s", who=who, what=parts.name(event.action))
    note = "" if event.action == "assigned" or not event.note else _note(event)
    tone = "ew-good" if event.action in _GOOD else "ew-hot" if event.action in _HOT else ""
    when = parts.when(event.at, opening.now(), zone)
    return f'<div class="ew-step {tone}">{words} <small>{when}</small>{note}</div>'


def _note(event: EventRow) -> str:
    """What a person wrote, or what the rules say, which is English."""
    words = parts.body(event.note, "") if event.actor else parts.english(event.note)
    return f'<div class="ew-said">{words}</div>'
