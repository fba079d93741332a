"""Finds the location of a brand that a text is about; part of the analyse job."""

from monitor.analysis.location import location_of
from monitor.jobs.context import Context
from monitor.store import locations
from monitor.store.assessments import Waiting


class Locations:
    """The locations of the config with their rows, looked up once for a batch."""

    def __init__(self, context: Context) -> None:
        self._settings = context.settings
        self._names = {
            brand.id: {one.id: (one.name, *one.aliases) for one in brand.locations}
            for brand in context.settings.brands
            if brand.locations
        }
        self._ids = locations.ids(context.session) if self._names else {}

    def of(self, item: Waiting, brand_id: int, slug: str) -> int | None:
        """The row of the location: the source's own, else the one that the page or the text names; None: of none."""
        names = self._names.get(slug)
        if not names:
            return None
        found = getattr(self._settings.place(item.source), "location", None)
        if found not in names:
            mention = item.mention
            found = location_of(names, mention.item, f"{mention.title}\n{mention.text}")
        return None if found is None else self._ids.get((brand_id, found))
