"""The labels have hashes in the place of texts; texts are found again by them."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from training import labelled
from training.labelled import LABELS, digest, is_for_choosing, themed
from training.theme_weights import Sample, fit, micro_f1

FILES = ("themes", "traps", "themes_choose", "traps_choose")


@pytest.mark.parametrize("name", FILES)
def test_no_label_has_a_text(name: str) -> None:
    lines = [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(len(line["hash"]) == 32 and "text" not in line for line in lines)
    assert len({(line["hash"], line.get("brand")) for line in lines}) == len(lines)


def test_what_was_labelled_to_choose_is_not_what_is_measured() -> None:
    seen = [
        {json.loads(line)["hash"] for line in (LABELS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()}
        for name in FILES
    ]
    assert not (seen[0] | seen[1]) & (seen[2] | seen[3])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    part = tmp_path / "data" / "sentiment" / "val"
    part.mkdir(parents=True)
    with gzip.open(part / "small.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"text": "late again", "label": "negative", "lang": "en"}) + "\n")
    monkeypatch.setenv("EMBERWATCH_DATA", str(tmp_path))
    monkeypatch.setattr(labelled, "LABELS", tmp_path)
    return tmp_path


def label(data: Path, text: str) -> None:
    line = {"hash": digest(text), "lang": "en", "set": "small", "kind": "complaint", "themes": ["delivery"]}
    (data / "themes.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")


def test_a_text_is_found_by_its_hash(data: Path) -> None:
    label(data, "late again")
    assert [(row.text, row.themes) for row in themed("val")] == [("late again", frozenset({"delivery"}))]


def test_a_text_that_is_not_in_the_data_is_said(data: Path) -> None:
    label(data, "another text")
    with pytest.raises(LookupError, match=r"1 of 1 texts of themes\.jsonl"):
        themed("val")


def test_the_halves_are_told_by_the_hash() -> None:
    assert is_for_choosing("00ff")
    assert not is_for_choosing("01ff")


def test_a_theme_is_learnt_from_embedding_and_word() -> None:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(300, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hits = draw.random((300, 2)) < 0.3
    labels = np.stack([vectors[:, 0] > 0.3, hits[:, 1]], axis=1)
    fitted = fit(Sample(vectors, hits, labels, np.ones(300), np.ones(300, np.bool_)), ["near", "word"], "1")
    said = [fitted.probabilities(name, vectors.astype(np.float32), hits[:, i]) for i, name in enumerate(fitted.ids)]
    assert micro_f1(np.stack(said, axis=1) >= fitted.threshold, labels) > 0.9
