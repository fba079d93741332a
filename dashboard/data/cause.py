"""What an incident came of: what it is about, the text it began with, the story told most, and who carried it."""

from dataclasses import dataclass

from dashboard.data.brands import theme_names
from dashboard.data.incidents import IncidentRow, latest_finding
from dashboard.data.nearly import amplifiers
from dashboard.data.opening import cached, database
from dashboard.data.spread import copies, first_text
from dashboard.data.texts import TextRow
from monitor.facts import Amplifier, Dimension

MAINLY = 0.3
"""A theme is named as the cause from this share of the voices on."""


@dataclass(frozen=True, slots=True)
class Cause:
    """All of it may be unknown: an incident of mere stars has no texts."""

    theme: str  # its name; "" when no theme stands out
    share: float  # of the voices that are about it, 0..1; 0 when it is not known
    first: TextRow | None
    copies: int  # voices of the story told most; 0 when none was told twice
    carrier: tuple[Amplifier, TextRow] | None


def cause(row: IncidentRow) -> Cause:
    """What is known of it."""
    theme, share = _theme(row)
    found = amplifiers(row.spread.amplifiers) if row.spread else ()
    return Cause(theme, share, first(row.id), copies(row.id), found[0] if found else None)


@cached
def first(incident_id: int) -> TextRow | None:
    """The text that an incident began with, as far as it still stands."""
    with database() as session:
        return first_text(session, incident_id)


def _theme(row: IncidentRow) -> tuple[str, float]:
    """The theme that the incident is named by, else the one that most voices share."""
    names, finding = theme_names(), latest_finding(row.id)
    shares = dict(finding.themes) if finding else {}
    if row.cell.dimension is Dimension.THEME:
        return names.get(row.cell.key, row.cell.key), shares.get(row.cell.key, 0.0)
    slug = max(shares, key=shares.__getitem__, default="")
    return (names.get(slug, slug), shares[slug]) if slug and shares[slug] >= MAINLY else ("", 0.0)
