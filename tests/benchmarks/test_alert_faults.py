"""A small share of the benchmarks of alerts, with the same code: killed senders, and hours without receivers."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.alert_faults import kills
from benchmarks.alert_outage import outage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_killed_senders_lose_nothing_and_hardly_double_anything(tmp_path: Path) -> None:
    done = kills(tmp_path, alerts=100, number=2)
    assert (done.alerts, done.lost, done.killed) == (100, 0, 2)
    assert done.refused > 50
    assert done.messages_twice <= done.killed


def test_after_hours_without_receivers_each_channel_hears_once_of_everything(tmp_path: Path) -> None:
    told = outage(tmp_path, hours=4, incidents=10, step=timedelta(minutes=4))
    assert told.unaccounted == 0
    about_incidents = {
        name: [subject for subject in subjects if not subject.startswith("Emberwatch:")]
        for name, subjects in told.messages.items()
    }
    assert [len(subjects) for subjects in about_incidents.values()] == [1, 1, 1]
