"""Gathers what stands beside a brand's week in its report: the other brands of the config, and its own branches."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from monitor.config import BrandOptions, Settings
from monitor.facts import Dimension
from monitor.models import Incident
from monitor.reports.comparing import Beside, Branch, Compared, shared
from monitor.reports.listening import heard_shares
from monitor.reports.weeks import Window
from monitor.store import comparing as store
from monitor.store import reports
from monitor.store.comparing import Located
from monitor.store.reports import HeardSource, Sums


def beside(
    session: Session,
    settings: Settings,
    options: BrandOptions,
    windows: Sequence[Window],
    *,
    listening: Sequence[HeardSource],
    incidents: Sequence[Incident],
) -> Beside:
    """`listening` are the brand's sources, `incidents` those of all windows. Nothing where it stands alone."""
    ids = store.known(session, [brand.id for brand in settings.brands])
    if options.id not in ids:
        return Beside()
    others = [brand for brand in _in_order(settings, options) if brand.id in ids]
    brands = _brands(session, others, ids, windows) if len(others) > 1 else []
    slugs = shared(brands)
    both = [item for item in listening if item.source.slug in slugs]
    return Beside(
        brands=brands,
        shared_heard=heard_shares(both, windows[:2]),
        branches=_branches(session, ids[options.id], windows, incidents),
        theme_names=reports.theme_names(session),
    )


def _in_order(settings: Settings, first: BrandOptions) -> list[BrandOptions]:
    """This one, the other brands of ours, then competitors; each as they stand in the config."""
    return sorted(settings.brands, key=lambda brand: (brand.id != first.id, brand.competitor))


def _brands(
    session: Session, brands: Sequence[BrandOptions], ids: Mapping[str, int], windows: Sequence[Window]
) -> list[Compared]:
    watched = store.watched(session, [ids[brand.id] for brand in brands])
    return [_brand(session, brand, ids[brand.id], windows, watched[ids[brand.id]]) for brand in brands]


def _brand(
    session: Session, options: BrandOptions, brand_id: int, windows: Sequence[Window], watched: frozenset[str]
) -> Compared:
    two = windows[:2]
    whole = reports.window_sums(session, brand_id, Dimension.ALL, windows).get("", [])
    listening = reports.heard_sources(session, brand_id, (windows[-1][0], windows[0][1]))
    return Compared(
        slug=options.id,
        name=options.name,
        competitor=options.competitor,
        whole=whole or [Sums()] * len(windows),
        heard=heard_shares(listening, windows),
        sources=reports.window_sums(session, brand_id, Dimension.SOURCE, two),
        themes=reports.window_sums(session, brand_id, Dimension.THEME, two),
        rated=[store.rated(session, brand_id, window) for window in two],
        watched=watched,
    )


def _branches(
    session: Session, brand_id: int, windows: Sequence[Window], incidents: Sequence[Incident]
) -> list[Branch]:
    rows = store.branches(session, brand_id)
    if not rows:
        return []
    weeks = [store.located(session, [number for number, _, _ in rows], window) for window in windows[:2]]
    opened = [_opened(session, brand_id, window, incidents) for window in windows[:2]]
    return [
        Branch(slug, name, [week.get(number, Located()) for week in weeks], [week[slug] for week in opened])
        for number, slug, name in rows
    ]


def _opened(session: Session, brand_id: int, window: Window, incidents: Sequence[Incident]) -> Counter[str]:
    mine = [one.id for one in incidents if one.id is not None and window[0] <= one.opened_at < window[1]]
    places = store.places_of_incidents(session, brand_id, mine)
    return Counter(slug for slugs in places.values() for slug in slugs)
