"""Countries by the time zones of brands: whose ways of writing a telephone number are known without a country code."""

from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources

DEFAULT_REGIONS = ("PK", "IN", "PH")
"""Whose numbers are looked for where no brand's time zone tells of a country."""
_SOME = 8  # a zone of many countries (Europe/Zurich has two) names the first of them


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    """The countries of each time zone, as the time zone database lists them."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("zone1970.tab", "zone.tab"):
        table = resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
        for line in table.splitlines():
            if line and not line.startswith("#"):
                codes, _, zone = line.split("\t")[:3]
                found.setdefault(zone, tuple(codes.split(","))[:_SOME])
    return found


def regions_of(zones: Iterable[str], named: Collection[str] = ()) -> tuple[str, ...]:
    """The countries that are `named` and those of the time zones, in order; the usual ones where there is none."""
    known = _countries()
    told = (*named, *(code for zone in zones for code in known.get(zone, ())[:1]))
    return tuple(dict.fromkeys(told)) or DEFAULT_REGIONS
