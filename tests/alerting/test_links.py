"""Links of alerts: read back as they were made, refused when changed by one character, another's, or too old."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.alerting.links import LONGEST, Grant, LinkRefused, make, read

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "a-key-of-this-installation"
GRANT = Grant(incident_id=7, alert_id=4711, channel="care-team", ends_at=NOW + timedelta(days=30))
SIGNS = string.ascii_letters + string.digits + "-_"


def why_refused(token: str, key: str = KEY, now: datetime = NOW) -> str:
    with pytest.raises(LinkRefused) as refused:
        read(key, token, now)
    return refused.value.why


def test_a_token_says_what_it_allows():
    assert read(KEY, make(KEY, GRANT), NOW) == GRANT


def test_the_same_grant_gives_the_same_token_so_that_a_retry_sends_the_same_message():
    assert make(KEY, GRANT) == make(KEY, GRANT)


def test_a_token_ends_with_its_time():
    token = make(KEY, GRANT)
    assert read(KEY, token, GRANT.ends_at - timedelta(seconds=1)) == GRANT
    assert why_refused(token, now=GRANT.ends_at) == "expired"


def test_a_token_of_another_installation_is_forged():
    assert why_refused(make("another-key", GRANT)) == "forged"


def test_a_forged_token_is_not_said_to_be_old():
    old = Grant(7, 4711, "care-team", NOW - timedelta(days=1))
    assert why_refused(make("another-key", old)) == "forged"


def test_every_other_character_at_every_place_makes_it_forged():
    token = make(KEY, GRANT)
    changed = [token[:i] + sign + token[i + 1 :] for i in range(len(token)) for sign in SIGNS if sign != token[i]]
    assert {why_refused(one) for one in changed} == {"forged"}


@pytest.mark.parametrize("token", ["", "a", "=", "A" * LONGEST, "A" * 100_000, "ä" * 40, "../../etc", "\x00", "%41%41"])
def test_what_is_no_token_is_forged(token: str):
    assert why_refused(token) == "forged"


@pytest.mark.parametrize("odd", ["{}=", "{}A", " {}", "{}\n", "{}.{}"])
def test_a_token_is_written_in_one_way_only(odd: str):
    assert why_refused(odd.replace("{}", make(KEY, GRANT))) == "forged"


def test_a_token_cut_in_two_is_forged():
    token = make(KEY, GRANT)
    assert {why_refused(token[:length]) for length in range(len(token))} == {"forged"}


def test_the_longest_fits_into_a_line_that_mail_programs_keep_whole():
    longest = make(KEY, Grant(2**31 - 1, 2**31 - 1, "c" * 63, GRANT.ends_at))
    assert len(longest) < LONGEST
    assert set(longest) <= set(SIGNS)


ids = some.integers(1, 2**31 - 1)


@given(ids, ids, some.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True), some.integers(0, 10**9))
def test_every_grant_is_read_back(incident_id: int, alert_id: int, channel: str, seconds: int):
    grant = Grant(incident_id, alert_id, channel, NOW + timedelta(seconds=seconds + 1))
    assert read(KEY, make(KEY, grant), NOW) == grant


@given(some.text(max_size=300))
def test_no_text_is_taken_for_a_token(text: str):
    assert why_refused(text) == "forged"
