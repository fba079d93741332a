"""Mail, Slack and webhooks are down for a day while incidents open and end: then each hears of everything, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.alert_outage import Told, outage
from tests.conftest import POSTGRESQL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def told(tmp_path: Path, database_kind: str, request: pytest.FixtureRequest) -> Told:
    """A look every half hour is enough for a day: time is handed in."""
    url = request.getfixturevalue("postgresql_url") if database_kind == POSTGRESQL else ""
    return outage(tmp_path, hours=24, incidents=20, step=timedelta(minutes=30), url=url)


def test_after_a_day_without_receivers_each_channel_hears_once_of_everything(told: Told) -> None:
    assert told.unaccounted == 0
    assert told.messages.keys() == {"mail", "slack", "team", "boss"}
    about_incidents = {
        name: [subject for subject in subjects if not subject.startswith("Emberwatch:")]
        for name, subjects in told.messages.items()
    }
    assert {name: len(subjects) for name, subjects in about_incidents.items()} == dict.fromkeys(told.messages, 1)
