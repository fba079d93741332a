"""How a complaint, an incident and their due times look wherever they are shown."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from dashboard import parts
from dashboard.data.inbox import ComplaintRow
from dashboard.data.incidents import IncidentRow
from dashboard.data.texts import TextRow
from monitor import cases
from monitor.clock import spoken_duration
from monitor.facts import Cell, Dimension, Kind, Mark, Precision


def due(row: ComplaintRow, now: datetime) -> str:
    """What is owed next and when; late ones stand out. Empty when nothing is owed."""
    owed = cases.next_due(row.case) if row.case else None
    if row.case is None or owed is None:
        return ""
    late = cases.overdue(row.case, now)
    if late is not None:
        return f'<span class="ew-late">{owed[0].value} {spoken_duration(late)} late</span>'
    return f"{owed[0].value} due {parts.ago(owed[1], now)}"


def owner(row: ComplaintRow, me: str) -> str:
    if row.case is None or not row.case.owner:
        return ""
    return "<b>yours</b>" if row.case.owner == me else f"<b>{parts.name(row.case.owner)}</b>"


def written(text: TextRow, now: datetime, zone: ZoneInfo) -> str:
    """Who wrote it where, when, and in which language."""
    at = parts.when(text.published_at, now, zone)
    if text.precision is Precision.DAY:
        local = text.published_at.astimezone(zone)
        at = f"{local:%a} {local.day} {local:%b}"
    fans = f" ({text.followers:,} followers)" if text.followers else ""
    return parts.line(
        parts.stars(text.rating, text.rating_best),
        parts.kind(text.kind, text.source),
        "first purchase" if text.first_purchase else "",
        parts.name(text.author) + fans,
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
    return f'<div class="ew-text ew-mute">Deleted at the source, seen on {at:%-d %b %H:%M} UTC</div>'


def original(text: TextRow) -> str:
    """A link to where it stands; none to what was taken away there."""
    return "" if text.deleted_at is not None else parts.link(text.url, "open the original")


def themes(text: TextRow) -> str:
    return "".join(f"{parts.tag(theme)} " for theme in text.themes[:3])


KINDS = {
    Kind.SPIKE: "sudden complaints",
    Kind.REVIEW_BOMBING: "review bombing",
    Kind.RATING_DROP: "falling rating",
    Kind.SLOW_BURN: "slow burn",
    Kind.VOLUME: "more than usual",
}


def incident_name(cell: Cell, brand: str, themes: dict[str, str], kind: Kind = Kind.SPIKE) -> str:
    """What the trouble is about, in a few words (not HTML)."""
    if kind is Kind.VOLUME:
        return f"Much is said about {brand}"
    if kind is Kind.RATING_DROP and cell.dimension is Dimension.SOURCE:
        return f"The rating of {brand} falls on {cell.key}"
    names = {
        Dimension.ALL: f"Complaints about {brand}",
        Dimension.THEME: f"{themes.get(cell.key, cell.key)}: complaints about {brand}",
        Dimension.SOURCE: f"Complaints on {cell.key}",
        Dimension.LANGUAGE: f"Complaints in {parts.language(cell.key)}",
        Dimension.STORY: f"One story about {brand} that spreads",
    }
    return names[cell.dimension]


def incident_head(row: IncidentRow, themes: dict[str, str], now: datetime) -> str:
    """Badges, name, evidence and times of an incident."""
    zone = ZoneInfo(row.time_zone)
    state = "" if row.state == "open" else parts.badge(row.state)
    kind = parts.tag(KINDS[row.kind])
    said = parts.tag(row.mark.value, "good" if row.mark is Mark.USEFUL else "quiet") if row.mark else ""
    return (
        f'<div class="ew-line">{parts.badge(row.severity)}{kind}{state}{said}'
        f'<span class="ew-name">{escape(incident_name(row.cell, row.brand, themes, row.kind))}</span></div>'
        f'<div class="ew-sentence" dir="auto">{parts.said(row.sentence)}</div>'
        + parts.line(f"opened {parts.when(row.opened_at, now, zone)}", *_cared_for(row, now, zone), _contained(row))
    )


def _cared_for(row: IncidentRow, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Who looks after it, and who saw it first, where that is somebody else."""
    seen = ""
    if row.acknowledged_at is not None and row.acknowledged_by != row.owner:
        at = parts.when(row.acknowledged_at, now, zone)
        seen = f"acknowledged by <b>{parts.name(row.acknowledged_by)}</b> {at}"
    if row.owner:
        return f"<b>{parts.name(row.owner)}</b> {'looks' if row.active else 'looked'} after it", seen
    return seen, "nobody looks after it yet" if row.active else ""


def _contained(row: IncidentRow) -> str:
    """The time to contain, as the weekly report counts it."""
    return f"contained in {spoken_duration(row.contained_at - row.opened_at)}" if row.contained_at else ""
