"""How a complaint, an incident and their due times look wherever they are shown."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from dashboard import parts, viewer
from dashboard.data.inbox import ComplaintRow
from dashboard.data.incidents import IncidentRow
from dashboard.data.texts import TextRow
from dashboard.words import N_, _, _h, _hn
from monitor import cases
from monitor.alerting.text import one_line
from monitor.facts import Cell, Dimension, Kind, Mark, Precision

_LATE = {
    cases.Due.ANSWER: N_("answer %(time)s late"),
    cases.Due.SOLUTION: N_("solution %(time)s late"),
    cases.Due.FOLLOW_UP: N_("follow-up %(time)s late"),
}
_DUE = {
    cases.Due.ANSWER: N_("answer due %(when)s"),
    cases.Due.SOLUTION: N_("solution due %(when)s"),
    cases.Due.FOLLOW_UP: N_("follow-up due %(when)s"),
}


def due(row: ComplaintRow, now: datetime) -> str:
    """What is owed next and when; late ones stand out. Empty when nothing is owed."""
    owed = cases.next_due(row.case) if row.case else None
    if row.case is None or owed is None:
        return ""
    late = cases.overdue(row.case, now)
    if late is not None:
        words = _LATE[owed[0]]
        return f'<span class="ew-late">{escape(_(words, time=parts.lasting(late)))}</span>'
    return escape(_(_DUE[owed[0]], when=parts.ago(owed[1], now)))


def owner(row: ComplaintRow, me: str) -> str:
    if row.case is None or not row.case.owner:
        return ""
    return f"<b>{escape(_('yours'))}</b>" if row.case.owner == me else f"<b>{parts.name(row.case.owner)}</b>"


def written(text: TextRow, now: datetime, zone: ZoneInfo) -> str:
    """Who wrote it where, when, and in which language."""
    zone = viewer.zone(zone)
    at = parts.when(text.published_at, now, zone)
    if text.precision is Precision.DAY:
        at = escape(parts.day(text.published_at.astimezone(zone).date(), now.astimezone(zone).date()))
    fans = _hn("(%(n)s follower)", "(%(n)s followers)", text.followers or 0)
    return parts.line(
        parts.stars(text.rating, text.rating_best),
        parts.kind(text.kind, text.source),
        escape(_("first purchase")) if text.first_purchase else "",
        f"{parts.name(text.author)} {fans}" if text.followers else parts.name(text.author),
        parts.language(text.language),
        at,
    )


def content(text: TextRow, *, lines: int = 0) -> str:
    """Title and text as they were written."""
    if text.deleted_at is not None:
        return deleted(text.deleted_at)
    title = f'<div class="ew-title">{parts.body(text.title, text.language, lines=2)}</div>' if text.title else ""
    return title + parts.body(text.text, text.language, lines=lines)


def brief(text: TextRow, *, lines: int) -> str:
    """The beginning of what was written."""
    if text.deleted_at is not None:
        return deleted(text.deleted_at)
    return parts.body(text.text or text.title, text.language, lines=lines)


def deleted(at: datetime) -> str:
    """What stands in the place of words that their author or their host took away."""
    local = at.astimezone(viewer.zone(ZoneInfo("UTC")))
    day, hour = parts.day(local.date(), local.date()), parts.hour(local.time())
    words = _("Deleted at the source, seen on %(day)s %(time)s %(zone)s", day=day, time=hour, zone=local.tzname())
    return f'<div class="ew-text ew-mute">{escape(words)}</div>'


def original(text: TextRow) -> str:
    """A link to where it stands; none to what was taken away there."""
    return "" if text.deleted_at is not None else parts.link(text.url, _("open the original"))


def themes(text: TextRow) -> str:
    return "".join(f"{parts.tag(one_line(theme))} " for theme in text.themes[:3])


KINDS = {
    Kind.SPIKE: N_("sudden complaints"),
    Kind.REVIEW_BOMBING: N_("review bombing"),
    Kind.RATING_DROP: N_("falling rating"),
    Kind.SLOW_BURN: N_("slow burn"),
    Kind.VOLUME: N_("more than usual"),
}


MARKS = {Mark.USEFUL: N_("useful"), Mark.NOISE: N_("noise")}
"""What people say of an alert or an incident."""


def incident_name(cell: Cell, brand: str, themes: dict[str, str], kind: Kind = Kind.SPIKE) -> str:
    """What the trouble is about, in a few words (not HTML)."""
    if kind is Kind.VOLUME:
        return _("Much is said about %(brand)s", brand=brand)
    if kind is Kind.RATING_DROP and cell.dimension is Dimension.SOURCE:
        return _("The rating of %(brand)s falls on %(source)s", brand=brand, source=cell.key)
    match cell.dimension:
        case Dimension.ALL:
            return _("Complaints about %(brand)s", brand=brand)
        case Dimension.THEME:
            theme = themes.get(cell.key, cell.key)
            return _("%(theme)s: complaints about %(brand)s", theme=theme, brand=brand)
        case Dimension.SOURCE:
            return _("Complaints on %(source)s", source=cell.key)
        case Dimension.LANGUAGE:
            return _("Complaints in %(language)s", language=parts.language(cell.key))
        case Dimension.STORY:
            return _("One story about %(brand)s that spreads", brand=brand)


def incident_head(row: IncidentRow, themes: dict[str, str], now: datetime) -> str:
    """Badges, name, evidence and times of an incident."""
    zone = viewer.zone(ZoneInfo(row.time_zone))
    state = "" if row.state == "open" else parts.badge(row.state)
    kind = parts.tag(_(KINDS[row.kind]))
    said = parts.tag(_(MARKS[row.mark]), "good" if row.mark is Mark.USEFUL else "quiet") if row.mark else ""
    opened = _h("opened %(time)s", time=parts.when(row.opened_at, now, zone))
    return (
        f'<div class="ew-line">{parts.badge(row.severity)}{kind}{state}{said}'
        f'<span class="ew-name">{escape(incident_name(row.cell, row.brand, themes, row.kind))}</span></div>'
        f'<div class="ew-sentence">{parts.english(row.sentence)}</div>'
        + parts.line(opened, *_cared_for(row, now, zone), _contained(row))
    )


def _cared_for(row: IncidentRow, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Who looks after it, and who saw it first, where that is somebody else."""
    seen = ""
    if row.acknowledged_at is not None and row.acknowledged_by != row.owner:
        who, at = f"<b>{parts.name(row.acknowledged_by)}</b>", parts.when(row.acknowledged_at, now, zone)
        seen = _h("acknowledged by %(name)s %(time)s", name=who, time=at)
    if row.owner:
        owner = f"<b>{parts.name(row.owner)}</b>"
        looks = _h("%(name)s looks after it", name=owner) if row.active else _h("%(name)s looked after it", name=owner)
        return looks, seen
    return seen, _h("nobody looks after it yet") if row.active else ""


def _contained(row: IncidentRow) -> str:
    """The time to contain, as the weekly report counts it."""
    if not row.contained_at:
        return ""
    return _h("contained in %(time)s", time=escape(parts.lasting(row.contained_at - row.opened_at)))
