"""Labels as people write them are understood, and what could mean several things is asked about."""

import pytest

from monitor.errors import MonitorError
from monitor.evaluation.written import normalised, told, understood


def meant(*written: str) -> list[str | None]:
    labels = understood({}, {normalised(one) for one in written})
    return [labels.of(one) for one in written]


def test_words_are_understood_in_any_case():
    assert meant("Negative", "NEG", " neutral ", "neu", "Positive", "very_positive") == [
        "negative", "negative", "neutral", "neutral", "positive", "positive"
    ]  # fmt: skip


def test_numbers_with_a_minus_one_among_them_are_signs():
    assert meant("-1", "0", "+1", "1.0") == ["negative", "neutral", "positive", "positive"]


def test_numbers_up_to_five_are_stars():
    assert meant("1", "2.0", "3", "4", "5") == ["negative", "negative", "neutral", "positive", "positive"]


@pytest.mark.parametrize("written", ["4 stars", "4 star", "4/5", "4 out of 5", "★★★★", "★★★★☆", "⭐️⭐️⭐️⭐️"])
def test_what_calls_itself_stars_needs_no_others_beside_it(written: str):
    assert meant(written) == ["positive"]


@pytest.mark.parametrize("numbers", [("0", "1"), ("0", "1", "2"), ("1", "2", "3"), ("1",), ("0", "4")])
def test_numbers_that_could_mean_several_things_are_asked_about(numbers: tuple[str, ...]):
    with pytest.raises(MonitorError, match=r"--label 0=…|--label 1=…"):
        understood({}, set(numbers))


def test_what_the_operator_says_goes_before_everything_else():
    labels = understood(told(["0=negative", "1=positive", "Mixed=neutral"]), {"0", "1", "mixed"})
    assert [labels.of(one) for one in ("0", "1.0", "MIXED")] == ["negative", "positive", "neutral"]


def test_rows_can_be_left_out_by_their_label():
    assert understood(told(["spam=skip"]), {"spam"}).of("Spam") is None


@pytest.mark.parametrize("written", ["mixed", "6", "★★★★★★", "4.5", "nan", "-"])
def test_an_unknown_label_is_named_with_what_is_allowed(written: str):
    with pytest.raises(ValueError, match="allowed: negative, neutral, positive"):
        meant("-1", written)


@pytest.mark.parametrize("pair", ["mixed", "mixed=maybe", "=negative", "mixed="])
def test_a_meaning_that_is_none_is_refused(pair: str):
    with pytest.raises(MonitorError, match="WORD=negative"):
        told([pair])


def test_a_label_may_hold_an_equals_sign():
    assert told(["a=b=negative"]) == {"a=b": "negative"}
