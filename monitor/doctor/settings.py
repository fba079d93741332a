"""Looks at a config that is valid for what it leaves out."""

from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from monitor.config import BrandOptions, Settings
from monitor.doctor.area import Area
from monitor.verdict import Verdict, ok, warning
from monitor.web import LOOPBACK, is_here


def examine(settings: Settings) -> Iterator[Verdict]:
    """What is watched, and what an operator forgets easily."""
    counts = {
        "brand": len(settings.brands),
        "source": len(settings.sources),
        "theme": len(settings.themes),
        "channel": len(settings.channels),
    }
    told = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for name, number in counts.items())
    yield ok(Area.CONFIG, "config", f"valid: {told}")
    yield from _contact(settings)
    for brand in settings.brands:
        yield from _is_watched(settings, brand)
    yield from _is_heard(settings)
    yield from _is_reached(settings)


def _contact(settings: Settings) -> Iterator[Verdict]:
    if settings.sources and not settings.crawling.contact.strip():
        remedy = "set crawling.contact to an address that you read: site owners find it in our requests"
        yield warning(Area.CONFIG, "contact", "site owners cannot turn to anyone", remedy)


def _is_watched(settings: Settings, brand: BrandOptions) -> Iterator[Verdict]:
    if not any(brand.id in place.brands and place.enabled for place in (*settings.sources, *settings.doors)):
        remedy = f"add a source or door with brands: [{brand.id}], or switch one on"
        yield warning(Area.CONFIG, f"brand {brand.id}", "no source or door that is on watches it", remedy)


def _is_heard(settings: Settings) -> Iterator[Verdict]:
    able = [channel for channel in settings.channels if channel.enabled]
    if not able:
        yield warning(Area.CONFIG, "channels", "none is on: nobody hears of anything", "switch a channel on")
    elif all(channel.type == "console" for channel in able):
        found = "alerts go only to the terminal in which `emberwatch run` runs"
        yield warning(Area.CONFIG, "channels", found, "add a channel of type slack or email to be told elsewhere")


def _is_reached(settings: Settings) -> Iterator[Verdict]:
    """Whether readers of alerts reach the pages that the links in them lead to."""
    if not settings.has_action_pages:
        return
    link = settings.reception.link
    away = [channel.id for channel in settings.channels if channel.enabled and not _stays_here(channel)]
    subject, leads = "links in alerts", f"they lead to {link}/act/"
    if away and is_here(link):
        remedy = "set reception.url to the https address of your proxy before it, or reception.actions: false"
        found = f"{leads}, which readers on other machines do not reach; {', '.join(away)} has such readers"
        yield warning(Area.CONFIG, subject, found, remedy)
    elif not link.startswith("https:") and not is_here(link):
        remedy = "put a proxy with TLS before the reception, and set reception.url to its https address"
        yield warning(Area.CONFIG, subject, f"{leads} unencrypted: who listens may act in their place", remedy)
    else:
        yield ok(Area.CONFIG, subject, leads)


def _stays_here(channel: Any) -> bool:
    """Whether a channel hands its messages to something on this machine."""
    if channel.type == "console":
        return True
    host, url = getattr(channel, "host", ""), getattr(channel, "url", "")
    return host in LOOPBACK or is_here(url.get_secret_value() if isinstance(url, SecretStr) else url)
