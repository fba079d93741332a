"""Keeps a report together with what is owed because of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError

from monitor.alerting import routing
from monitor.alerting.channel import ChannelOptions
from monitor.alerting.routing import Reason
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState, Report
from monitor.reports.figures import Figures
from monitor.reports.forms import Reported
from monitor.reports.options import TOGETHER


def keep(context: Context, brand_id: int | None, figures: Reported, channels: Iterable[str]) -> Counters:
    """Keep a report and owe it to its channels: one transaction, so that it is owed exactly once.

    `brand_id` None: of all brands. Nothing is counted when another process kept one meanwhile.
    """
    session = context.session
    report = Report(
        brand_id=brand_id,
        week_start=figures.monday,
        made_at=figures.made_at,
        figures=figures.model_dump(mode="json"),
    )
    session.add(report)
    try:
        session.flush()
    except IntegrityError:  # another process kept one meanwhile: its figures are the report, and it sends it
        session.rollback()
        return Counter()
    known = (context.settings.channel(slug) for slug in dict.fromkeys(channels))
    owed = [_alert(context, report, figures, channel) for channel in known]
    session.add_all(owed)
    session.commit()
    return Counter({"made": 1}) + Counter(
        f"{'owed' if alert.state is AlertState.PENDING else 'withheld'} {alert.reason}" for alert in owed
    )


def _alert(context: Context, report: Report, figures: Reported, channel: ChannelOptions) -> Alert:
    """What is owed holds a reference only: the message is made of the kept figures each time it is sent."""
    reason = routing.decide_report(channel, over_since=figures.end, now=context.now)
    send = reason is Reason.WEEKLY_REPORT
    return Alert(
        key=_key(figures, channel.id),
        report_id=report.id,
        channel=channel.id,
        state=AlertState.PENDING if send else AlertState.WITHHELD,
        reason=reason,
        created_at=context.now,
        next_try_at=context.now if send else None,
    )


def _key(figures: Reported, channel: str) -> str:
    """Of brand, week and channel, so that even a report that was lost and made again is not sent twice."""
    slug = figures.brand_slug if isinstance(figures, Figures) else TOGETHER
    week = f"{slug}:{figures.week}"
    if len(week) > 48:  # with the longest id of a channel it would not fit into the column
        week = hashlib.sha256(week.encode()).hexdigest()[:48]
    return f"report:{week}:{channel}"
