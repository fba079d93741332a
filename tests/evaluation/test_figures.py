"""The JSON has its documented keys and can be counted again, and what limits the figures is said."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.evaluation import Columns, as_json, evaluate, opened, survey
from monitor.facts import Prediction, Sentiment
from tests.fakes import FakeAssessor

ROWS = ["terrible,neg,en", "lovely,neg,en", "tea,neutral,ur", "lovely,pos,ur"]
SHARES = ("accuracy", "macro_f1", "macro_recall", "negative_recall", "negative_precision")


class Hesitant(FakeAssessor):
    """Finds negative the likeliest, and is not sure enough to call it so."""

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        return [Prediction("en", 0.45, 0.25, 0.3, (), b"", Sentiment.POSITIVE, unsure=True) for _ in texts]


def figures(
    folder: Path, rows: list[str], most: int | None = None, assessor: FakeAssessor | None = None
) -> dict[str, Any]:
    path = folder / "labelled.csv"
    path.write_text("\n".join(["text,label,lang", *rows]), encoding="utf-8")
    with opened(str(path)) as source:
        found = as_json(evaluate(source, survey(source, Columns(), {}), assessor or FakeAssessor(), most=most))
    told: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return told


def test_the_json_names_the_figures(tmp_path: Path):
    found = figures(tmp_path, ROWS)
    assert (found["n"], found["accuracy"], found["negative_recall"], found["negative_precision"]) == (4, 0.75, 0.5, 1.0)
    assert found["confusion"]["negative"] == {"negative": 1, "neutral": 0, "positive": 1}
    assert found["labels"] == {"negative": 2, "neutral": 1, "positive": 1}


def test_the_likeliest_class_and_the_label_given_are_told_apart(tmp_path: Path):
    found = figures(tmp_path, ["tea,neg,en", "tea,neutral,en", "tea,pos,en"] * 2, assessor=Hesitant())
    assert found["confusion"]["negative"]["negative"] == 2
    assert found["as_labelled"]["confusion"]["negative"]["positive"] == 2
    assert (found["negative_recall"], found["unsure"]) == (0.0, 1.0)


@pytest.mark.parametrize("name", SHARES)
def test_every_share_lies_within_its_interval(tmp_path: Path, name: str):
    found = figures(tmp_path, ROWS * 20)
    low, high = found[f"{name}_interval"]
    assert 0 <= low <= found[name] <= high <= 1


def test_every_language_has_the_same_figures(tmp_path: Path):
    found = figures(tmp_path, ROWS)
    assert set(found["per_language"]) == {"en", "ur"}
    assert set(found["per_language"]["ur"]) <= set(found)


def test_every_key_is_in_the_operators_manual(tmp_path: Path):
    manual = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    undocumented = [key for key in figures(tmp_path, ROWS) if f"`{key.removesuffix('_interval')}" not in manual]
    assert undocumented == []


def test_what_cannot_be_measured_is_null_and_not_zero(tmp_path: Path):
    found = figures(tmp_path, ["tea,neutral,", "lovely,pos,"])
    assert (found["negative_recall"], found["negative_precision"], found["suggested_threshold"]) == (None, None, None)
    assert found["language_agreement"] is None


def test_data_without_neutral_is_said_and_scored_so(tmp_path: Path):
    found = figures(tmp_path, ["terrible,neg,en", "lovely,pos,en"])
    assert found["two_classes"]
    assert found["notes"][0].startswith("No text is labelled neutral: negative is scored against positive")


def test_a_missing_class_few_texts_and_a_sample_are_said(tmp_path: Path):
    told = " ".join(figures(tmp_path, ["terrible,neg,en", "tea,neutral,en"] * 9, most=8)["notes"])
    assert "No text is labelled positive" in told
    assert "8 of 18 texts were read" in told
    assert "8 texts are few" in told
    assert "4 negative texts: too few" in told


def test_the_threshold_says_by_which_rule_it_was_chosen(tmp_path: Path):
    found = figures(tmp_path, ROWS)
    assert found["suggested_threshold_rule"] == "the lowest with a negative precision of at least 70 %"
    assert (found["suggested_threshold"], found["suggested_threshold_precision"]) == (0.06, 1.0)
