"""The command that explains an incident: what it is, what was decided about it, and who was told of what and why."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from monitor.alerting.text import one_line
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, opened, out
from monitor.cli.why import Call, Outcome, Word, moment, to_come, word_of
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.detection.spread import in_words
from monitor.errors import ConfigError, MonitorError
from monitor.facts import LARGEST_NUMBER, Dimension
from monitor.models import Alert, Finding, HeldFinding, IncidentChange
from monitor.store import spreads
from monitor.store.database import session_of
from monitor.store.explaining import Dossier, Named, dossier, newest

_UNDECIDED = "nobody has decided about it yet: `emberwatch run` does, or `emberwatch alert`"
_UNKNOWN = "the channel was not in the config when it was decided"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an incident, the finding behind it, and what each channel was told of it."""

    at: datetime
    kind: str
    severity: str
    sentence: str
    actor: str
    finding: dict[str, Any] | None
    channels: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """All that there is to say of an incident."""

    incident: int
    brand: str
    about: str
    kind: str
    severity: str
    state: str
    why: str
    sentence: str
    spread: str
    times: dict[str, datetime]
    people: tuple[str, ...]
    steps: tuple[Step, ...]
    to_come: tuple[Call, ...]
    nearly: tuple[str, ...]


@app.command()
def explain(
    incident: Annotated[int, typer.Argument(help="The number of the incident, as messages and the dashboard have it.")],
    config: ConfigFile = CONFIG,
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", help="Only why this channel was told, waits or was not told.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Explain an incident: what it is, what happened to it, and for each channel why it was told or not."""
    now = utcnow()
    with opened(config) as (settings, engine), session_of(engine) as session:
        known = dossier(session, incident) if 0 < incident <= LARGEST_NUMBER else None  # larger: no column holds it
        if known is None:
            raise MonitorError(_none_such(incident, newest(session)))
        if channel:
            _check_channel(channel, settings, known)
        found, zone = explained(known, settings, now, channel), ZoneInfo(known.brand.time_zone)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=_plain))
        return
    for line in _briefly(found, channel, zone) if channel else _in_full(found, zone):
        out.print(Text(line), soft_wrap=True)


def explained(known: Dossier, settings: Settings, now: datetime, channel: str = "") -> Explained:
    """What the rows of an incident come to, for one channel or for all of them."""
    incident = known.incident
    spread = spreads.read(incident.spread)
    return Explained(
        incident=incident.id or 0,
        brand=known.brand.slug,
        about=_cell(incident.dimension, incident.key),
        kind=incident.kind.value,
        severity=incident.severity.value,
        state=incident.state.value,
        why=one_line(incident.why),
        sentence=one_line(incident.sentence),
        spread=in_words(spread) if spread else "",
        times=_times(known),
        people=tuple(_people(known)),
        steps=tuple(_step(change, known, settings, now, channel) for change in known.changes),
        to_come=tuple(one for one in to_come(known, settings.routes, now) if channel in ("", one.channel)),
        nearly=tuple(_nearly(one) for one in known.missed),
    )


def _cell(dimension: Dimension, key: str) -> str:
    return "the whole brand" if dimension is Dimension.ALL else f"{dimension} {one_line(key)}"


def _times(known: Dossier) -> dict[str, datetime]:
    incident = known.incident
    times = {
        "started": incident.started_at,
        "opened": incident.opened_at,
        "last finding": incident.last_finding_at,
        "acknowledged": incident.acknowledged_at,
        "calmed": incident.calmed_at,
        "over": incident.resolved_at,
        "dismissed": incident.dismissed_at,
    }
    return {name: at for name, at in times.items() if at is not None}


def _people(known: Dossier) -> Iterator[str]:
    incident = known.incident
    if incident.acknowledged_at is not None:
        yield f"acknowledged by {one_line(incident.acknowledged_by) or 'somebody'}"
    yield f"{one_line(incident.owner)} looks after it" if incident.owner else "nobody looks after it"
    if incident.dismissed_at is not None:
        yield f"dismissed: {one_line(incident.dismissed_reason)}"
    said = [(one.mark.value, one.actor, one.channel) for one in known.marks]
    if not said and incident.mark is not None:
        said = [(incident.mark.value, incident.marked_by, "")]
    for mark, actor, channel in said:
        yield f"marked {mark} by {one_line(actor)}{f', of the message to {channel}' if channel else ''}"


def _step(change: IncidentChange, known: Dossier, settings: Settings, now: datetime, channel: str) -> Step:
    finding = known.findings.get(change.finding_id or 0)
    words = _words(change, known, settings, now)
    return Step(
        at=change.at,
        kind=change.kind.value,
        severity=change.severity.value,
        sentence=one_line(change.sentence),
        actor=one_line(change.actor),
        finding=_figures(finding) if finding else None,
        channels=tuple(one for one in words if channel in ("", one.channel)),
    )


def _figures(finding: Finding) -> dict[str, Any]:
    return {
        "detector": finding.detector,
        "about": _cell(finding.dimension, finding.key),
        "seen": round(finding.seen, 1),
        "expected": round(finding.expected, 1),
        "strength": round(finding.strength, 1),
        "authors": finding.authors,
        "sources": list(finding.evidence.get("sources", ())),
    }


def _words(change: IncidentChange, known: Dossier, settings: Settings, now: datetime) -> Iterator[Word]:
    """In the order of the config, then those of channels that are gone."""
    mine: dict[str, list[Alert]] = {channel.id: [] for channel in settings.channels}
    for alert in known.alerts:
        if alert.change_id == change.id:
            mine.setdefault(alert.channel, []).append(alert)
    for channel, alerts in mine.items():
        for alert in alerts:
            yield word_of(alert, known, settings.routes, now)
        if not alerts:
            waits = change.routed_at is None
            yield Word(channel, Outcome.WAITS if waits else Outcome.NOT_TOLD, _UNDECIDED if waits else _UNKNOWN)


def _nearly(held: HeldFinding) -> str:
    looks = f"{held.looks} {'look' if held.looks == 1 else 'looks'}"
    reason = held.reason.value.replace("_", " ")
    return f"{held.last_at:%Y-%m-%d %H:%M} UTC, {held.detector}, {looks}, held ({reason}): {one_line(held.sentence)}"


def _in_full(found: Explained, zone: ZoneInfo) -> Iterator[str]:
    yield f"Incident {found.incident}: {found.brand}, {found.about}; {found.severity}, {found.kind}, {found.state}"
    yield f"  {found.sentence}"
    for label, words in (("Why", found.why), ("Where it goes", found.spread)):
        if words:
            yield f"  {label}: {words}"
    yield "  " + "; ".join(f"{name} {moment(at, zone)}" for name, at in found.times.items())
    yield "  " + "; ".join(found.people)
    for step in found.steps:
        yield ""
        yield from _step_lines(step, zone)
    if routes := {word.route: word.asks for step in found.steps for word in step.channels if word.route}:
        yield ""
        yield from (f"Route {number}: {asks}" for number, asks in sorted(routes.items()))
    if found.to_come:
        yield ""
        yield from (f"  {call.sentence(zone)}" for call in found.to_come)
    if found.nearly:
        yield ""
        yield "Nearly raised, of the same"
        yield from (f"  {line}" for line in found.nearly)


def _step_lines(step: Step, zone: ZoneInfo) -> Iterator[str]:
    by = f" by {step.actor}" if step.actor else ""
    yield f"{moment(step.at, zone)}  {step.kind}{by}, {step.severity}: {step.sentence}"
    if step.finding:
        figures = step.finding
        yield (
            f"  found by {figures['detector']} in {figures['about']}: {figures['seen']} seen, {figures['expected']} "
            f"expected, strength {figures['strength']}, {figures['authors']} authors, {', '.join(figures['sources'])}"
        )
    width = max((len(word.channel) for word in step.channels), default=0)
    for word in step.channels:
        yield f"  {word.channel:<{width}}  {'! ' if word.calls else ''}{word.sentence(zone, asks=False)}"


def _briefly(found: Explained, channel: str, zone: ZoneInfo) -> Iterator[str]:
    """One sentence for each change, or call, about one channel."""
    yield f"Incident {found.incident}, {found.brand}, {found.severity}: {channel}"
    for step in found.steps:
        for word in step.channels:
            yield f"  {step.kind} at {moment(step.at, zone)}: {word.sentence(zone)}"
    yield from (f"  {call.sentence(zone)}" for call in found.to_come)


def _check_channel(channel: str, settings: Settings, known: Dossier) -> None:
    ids = [one.id for one in settings.channels]
    ids += sorted({alert.channel for alert in known.alerts} - set(ids))
    if channel not in ids:
        raise ConfigError(f"--channel: there is no channel {channel!r}; there are {', '.join(ids)}")


def _none_such(incident: int, there: list[Named]) -> str:
    if not there:
        return f"there is no incident {incident}; nothing has been found so far"
    lines = [f"  {one.id}  {one.severity}, {one_line(one.brand)}: {one_line(one.sentence)}" for one in there]
    return "\n".join([f"there is no incident {incident}; the newest are", *lines])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)
