"""The calibration: honest probabilities, and a threshold that keeps its promise."""

import numpy as np
import pytest

pytest.importorskip("scipy")

from training import calibrate


def drawn(count: int, sharpness: float, seed: int) -> tuple[np.ndarray, list[str]]:
    """Logits, and labels drawn from the probabilities they stand for once divided by `sharpness`."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 2, (count, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = [("negative", "neutral", "positive")[chance.choice(3, p=row)] for row in shares]
    return (logits * sharpness).astype(np.float32), labels


def test_each_language_gets_the_temperature_that_undoes_its_overconfidence() -> None:
    calm, calm_labels = drawn(3000, 1, 1)
    loud, loud_labels = drawn(3000, 3, 2)
    fitted = calibrate.fit(np.concatenate([calm, loud]), calm_labels + loud_labels, ["en"] * 3000 + ["tl"] * 3000)
    assert fitted.temperatures["en"] == pytest.approx(1, rel=0.1)
    assert fitted.temperatures["tl"] == pytest.approx(3, rel=0.1)


def test_a_language_with_few_rows_keeps_the_common_values() -> None:
    logits, labels = drawn(1000, 2, 3)
    fitted = calibrate.fit(logits, labels, ["en"] * 950 + ["xx"] * 50)
    assert "xx" not in fitted.temperatures
    assert "xx" not in fitted.negative_from_by_language


def test_the_threshold_keeps_the_precision_and_finds_the_most_it_can() -> None:
    chance = np.random.default_rng(4)
    negative = chance.random(20_000) < 0.5
    share = np.where(negative, chance.beta(4, 2, 20_000), chance.beta(2, 4, 20_000)).astype(np.float32)
    found = calibrate.negative_threshold(share, negative)
    called = share >= found
    right, false = called[negative].mean() / 3, called[~negative].mean() * 2 / 3
    assert right / (right + false) >= calibrate.PRECISION
    assert called[negative].mean() > 0.65


def test_the_share_of_negative_rows_does_not_move_the_threshold() -> None:
    chance = np.random.default_rng(5)
    high, low = chance.beta(4, 2, 9000).astype(np.float32), chance.beta(2, 4, 9000).astype(np.float32)
    even = calibrate.negative_threshold(np.concatenate([high, low]), np.arange(18_000) < 9000)
    rare = calibrate.negative_threshold(np.concatenate([high[:2000], low]), np.arange(11_000) < 2000)
    assert even == pytest.approx(rare, abs=0.03)


def test_without_a_threshold_that_is_precise_enough_precision_and_recall_are_evened_out() -> None:
    chance = np.random.default_rng(6)
    negative = np.arange(8000) < 4000
    share = np.where(negative, chance.beta(3, 2.5, 8000), chance.beta(2.5, 3, 8000)).astype(np.float32)
    called = share >= calibrate.negative_threshold(share, negative)
    right, false = called[negative].mean() / 3, called[~negative].mean() * 2 / 3
    assert right / (right + false) == pytest.approx(called[negative].mean(), abs=0.05)
