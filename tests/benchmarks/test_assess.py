"""The tables of the reading: what is pooled, what is a mean, and how they look in the docs."""

import numpy as np
import pytest

from benchmarks import rivals
from benchmarks.assess import MISSIONS, Read, answers_of, figures, language_lines, mean_f1, mission_lines, set_lines
from benchmarks.tables import markdown, mission_table, set_table
from monitor.facts import Prediction, Sentiment
from training.data import Row


def said(negative: float, neutral: float, label: Sentiment) -> Prediction:
    return Prediction("en", negative, neutral, 1 - negative - neutral, (), b"", label, unsure=negative < 0.5)


def read_of(name: str, rows: list[tuple[str, str, float]]) -> Read:
    """Rows of label, language and P(negative); the rest is positive."""
    texts = [Row("a", label, lang) for label, lang, _ in rows]
    labels = [Sentiment.NEGATIVE if share >= 0.7 else Sentiment.POSITIVE for *_, share in rows]
    answers = answers_of(texts, [said(row[2], 0.0, label) for row, label in zip(rows, labels, strict=True)])
    return Read(name, np.array([row[1] for row in rows]), answers, seconds=1.0)


HALF = [("negative", "ar", 0.9), ("positive", "ar", 0.1)] * 20
WRONG = [("negative", "de", 0.1), ("positive", "de", 0.9)] * 20


def test_accuracy_is_by_the_largest_probability_and_negative_recall_by_the_label():
    found = figures(read_of("x", [("negative", "en", 0.6), ("positive", "en", 0.2), ("neutral", "en", 0.1)]).answers)
    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert (found["negative_recall"], found["negative_precision"]) == (0.0, None)


def test_the_mean_of_languages_weighs_them_equally():
    done = read_of("umsab", HALF * 3 + WRONG)
    lines = {line["set"]: line for line in set_lines(done)}
    assert lines["umsab, mean"]["macro_f1"] == 0.5
    assert lines["umsab"]["accuracy"] == 0.75
    assert set(lines) == {"umsab", "umsab, mean", "umsab ar", "umsab de"}


def test_the_interval_of_a_mean_is_narrower_than_that_of_its_parts():
    parts = [read_of("x", [("negative", "ar", 0.9), ("positive", "ar", 0.1), ("positive", "ar", 0.9)] * 10).answers] * 8
    whole, part = mean_f1(parts), mean_f1(parts[:1])
    assert whole.value == pytest.approx(part.value)
    assert whole.high - whole.low < 0.6 * (part.high - part.low)


def test_a_mission_language_pools_its_files_and_waits_for_all_of_them():
    uci, daraz = read_of("roman_urdu_uci", HALF), read_of("daraz_roman_urdu", WRONG)
    (line,) = mission_lines([uci, daraz])
    assert (line["language"], line["n"], line["negative_recall"]) == ("ur-Latn", 80, 0.5)
    assert mission_lines([uci]) == []


def test_a_language_is_measured_over_all_sets():
    lines = language_lines([read_of("one", HALF), read_of("two", HALF + WRONG)])
    assert [(line["language"], line["sets"], line["n"]) for line in lines] == [("ar", 2, 80), ("de", 1, 40)]


def test_the_docs_get_a_table_with_intervals():
    lines = list(set_lines(read_of("urdu", HALF)))
    head, _, first = markdown(set_table(lines)).splitlines()
    assert head.startswith("| test | n | accuracy | macro-F1 |")
    assert first.startswith("| urdu (2 classes) | 40 | 100.0 (91.2-100.0) |")


def test_the_files_of_a_mission_language_are_named():
    lines = mission_lines([read_of(name, HALF) for names in MISSIONS.values() for name in names])
    assert "roman_urdu_uci, daraz_roman_urdu" in markdown(mission_table(lines))
    assert len(lines) == 6


def test_rivals_are_neutral_between_their_thresholds():
    rows = [Row("a", label, "en") for label in ("negative", "neutral", "positive", "negative")]
    found = rivals.figures(rows, [-0.05, 0.04, 0.05, -0.04], 0.05)
    assert (found["accuracy"], found["negative_recall"], found["negative_precision"]) == (0.75, 0.5, 1.0)


def test_the_sign_alone_decides_for_rivals_where_there_is_no_neutral_and_zero_is_a_miss():
    rows = [Row("a", label, "en") for label in ("negative", "positive", "negative", "positive")]
    found = rivals.figures(rows, [-0.01, 0.01, 0.0, 0.0], 0.05)
    assert found["accuracy"] == 0.5


def test_a_language_of_one_label_is_scored_as_its_set_of_two_classes_is():
    rows = [Row("a", label, lang) for label, lang in [("negative", "te"), ("negative", "en"), ("positive", "en")] * 30]
    heard = [said(0.3, 0.6, Sentiment.NEUTRAL) for _ in rows]
    done = Read("x", np.array([row.lang for row in rows]), answers_of(rows, heard), seconds=1.0)
    assert {line["set"]: line["accuracy"] for line in set_lines(done)}["x te"] == 1.0
