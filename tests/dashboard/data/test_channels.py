"""Tests of what the Sources page knows of channels."""

from datetime import timedelta

import pytest

from dashboard.data import opening, sources
from monitor.models import Alert, AlertState, ChannelHealth
from tests.dashboard.pages import open_page, words_of
from tests.factories import database_session

DAY = timedelta(days=1)


@pytest.fixture
def used(empty: str) -> str:
    """Two channels of the config and one that was removed from it; some messages were never delivered."""
    now = opening.now()
    with database_session(empty) as session:
        for channel in ("mail-lead", "removed"):
            session.add(ChannelHealth(channel=channel, failures=1, error="550 no such list", permanent=True))
        session.add(ChannelHealth(channel="slack-support", last_good_at=now))
        lost = {"reason": "weekly_report", "state": AlertState.FAILED, "channel": "slack-support"}
        for number, days in enumerate((1, 6, 8)):
            session.add(Alert(key=str(number), created_at=now - days * DAY, **lost))
        session.commit()
    return empty


def test_channels_of_the_config_are_shown_with_what_they_lost_in_a_week(used: str):
    found = [(row.name, row.permanent, row.lost) for row in sources.channels(opening.now())]
    assert found == [("mail-lead", True, 0), ("slack-support", False, 2)]


def test_a_report_that_was_never_delivered_shows_on_the_page(used: str):
    words = words_of(open_page("sources"))
    assert "550 no such list" in words
    assert "2 messages of the last 7 days not delivered" in words
