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


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    chance = np.random.default_rng(4)
    share = chance.random(20_000).astype(np.float32)
    negative = chance.random(20_000) < share
    found = calibrate.least_negative(share, negative, 0.72)
    kept = negative[share >= found].mean()
    assert kept >= 0.72
    assert found == pytest.approx(0.44, abs=0.03)  # P >= t has the mean (1 + t) / 2


def test_without_a_threshold_that_is_precise_enough_the_best_f1_is_taken() -> None:
    share = np.linspace(0, 1, 1000).astype(np.float32)
    negative = np.arange(1000) % 2 == 0
    assert calibrate.least_negative(share, negative, 0.72) == pytest.approx(0.2)
