"""Why there is an incident, in plain sentences: its subject, how it began, the story told, and who carried it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard import parts
from dashboard.data.cause import Cause, cause
from dashboard.data.incidents import IncidentRow
from dashboard.words import N_, _, _h, _hn
from monitor.facts import ChangeKind

_CHANGES = {
    ChangeKind.OPENED: N_("opened"),
    ChangeKind.WORSENED: N_("worsened"),
    ChangeKind.CALMED: N_("calmed"),
    ChangeKind.RESOLVED: N_("resolved"),
    ChangeKind.DISMISSED: N_("dismissed"),
    ChangeKind.ACKNOWLEDGED: N_("acknowledged"),
    ChangeKind.OWNED: N_("owned"),
}


def change(kind: ChangeKind) -> str:
    """What happened to an incident, in a word (not HTML)."""
    return _(_CHANGES[kind])


def line(row: IncidentRow, now: datetime, zone: ZoneInfo) -> str:
    """The cause in one paragraph (HTML); "" where nothing is known but the count."""
    found = cause(row)
    told = (_about(found), _began(found, now, zone), _told(found), _carried(found))
    words = " ".join(one for one in told if one)
    return f'<div class="ew-sentence ew-cause"><b>{_h("The cause:")}</b> {words}</div>' if words else ""


def owner(row: IncidentRow) -> str:
    """Who looks after it (HTML)."""
    who = f"<b>{parts.name(row.owner)}</b>" if row.owner else ""
    if not who:
        who = f'<b class="ew-late">{_h("nobody yet")}</b>' if row.active else _h("nobody")
    return f'<div class="ew-sentence"><b>{_h("The owner:")}</b> {who}</div>'


def _about(found: Cause) -> str:
    if not found.theme:
        return ""
    if found.share <= 0:
        return _h("It is about %(theme)s.", theme=parts.name(found.theme))
    share = parts.percent(found.share)
    return _h("It is about %(theme)s: %(share)s of what is said.", theme=parts.name(found.theme), share=share)


def _began(found: Cause, now: datetime, zone: ZoneInfo) -> str:
    if found.first is None:
        return ""
    return _h(
        "It began %(when)s: %(where)s, by %(author)s.",
        when=parts.when(found.first.published_at, now, zone),
        where=parts.kind(found.first.kind, found.first.source),
        author=parts.name(found.first.author),
    )


def _told(found: Cause) -> str:
    if not found.copies:
        return ""
    return _hn("%(n)s text tells one story.", "%(n)s texts tell one and the same story.", found.copies)


def _carried(found: Cause) -> str:
    if found.carrier is None:
        return ""
    one, text = found.carrier
    values = {
        "author": f"<b>{parts.name(text.author)}</b>",
        "followers": parts.number(one.followers),
        "n": parts.number(one.followed_by),
    }
    if one.followers and one.followed_by:
        return _h("%(author)s with %(followers)s followers carried it: %(n)s more spoke in the hour after.", **values)
    if one.followers:
        return _h("%(author)s with %(followers)s followers carried it.", **values)
    return _h("%(author)s carried it: %(n)s more spoke in the hour after.", **values)
