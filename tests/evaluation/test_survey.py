"""Bad rows are told before anything is read, and nothing is dropped unless the operator says so."""

from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.evaluation import Columns, opened, survey, told
from monitor.evaluation.survey import MOST_DIFFERENT, Survey

GOOD = "text,label,lang\nterrible,neg,en\nlovely,pos,ur\n"


def surveyed(folder: Path, content: str, *labels: str, skip_bad: bool = False) -> Survey:
    path = folder / "labelled.csv"
    path.write_text(content, encoding="utf-8")
    with opened(str(path)) as source:
        return survey(source, Columns(), told(labels), skip_bad=skip_bad)


def test_a_sound_file_has_only_usable_rows(tmp_path: Path):
    found = surveyed(tmp_path, GOOD)
    assert (found.usable, found.left_out, dict(found.bad)) == (2, 0, {})


def test_an_unknown_label_is_refused_with_its_first_line_how_often_and_what_is_allowed(tmp_path: Path):
    with pytest.raises(MonitorError) as refused:
        surveyed(tmp_path, GOOD + "so so,mixed,en\nwell,Mixed,en\n")
    assert "2 of 4 rows cannot be used" in str(refused.value)
    assert "line 4: unknown label: the label 'mixed' is not known; allowed: negative, neutral" in str(refused.value)
    assert "(2 rows)" in str(refused.value)


def test_only_the_first_bad_lines_are_listed_and_all_are_counted(tmp_path: Path):
    with pytest.raises(MonitorError) as refused:
        surveyed(tmp_path, GOOD + ",neg\n" * 20 + "cold,\n")
    assert "line 8: no text" in str(refused.value)
    assert "line 9" not in str(refused.value)
    assert "in all: 20 no text, 1 no label" in str(refused.value)


def test_bad_rows_are_left_out_and_counted_when_the_operator_says_so(tmp_path: Path):
    found = surveyed(tmp_path, GOOD + ",neg\nso so,mixed\n", skip_bad=True)
    assert (found.usable, dict(found.bad)) == (2, {"no text": 1, "unknown label": 1})
    assert [bad.line for bad in found.first_bad] == [4, 5]


def test_a_file_of_bad_rows_alone_is_refused_even_then(tmp_path: Path):
    with pytest.raises(MonitorError, match="--text-column"):
        surveyed(tmp_path, "text,label\n,neg\n", skip_bad=True)


def test_a_file_without_rows_is_refused(tmp_path: Path):
    with pytest.raises(MonitorError, match="no row to evaluate"):
        surveyed(tmp_path, "text,label\n")


def test_rows_are_left_out_by_a_label_that_means_skip(tmp_path: Path):
    found = surveyed(tmp_path, GOOD + "buy,Spam,en\n", "spam=skip")
    assert (found.usable, found.left_out) == (2, 1)


def test_a_column_with_too_many_different_labels_is_the_wrong_one(tmp_path: Path):
    with pytest.raises(MonitorError, match="wrong column"):
        surveyed(tmp_path, "text,label\n" + "".join(f"a,{n}x\n" for n in range(MOST_DIFFERENT + 1)), skip_bad=True)


def test_a_column_with_too_many_different_languages_is_the_wrong_one(tmp_path: Path):
    with pytest.raises(MonitorError, match="as language"):
        surveyed(tmp_path, "text,label,lang\n" + "".join(f"a,neg,l{n}\n" for n in range(MOST_DIFFERENT + 1)))


def test_a_language_column_that_was_named_and_is_not_there_is_refused(tmp_path: Path):
    path = tmp_path / "labelled.csv"
    path.write_text(GOOD, encoding="utf-8")
    with opened(str(path)) as source, pytest.raises(MonitorError, match="--lang-column"):
        survey(source, Columns(lang="langage"), {})
