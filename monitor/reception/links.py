"""Tells where webhooks, surveys and the links in alerts lead, and what to put into a page."""

from monitor.config import Settings
from monitor.doors import survey, webhook
from monitor.reception import pages


def links(settings: Settings) -> list[str]:
    """A few lines for each webhook and survey, and for the links in alerts."""
    base = settings.reception.link
    told: list[str] = []
    for door in settings.doors:
        if isinstance(door, webhook.Options):
            told.append(f"webhook {door.id}: POST {base}/in/{door.id}\nsigned in the header {door.signature.header}")
        elif isinstance(door, survey.Options):
            told.append(_of_survey(f"{base}/ask/{door.id}", door, settings.brand(door.brands[0]).name))
    if settings.has_action_pages:
        told.append(f"alerts: {base}/act/…\nwhere the links in alerts lead; each is signed, and works for 30 days")
    return told or ["No webhook and no survey is configured under `doors:`."]


def _of_survey(address: str, door: survey.Options, brand: str) -> str:
    sites = ", ".join(door.embed_on) or "no site yet: name them in embed_on"
    signed = "?ref=ORDER&sig=SIGNATURE for one order" if door.secret else "set `secret` to sign links to single orders"
    return (
        f"survey {door.id}: {address}\n{signed}\nwithin a page of {sites}, without a script:\n"
        f"{pages.snippet(address, brand)}\nor with one:\n"
        f'<script src="{address}.js"></script>'
    )
