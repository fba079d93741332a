"""The figures as plain values, for other programs."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.status.figures import FAILED_WITHIN, Status
from monitor.status.words import verdicts
from monitor.verdict import State


def as_json(status: Status) -> dict[str, Any]:
    """The figures as plain values; ages in seconds, times as ISO 8601 in UTC."""

    def age(moment: datetime | None) -> int | None:
        return None if moment is None else int((status.at - moment).total_seconds())

    return {
        "at": status.at.isoformat(),
        "healthy": not any(verdict.state is State.FAILS for verdict in verdicts(status)),
        "running": status.is_running,
        "last_life_age_seconds": age(status.last_life_at),
        "last_crash_age_seconds": age(status.last_crash[0] if status.last_crash else None),
        "schema": status.schema,
        "database_bytes": status.database_bytes,
        "mentions_waiting": status.unread.waiting,
        "mentions_waiting_age_seconds": age(status.unread.since),
        "mentions_set_aside": status.unread.set_aside,
        "changes_unrouted": status.outbox.unrouted,
        "changes_unrouted_age_seconds": age(status.outbox.unrouted_since),
        "alerts_owed": status.outbox.owed,
        "alerts_owed_age_seconds": age(status.outbox.owed_since),
        "alerts_held": status.outbox.held,
        "alerts_held_until": status.outbox.held_until.isoformat() if status.outbox.held_until else None,
        "answers_unposted": [
            {"poster": one.poster, "waiting": one.waiting, "age_seconds": age(one.since), "error": one.error}
            for one in status.unposted
        ],
        "silences": [_plain(asdict(silence)) for silence in status.silences],
        f"alerts_failed_in_{FAILED_WITHIN.days}_days": status.outbox.failed,
        "sources": status.sources,
        "reports_due": list(status.reports_due),
        "jobs": [_plain(asdict(job)) for job in status.jobs],
        "troubled_sources": [_plain(asdict(source)) for source in status.troubled_sources],
        "queues": [
            {
                "queue": queue.name,
                "waiting": queue.waiting,
                "running": queue.running,
                "failed": queue.failed,
                "lag_seconds": age(queue.oldest),
            }
            for queue in status.queues
        ],
        "workers": [
            {**_plain(asdict(worker)), "seen_age_seconds": age(worker.seen_at), "alive": worker.is_alive(status.at)}
            for worker in status.workers
        ],
        "rereading": _plain(asdict(status.rereading)) if status.rereading else None,
        "troubled_channels": [_plain(asdict(channel)) for channel in status.troubled_channels],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
