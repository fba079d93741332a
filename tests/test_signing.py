"""Only who knows the secret is heard, and only once in its time."""

import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from monitor.signing import PRESETS, Scheme, refusal, sign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLD, NEW = "the-old-secret-of-some-length", "the-new-secret-of-some-length"
BODY = b'{"text": "It leaks."}'


def hex_of(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


STAMP = str(int(NOW.timestamp()))
GOOD = {
    "emberwatch": sign(NEW, BODY, NOW),
    "github": {"X-Hub-Signature-256": f"sha256={hex_of(NEW, BODY)}"},
    "stripe": {"Stripe-Signature": f"t={STAMP},v1={hex_of(NEW, f'{STAMP}.'.encode() + BODY)},v0=abc"},
    "trustpilot": {"Authorization": "Basic " + base64.b64encode(f"hook:{NEW}".encode()).decode()},
    "shared-secret": {"X-Webhook-Secret": NEW},
}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_known_way_of_signing_is_understood(name: str):
    assert refusal(PRESETS[name], [NEW], lower(GOOD[name]), BODY, NOW) == ""


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_another_secret_is_not_good(name: str):
    assert "not the right one" in refusal(PRESETS[name], [OLD], lower(GOOD[name]), BODY, NOW)


@pytest.mark.parametrize("name", ["emberwatch", "github", "stripe"])
def test_another_body_is_not_good(name: str):
    assert "not the right one" in refusal(PRESETS[name], [NEW], lower(GOOD[name]), BODY + b" ", NOW)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_without_a_signature_nothing_is_good(name: str):
    assert "is missing" in refusal(PRESETS[name], [NEW], {}, BODY, NOW)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_while_the_secret_changes_both_are_good(name: str):
    assert refusal(PRESETS[name], [OLD, NEW], lower(GOOD[name]), BODY, NOW) == ""


@pytest.mark.parametrize("minutes", [-6, 6])
@pytest.mark.parametrize("name", ["emberwatch", "stripe"])
def test_an_old_message_and_one_of_the_future_are_not_taken(name: str, minutes: int):
    assert "last 5 minutes" in refusal(PRESETS[name], [NEW], lower(GOOD[name]), BODY, NOW + timedelta(minutes=minutes))


def test_the_time_belongs_to_what_is_signed():
    headers = lower(GOOD["emberwatch"]) | {"x-emberwatch-timestamp": str(int(STAMP) + 60)}
    assert "not the right one" in refusal(PRESETS["emberwatch"], [NEW], headers, BODY, NOW)


@pytest.mark.parametrize("stamp", ["", "now", "-1", "99999999999999999999", "1e9", "١٧٤٠٩١٦٨٠٠"])
def test_odd_times_are_refused_in_words(stamp: str):
    headers = lower(GOOD["emberwatch"]) | {"x-emberwatch-timestamp": stamp}
    assert "the time of the signature" in refusal(PRESETS["emberwatch"], [NEW], headers, BODY, NOW)


def test_a_scheme_of_ones_own_is_understood():
    scheme = Scheme(header="X-Sig", signs="body", encoding="base64")
    signature = base64.b64encode(hmac.digest(NEW.encode(), BODY, "sha256")).decode()
    assert refusal(scheme, [NEW], {"x-sig": signature}, BODY, NOW) == ""


@pytest.mark.parametrize("given", ["Basic !!!", "Basic /w==", "Bearer", "é" * 100, "t=1,v1=é"])
@pytest.mark.parametrize("name", sorted(PRESETS))
def test_odd_headers_are_refused(name: str, given: str):
    assert refusal(PRESETS[name], [NEW], {PRESETS[name].header.lower(): given}, BODY, NOW)
