"""Looks at who is told of what: routes that lead nowhere, channels that hear of nothing, hours, duty and links."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from monitor.config import Imports, Settings
from monitor.doctor.area import Area
from monitor.verdict import Verdict, ok, warning
from monitor.web import LOOPBACK, is_here

_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # listened at, and nobody can be sent there  # nosec B104


def examine(settings: Settings) -> Iterator[Verdict]:
    """What would surprise whoever waits for a message, or gets one."""
    yield from _is_heard(settings)
    yield from _of_brands(settings)
    yield from _of_routes(settings)
    yield from _of_channels(settings)
    yield from _of_others(settings)
    yield from _zones(settings)
    yield from _links(settings)


def _warning(subject: str, found: str, remedy: str) -> Verdict:
    return warning(Area.CONFIG, subject, found, remedy)


def _able(settings: Settings) -> list[Any]:
    return [channel for channel in settings.channels if channel.enabled]


def _off(settings: Settings, asked: Iterable[str]) -> list[str]:
    """Those of the channels that are switched off, each once."""
    return [slug for slug in dict.fromkeys(asked) if not settings.channel(slug).enabled]


def _is_heard(settings: Settings) -> Iterator[Verdict]:
    able = _able(settings)
    if not able:
        yield _warning("channels", "none is on: nobody hears of anything", "switch a channel on")
    elif all(channel.type == "console" for channel in able):
        found = "alerts go only to the terminal in which `emberwatch run` runs"
        yield _warning("channels", found, "add a channel of type slack or email to be told elsewhere")


def _of_brands(settings: Settings) -> Iterator[Verdict]:
    """Brands that no route leads from, which is easily forgotten when a brand is added."""
    able = {channel.id for channel in _able(settings)}
    led = [route.brands for route in settings.routes if able.intersection(route.channels)]
    for brand in settings.ours if settings.routes and able else ():
        if not any(not brands or brand.id in brands for brands in led):
            found = "no route leads from it to a channel that is on: nobody is told of its incidents"
            yield _warning(f"telling of {brand.id}", found, "add it to the brands of a route, or a route of its own")


def _of_routes(settings: Settings) -> Iterator[Verdict]:
    themes = [theme.id for theme in settings.themes]
    places = [place.id for place in (*settings.sources, *settings.doors)]
    others = [brand.id for brand in settings.brands if brand.competitor]
    for number, route in enumerate(settings.routes, 1):
        subject = f"route {number}"
        if route.brands and all(slug in others for slug in route.brands):
            found = f"{_listed(route.brands)} {'is a competitor' if len(route.brands) == 1 else 'are competitors'}: "
            yield _warning(subject, f"{found}nobody is ever told of them", "name a brand of yours, or drop the route")
        for name, asked, known in (("theme", route.themes, themes), ("source", route.sources, places)):
            unknown = [slug for slug in asked if slug not in known and not _is_import(settings, slug)]
            if unknown:
                found = f"there is no {name} {_listed(unknown)}: nothing is ever told for it"
                yield _warning(subject, found, f"write one of {', '.join(known) or 'those that you add'}")
        for step in route.escalate:
            if off := _off(settings, step.channels):
                found = f"it calls {_listed(off)} when nobody acknowledges, but {_be(off)} switched off"
                yield _warning(subject, found, f"set enabled: true for {_listed(off)}, or name another channel")


def _is_import(settings: Settings, slug: str) -> bool:
    return any(Imports.is_of(brand.id, slug) for brand in settings.brands)


def _of_channels(settings: Settings) -> Iterator[Verdict]:
    """Channels that are on, and that nothing leads to."""
    asked = {slug for route in settings.routes for slug in route.channels}
    asked |= {slug for route in settings.routes for step in route.escalate for slug in step.channels}
    asked |= {*settings.digest.channels, *settings.report.channels, settings.operator_channel or ""}
    asked |= {*settings.report.together_channels}
    asked |= {slug for brand in settings.brands for slug in brand.report_channels or ()}
    asked |= set(_of_overdue(settings))
    for channel in _able(settings) if settings.routes else ():
        if channel.id not in asked:
            found = "no route, step, digest, report or service policy names it: it hears of nothing"
            yield _warning(f"hearing of {channel.id}", found, "name it in a route, or set enabled: false")


def _of_others(settings: Settings) -> Iterator[Verdict]:
    """What is not told along routes and was meant for channels that are switched off."""
    brands = [slug for brand in settings.brands for slug in brand.report_channels or ()]
    for subject, asked in (
        ("digest", settings.digest.channels),
        ("report", (*settings.report.channels, *settings.report.together_channels, *brands)),
        ("telling of overdue cases", _of_overdue(settings)),
    ):
        if off := _off(settings, asked):
            found = f"it is meant for {_listed(off)}, but {_be(off)} switched off"
            yield _warning(subject, found, f"set enabled: true for {_listed(off)}, or name another channel")
    report = settings.report
    if report.together_channels and not (report.together and len(settings.brands) > 1):
        found = "no report of all brands is made: there is one brand, or report.together is off"
        yield _warning("report of all brands", found, "name a second brand or a competitor, or drop together_channels")
    operator = settings.operator_channel
    if operator and _off(settings, [operator]) and _able(settings):
        found = f"{operator} is switched off: another channel hears of the monitor's own troubles"
        yield _warning("operator_channel", found, "name a channel that is on")


def _of_overdue(settings: Settings) -> tuple[str, ...]:
    return settings.service.escalate.channels if settings.service.escalate else ()


def _zones(settings: Settings) -> Iterator[Verdict]:
    """Hours that were written without a time zone, where people live by another clock than UTC."""
    zones = list(dict.fromkeys(brand.time_zone for brand in settings.brands))
    if "UTC" in zones:
        return
    for channel in _able(settings):
        if (channel.quiet or channel.on_call) and "time_zone" not in channel.model_fields_set:
            found = f"its hours are in UTC, but {_listed(zones)} is the time of the brands"
            yield _warning(f"hours of {channel.id}", found, f"set its time_zone, to {zones[0]} or to UTC")
    if settings.digest.channels and "time_zone" not in settings.digest.model_fields_set:
        found = f"it is sent at {settings.digest.hour}:00 UTC, but {_listed(zones)} is the time of the brands"
        yield _warning("hour of the digest", found, f"set digest.time_zone, to {zones[0]} or to UTC")


def _links(settings: Settings) -> Iterator[Verdict]:
    """Whether readers of alerts reach the pages that the links in them lead to."""
    away = [channel.id for channel in _able(settings) if not _stays_here(channel)]
    if away and is_here(settings.dashboard.link):
        found = f"they lead to {settings.dashboard.link}, which readers on other machines do not reach"
        remedy = f"set dashboard.url to the address by which the readers of {_listed(away)} reach it"
        yield _warning("links to the dashboard", found, remedy)
    if settings.has_action_pages:
        yield _acting(settings.reception.link, away)


def _acting(link: str, away: Collection[str]) -> Verdict:
    subject, leads = "links in alerts", f"they lead to {link}/act/"
    if (away and is_here(link)) or urlsplit(link).hostname in _EVERY_ADDRESS:
        remedy = "set reception.url to the https address of your proxy before it, or reception.actions: false"
        have = f"; {_listed(away)} {'has' if len(away) == 1 else 'have'} such readers" if away else ""
        return _warning(subject, f"{leads}, which readers on other machines do not reach{have}", remedy)
    if not link.startswith("https:") and not is_here(link):
        remedy = "put a proxy with TLS before the reception, and set reception.url to its https address"
        return _warning(subject, f"{leads} unencrypted: who listens may act in their place", remedy)
    return ok(Area.CONFIG, subject, leads)


def _stays_here(channel: Any) -> bool:
    """Whether a channel hands its messages to something on this machine."""
    if channel.type == "console":
        return True
    host, url = getattr(channel, "host", ""), getattr(channel, "url", "")
    return host in LOOPBACK or is_here(url.get_secret_value() if isinstance(url, SecretStr) else url)


def _listed(slugs: Iterable[str]) -> str:
    *first, last = slugs
    return f"{', '.join(first)} and {last}" if first else last


def _be(slugs: Collection[str]) -> str:
    return "it is" if len(slugs) == 1 else "they are"
