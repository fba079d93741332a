"""The command that keeps some trouble quiet for a while, lists what is kept quiet, and ends it."""

import getpass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text
from sqlmodel import Session

from monitor.alerting.text import one_line
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, opened, out, set_up_log, show
from monitor.clock import parse_duration, spoken_duration, utcnow
from monitor.config import Settings
from monitor.errors import ConfigError, MonitorError
from monitor.facts import LARGEST_NUMBER, Person, Role, Severity, Way
from monitor.models import Silence
from monitor.store.database import session_of

By = Annotated[str, typer.Option(metavar="NAME", help="Who you are; your login name when absent.")]
_SCOPES = ("brand", "location", "theme", "source", "language")


@app.command()
def silence(
    config: ConfigFile = CONFIG,
    brand: Annotated[str, typer.Option(help="Its id in the config.")] = "",
    location: Annotated[str, typer.Option(help="The id of a place of the brand.")] = "",
    theme: Annotated[str, typer.Option(help="Its id.")] = "",
    source: Annotated[str, typer.Option(help="Its id in the config.")] = "",
    language: Annotated[str, typer.Option(help="Its code, such as ur or ur-Latn.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="All trouble of all brands.")] = False,
    lasts: Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 2h, 1d …")] = "",
    until: Annotated[
        str,
        typer.Option(metavar="TIME", help="In the place of --for: 18:00, or 2026-03-02T18:00; in the brand's zone."),
    ] = "",
    reason: Annotated[str, typer.Option(help="Why; whoever was not told will read it.")] = "",
    also_critical: Annotated[
        bool, typer.Option("--also-critical", help="Keep quiet what is critical as well.")
    ] = False,
    by: By = "",
    end: Annotated[int, typer.Option(metavar="ID", help="End this one now: what it holds back is told.")] = 0,
    past: Annotated[bool, typer.Option("--list", help="Those that are over as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep some trouble quiet for a while; without options, list what is kept quiet now."""
    from monitor.jobs import answer

    set_up_log()
    now = utcnow()
    scope = dict(zip(_SCOPES, (brand, location, theme, source, language), strict=True))
    with opened(config) as (settings, engine), session_of(engine) as session:
        if end:
            number = _number(end)
            show(_plain(answer.end_silence(session, number, acting(by), now)), as_json)
        elif lasts or until or reason or everything or any(scope.values()):
            _check(scope, everything=everything, lasts=lasts, until=until, reason=reason)
            made = answer.silence(
                session,
                settings,
                **scope,
                up_to=Severity.CRITICAL if also_critical else Severity.HIGH,
                ends_at=_end(lasts, until, zone_of(settings, brand), now),
                reason=reason,
                actor=acting(by),
                now=now,
            )
            show(_plain(made), as_json)
        else:
            _list(session, now, past=past, as_json=as_json)


def acting(by: str) -> Person:
    """Who acts on this terminal: whoever reaches the database may do everything."""
    return Person(name(by), Role.ADMIN, Way.TERMINAL)


def name(by: str) -> str:
    """Who acts: the given name, else the login name; "" when this machine has none."""
    try:
        return by or getpass.getuser()
    except (OSError, KeyError):  # a user id without an entry, as in some containers
        return ""


def _check(scope: dict[str, str], *, everything: bool, lasts: str, until: str, reason: str) -> None:
    if everything == any(scope.values()):
        told = ", ".join(f"--{one}" for one in _SCOPES)
        raise ConfigError(f"{told}: say what is to be quiet by any of them, or by --everything alone")
    if bool(lasts) == bool(until):
        raise ConfigError("--for, --until: say how long it is to be quiet: --for 2h, or --until 18:00")
    if not reason.strip():
        raise ConfigError("--reason: say why it is to be quiet; whoever was not told will read it")


def _number(asked: int) -> int:
    if not 0 < asked <= LARGEST_NUMBER:  # no database has it, nor can be asked for it
        raise MonitorError(f"there is no silence {asked}")
    return asked


def zone_of(settings: Settings, brand: str) -> tzinfo:
    """The brand's; of several brands that live by the same clock, theirs; else UTC."""
    zones = {one.time_zone for one in settings.brands if brand in ("", one.id)}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else UTC


def _end(lasts: str, until: str, zone: tzinfo, now: datetime) -> datetime:
    try:
        if lasts:
            return now + parse_duration(lasts)
        return _next(until, zone, now) if len(until) <= len("18:00") else _aware(datetime.fromisoformat(until), zone)
    except (ValueError, OverflowError) as error:
        option = "--for" if lasts else "--until"
        raise ConfigError(f"{option}: {error}") from error


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _next(written: str, zone: tzinfo, now: datetime) -> datetime:
    """The next time that a clock of the zone shows so."""
    hour, _, minute = written.partition(":")
    local = now.astimezone(zone)
    then = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return (then if then > local else then + timedelta(days=1)).astimezone(UTC)


def _list(session: Session, now: datetime, *, past: bool, as_json: bool) -> None:
    from monitor.store import silences

    found = silences.listed(session) if past else silences.active(session, now)
    if as_json:
        show({"silences": [_plain(one) for one in found]}, as_json)
        return
    for one in found:
        out.print(Text(_line(one, now)), soft_wrap=True)
    if not found:
        out.print("nothing is kept quiet")


def _plain(silence: Silence) -> dict[str, Any]:
    return {
        "id": silence.id,
        **{one: getattr(silence, one) for one in _SCOPES if getattr(silence, one)},
        "up_to": silence.up_to.value,
        "starts_at": silence.starts_at.isoformat(timespec="seconds"),
        "ends_at": silence.ends_at.isoformat(timespec="seconds"),
        "reason": one_line(silence.reason),
        "by": one_line(silence.actor),
        **({"ended_by": one_line(silence.ended_by)} if silence.ended_by else {}),
    }


def _line(silence: Silence, now: datetime) -> str:
    scope = ", ".join(f"{one} {one_line(getattr(silence, one))}" for one in _SCOPES if getattr(silence, one))
    left = f"{spoken_duration(silence.ends_at - now)} more" if silence.ends_at > now else "over"
    ended = f", ended by {one_line(silence.ended_by)}" if silence.ended_by else ""
    return (
        f"{silence.id}  {scope or 'everything'}, up to {silence.up_to}; {left}, until {silence.ends_at:%Y-%m-%d %H:%M} "
        f"UTC{ended}; by {one_line(silence.actor)}: {one_line(silence.reason)}"
    )
