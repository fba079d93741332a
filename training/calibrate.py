"""Fits the temperature that makes the probabilities honest, on val parts only."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from training.data import LABELS, Row, read, sample, set_names

Floats = NDArray[np.float32]

# Sets without a neutral class, or labelled by stars, would teach a wrong share of neutral.
_LEFT_OUT = frozenset(
    [
        "ar_ajgt",
        "ar_prod",
        "ar_res2",
        "bn_drama",
        "chatgpt_ios_reviews",
        "en_amazon_apps_pycaret",
        "es_cuba_hotels",
        "he_omilab",
        "hi_movie_pranathi",
        "kk_kazsandra",
        "ko_nsmc",
        "my_product",
        "pattern_fr",
        "pattern_nl",
        "pt_books",
        "shopee_filipino_mteb",
        "skytrax",
        "sr_tripadvisor_hotels",
        "steam_reviews",
        "telugu_mtgcn",
        "urdu_social_nasirbrohi",
        "uz_elmurod",
        "zh_online_shopping",
        "zh_waimai",
    ]
)


def rows(per_set: int = 250) -> list[Row]:
    names = [name for name in set_names("val") if name not in _LEFT_OUT]
    return [row for name in names for row in sample(list(read("val", name)), per_set)]


def temperature(logits: Floats, labels: list[str]) -> float:
    """The divisor of the logits with the least log-loss."""
    truth = np.array([LABELS.index(label) for label in labels])
    found = minimize_scalar(lambda value: log_loss(logits / value, truth), bounds=(0.3, 5), method="bounded")
    return float(found.x)


def log_loss(logits: Floats, truth: NDArray[np.int64]) -> float:
    raised = logits - logits.max(axis=1, keepdims=True)
    chosen = raised[np.arange(len(truth)), truth] - np.log(np.exp(raised).sum(axis=1))
    return float(-chosen.mean())


def expected_calibration_error(logits: Floats, truth: NDArray[np.int64], bins: int = 15) -> float:
    """Mean gap between the probability of the answer given and how often it is right, over equal bins."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[place == b].mean() - right[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))
