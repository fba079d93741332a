"""What an answer says of how long its host wants to be left alone, in every form that hosts use."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy.http import Response

from crawlers.limits import LONGEST_SECONDS, limit_reset, seconds_until
from monitor.clock import utcnow

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def answer(**headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response("https://api.example/list", headers=named)


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("37", 37.0),
        ("0.5", 0.5),
        (str(int(NOW.timestamp()) + 90), 90.0),
        (str(int(NOW.timestamp() - 90)), 0.0),
        (str((int(NOW.timestamp()) + 90) * 1000), 90.0),
        ("2026-11-22T15:05:00.000000Z", 300.0),
        ("2026-11-22T15:05:00", 300.0),
        ("2026-11-22T14:00:00Z", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 40, None),
    ],
)
def test_a_reset_is_read_in_each_form(reset: str, seconds: float | None) -> None:
    assert seconds_until(reset, NOW) == seconds


@pytest.mark.parametrize("family", ["X_RateLimit_", "RateLimit_", "x_rate_limit_"])
def test_a_limit_that_is_used_up_is_seen(family: str) -> None:
    told = {f"{family}Remaining": "0", f"{family}Reset": "37"}
    assert limit_reset(answer(**told)) == 37.0


def test_a_reset_as_mastodon_writes_it_counts_from_now() -> None:
    reset = (utcnow() + timedelta(seconds=200)).isoformat().replace("+00:00", "Z")
    found = limit_reset(answer(X_RateLimit_Remaining="0", X_RateLimit_Reset=reset))
    assert found is not None
    assert 190 < found <= 200


@pytest.mark.parametrize("left", ["1", "299.0", "", "many"])
def test_a_limit_with_something_left_is_none(left: str) -> None:
    assert limit_reset(answer(X_RateLimit_Remaining=left, X_RateLimit_Reset="37")) is None


def test_reddit_counts_in_fractions() -> None:
    assert limit_reset(answer(X_Ratelimit_Remaining="0.0", X_Ratelimit_Reset="412")) == 412.0


def test_a_reset_in_years_is_cut() -> None:
    assert limit_reset(answer(X_RateLimit_Remaining="0", X_RateLimit_Reset="90000000")) == LONGEST_SECONDS
