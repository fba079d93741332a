"""Rows are read in batches, by language, all of them or evenly spaced, and only the answers are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.evaluation import Columns, Evaluation, evaluate, opened, survey
from monitor.evaluation.gather import CHARACTERS_AT_ONCE, TEXTS_AT_ONCE, Labelled, batches, spaced
from monitor.evaluation.source import Row
from monitor.facts import Sentiment
from tests.fakes import FakeAssessor


def evaluated(folder: Path, rows: list[str], most: int | None = None) -> tuple[Evaluation, FakeAssessor]:
    path = folder / "labelled.csv"
    path.write_text("\n".join(["text,label,lang", *rows]), encoding="utf-8")
    assessor = FakeAssessor()
    with opened(str(path)) as source:
        return evaluate(source, survey(source, Columns(), {}), assessor, most=most), assessor


def labelled(text: str) -> Labelled:
    return Row(1, text, "neg", ""), Sentiment.NEGATIVE


def test_answers_are_compared_with_the_labels(tmp_path: Path):
    found, assessor = evaluated(tmp_path, ["terrible,neg,en", "lovely,neg,en", "tea,neutral,en", "lovely,pos,en"])
    assert found.whole.labelled.accuracy.value == 0.75
    assert found.whole.labelled.table.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert assessor.seen == ["terrible", "lovely", "tea", "lovely"]


def test_the_given_language_goes_before_the_identified_one(tmp_path: Path):
    found, _ = evaluated(tmp_path, ["terrible,neg,ur-Latn", "lovely,pos,UR_latn", "tea,neutral,"])
    assert {code: scores.n for code, scores in found.by_language.items()} == {"ur-Latn": 2, "en": 1}
    assert (found.languages_given, found.languages_found) == (2, 0)


def test_the_worst_language_is_one_with_enough_rows(tmp_path: Path):
    rows = ["terrible,neg,te"] * 30 + ["lovely,neg,ur"] * 10 + ["terrible,neg,ur"] * 20 + ["lovely,neg,hi"] * 29
    found, _ = evaluated(tmp_path, rows)
    assert found.worst_language == "ur"


def test_no_language_with_enough_rows_is_no_worst_language(tmp_path: Path):
    found, _ = evaluated(tmp_path, ["terrible,neg,te", "lovely,neg,ur", *["tea,neutral,und"] * 40])
    assert found.worst_language is None


def test_fewer_rows_are_taken_from_all_of_the_file(tmp_path: Path):
    rows = ["terrible,neg,en"] * 50 + ["lovely,pos,en"] * 50
    found, _ = evaluated(tmp_path, rows, most=10)
    assert found.whole.labelled.table.tolist() == [[5, 0, 0], [0, 0, 0], [0, 0, 5]]


@pytest.mark.parametrize(("total", "wanted"), [(10, 10), (10, 3), (7, 1), (1000, 999)])
def test_spaced_rows_are_as_many_as_wanted(total: int, wanted: int):
    assert len(list(spaced([labelled("a")] * total, total, wanted))) == wanted


def test_batches_are_bounded_in_texts_and_characters():
    many = list(batches([labelled("a")] * (TEXTS_AT_ONCE + 1)))
    long = list(batches([labelled("a" * CHARACTERS_AT_ONCE)] * 3))
    assert [len(batch) for batch in many] == [TEXTS_AT_ONCE, 1]
    assert [len(batch) for batch in long] == [2, 1]


def test_no_more_than_one_batch_is_held_at_a_time(tmp_path: Path):
    taken = 0

    def endless() -> Iterator[Labelled]:
        nonlocal taken
        while True:
            taken += 1
            yield labelled("a")

    next(batches(endless()))
    assert taken == TEXTS_AT_ONCE


def test_a_language_agrees_whatever_its_country_but_not_in_another_script(tmp_path: Path):
    found, _ = evaluated(
        tmp_path, ["terrible,neg,en-US", "lovely,pos,en-GB", "tea,neutral,en-Latn", "tea,neutral,pt-BR"]
    )
    assert (found.languages_given, found.languages_found) == (4, 2)


def test_a_language_with_one_label_is_scored_as_its_file_is_when_that_knows_no_neutral(tmp_path: Path):
    found, _ = evaluated(tmp_path, ["tea,neg,te", "terrible,neg,en", "lovely,pos,en"])
    assert found.by_language["te"].two_classes
    assert found.by_language["te"].largest.table[:, 1].sum() == 0
