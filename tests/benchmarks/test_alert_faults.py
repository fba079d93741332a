"""A small share of the benchmark of alerts, with the same code: killed senders."""

from pathlib import Path

import pytest

from benchmarks.alert_faults import kills

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_killed_senders_lose_nothing_and_hardly_double_anything(tmp_path: Path) -> None:
    done = kills(tmp_path, alerts=100, number=2)
    assert (done.alerts, done.lost, done.killed) == (100, 0, 2)
    assert done.refused > 50
    assert done.messages_twice <= done.killed
