"""Makes the messages that reports are sent with, and sends one by hand."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from monitor.alerting import notifiers
from monitor.alerting.channel import find_known
from monitor.alerting.redacted import redacted
from monitor.config import Settings
from monitor.errors import PartFailed
from monitor.facts import Message
from monitor.jobs.report.kept import Chosen, chosen, chosen_together
from monitor.jobs.setbacks import apart
from monitor.log import get_logger
from monitor.reports import letter
from monitor.reports.forms import Reported, name_of, render_as

log = get_logger(__name__)


def letter_of(session: Session, figures: Reported, settings: Settings, *, key: str) -> Message:
    """The message of a report, as the config wants it; a form that cannot be made is left out of it."""
    link, attach = settings.dashboard.link, settings.report.attach
    try:
        with apart(session):
            return letter.build(figures, key=key, dashboard=link, attach=attach)
    except PartFailed:
        able = [form for form in attach if _can_be_made(session, figures, form)]
        return letter.build(figures, key=key, dashboard=link, attach=able)


def _can_be_made(session: Session, figures: Reported, form: str) -> bool:
    try:
        with apart(session):
            render_as(figures, form)
    except PartFailed as error:
        log.exception("a report is sent without a form", file=f"{name_of(figures)}.{form}", exc_info=error.__cause__)
        return False
    return True


def send_report(
    session: Session, settings: Settings, brand_slug: str, week: str, channel_id: str, now: datetime
) -> str:
    """Send the report of a brand's week to a channel at once and return the receipt; the outbox knows nothing of it.

    The kept figures are sent if the week has some. DeliveryError says what is wrong with the channel.
    """
    return _send(session, settings, channel_id, now, lambda: chosen(session, settings, brand_slug, week, now))


def send_together(session: Session, settings: Settings, week: str, channel_id: str, now: datetime) -> str:
    """The same with the report of all brands."""
    return _send(session, settings, channel_id, now, lambda: chosen_together(session, settings, week, now))


def _send(session: Session, settings: Settings, channel_id: str, now: datetime, find: Callable[[], Chosen]) -> str:
    channel = find_known(settings.channels, channel_id)
    figures = find().figures
    slug = name_of(figures).removesuffix(f"-{figures.week}")
    key = f"report by hand:{slug}:{figures.week}:{channel_id}:{now:%Y%m%dT%H%M%S%f}"
    message = redacted(letter_of(session, figures, settings, key=key), settings.redactor)
    return notifiers.send(channel, message).words
