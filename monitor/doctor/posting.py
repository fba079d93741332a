"""Looks at the posters: each key is tried, and nothing posted."""

from collections.abc import Iterator

from monitor import posting
from monitor.config import Settings
from monitor.doctor.area import Area
from monitor.errors import DeliveryError
from monitor.posting import PosterOptions
from monitor.verdict import Verdict, fails, ok, skipped


def examine(settings: Settings) -> Iterator[Verdict]:
    """A verdict per poster, in their order."""
    for poster in settings.posting:
        yield judge(poster, private=settings.crawling.allows(poster.address))


def judge(poster: PosterOptions, *, private: bool) -> Verdict:
    """How one poster is; its errors never hold secrets."""
    subject = f"poster {poster.id}"
    if not poster.enabled:
        return skipped(Area.POSTING, subject, "switched off in the config")
    try:
        return ok(Area.POSTING, subject, f"{poster.type}: {posting.probe(poster, private=private)}")
    except DeliveryError as error:
        remedy = "mend it in the config" if error.permanent else "check url and network, and look again"
        if "private address" in str(error):
            remedy = "list its host under crawling.allow_private if it is yours"
        return fails(Area.POSTING, subject, f"{poster.type}: {error}", f"{remedy}; answers can be copied meanwhile")
