"""Says which of a brand's locations a text is about, from the names of the locations alone."""

from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.analysis.relevance import forms, stretches


def location_of(names: Mapping[str, Sequence[str]], item: str, text: str) -> str | None:
    """The id of the location named in `item` (what the page says it is about), else in the text; None: in neither.

    `names` has the names of each location by its id; they are compared as those of brands are. A name within a longer
    one is part of it (`Clifton` in `Clifton Block 5`). Of several it is the one named most often, then the first.
    """
    return _named(names, item) or _named(names, text)


def _named(names: Mapping[str, Sequence[str]], text: str) -> str | None:
    if not text:
        return None
    said = max((_in_order(names, form) for form in forms(text)), key=len)
    return next((location for location, _ in Counter(said).most_common(1)), None)  # of equals the first one met


def _in_order(names: Mapping[str, Sequence[str]], form: str) -> list[str]:
    """The locations as often as they are named, in order."""
    found = {
        (start, end): location
        for location, its_names in names.items()
        for name in its_names
        for start, end in stretches(name, form)
    }
    outer, reached = [], 0
    for start, end in sorted(found, key=lambda one: (one[0], -one[1])):
        if end > reached:
            outer.append(found[start, end])
            reached = end
    return outer
