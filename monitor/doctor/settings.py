"""Looks at a config that is valid for what it leaves out."""

from collections.abc import Iterator

from monitor.config import BrandOptions, Settings
from monitor.doctor import telling
from monitor.doctor.area import Area
from monitor.verdict import Verdict, fails, ok, warning


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
    yield from _dashboard(settings)
    yield from _contact(settings)
    for brand in settings.brands:
        yield from _is_watched(settings, brand)
    yield from telling.examine(settings)


def _dashboard(settings: Settings) -> Iterator[Verdict]:
    """Whether the dashboard refuses to start, which a monitor alone need not mind."""
    if settings.dashboard.is_open:
        found = f"it does not start: others reach it at {settings.dashboard.link}, and nobody asks who they are"
        remedy = "set dashboard.login, or dashboard.proxy_login: true where your proxy asks (docs/operating.md)"
        yield fails(Area.CONFIG, "dashboard", found, remedy)


def _contact(settings: Settings) -> Iterator[Verdict]:
    if settings.sources and not settings.crawling.contact.strip():
        remedy = "set crawling.contact to an address that you read: site owners find it in our requests"
        yield warning(Area.CONFIG, "contact", "site owners cannot turn to anyone", remedy)


def _is_watched(settings: Settings, brand: BrandOptions) -> Iterator[Verdict]:
    if not any(brand.id in place.brands and place.enabled for place in (*settings.sources, *settings.doors)):
        remedy = f"add a source or door with brands: [{brand.id}], or switch one on"
        yield warning(Area.CONFIG, f"brand {brand.id}", "no source or door that is on watches it", remedy)
