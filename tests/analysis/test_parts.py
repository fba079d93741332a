"""A text longer than a model is cut where people pause, and its cost is bounded."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.parts import MOST_PARTS, Places, cut, parts_of


def words(texts: Sequence[str]) -> list[list[int]]:
    """A start, a number per word, an end."""
    return [[1, *range(10, 10 + len(text.split())), 2] for text in texts]


def signs(texts: Sequence[str]) -> list[list[int]]:
    """A number for each sign, three for a wide one."""
    return [[1, *(ord(sign) for sign in text for _ in range(3 if ord(sign) > 255 else 1)), 2] for text in texts]


def read(text: str, most: int = 20, encode=words) -> list[str]:
    found = parts_of(text, encode([text])[0], encode, most)
    assert all(len(part.ids) <= most for part in found)
    return [part.text for part in found]


def test_a_text_that_fits_is_one_part() -> None:
    assert read("all of it fits") == ["all of it fits"]


def test_a_longer_text_loses_no_word() -> None:
    text = " ".join(f"word{number}" for number in range(70))
    assert " ".join(read(text)) == text


def test_a_cut_comes_after_a_sentence_when_one_ends_nearby() -> None:
    first, second = "the room was small and dark. " * 3, "but the food was good! " * 3
    assert cut(first + second, 2) == [first.strip(), second.strip()]


def test_without_a_sentence_the_cut_comes_between_words() -> None:
    assert cut("aaaa bbbb cccc dddd eeee ffff", 2) == ["aaaa bbbb cccc", "dddd eeee ffff"]


def test_signs_of_a_script_without_spaces_are_cut_after_their_full_stop() -> None:
    assert cut("很差很差很差很差很差。很好很好很好很好很", 2) == ["很差很差很差很差很差。", "很好很好很好很好很"]


def test_a_word_without_end_is_cut_anywhere() -> None:
    assert "".join(read("x" * 100, encode=signs)) == "x" * 100


def test_of_a_very_long_text_the_first_and_the_last_part_are_read() -> None:
    found = read("first " + "word " * 5_000 + "last")
    assert len(found) == MOST_PARTS
    assert (found[0].split()[0], found[-1].split()[-1]) == ("first", "last")


def test_one_sign_of_more_tokens_than_fit_is_cut_but_keeps_its_end() -> None:
    (part,) = parts_of("﷽", [1, *[7] * 30, 2], lambda texts: [[1, *[7] * 30, 2] for _ in texts], 20)
    assert (len(part.ids), part.ids[-1]) == (20, 2)


@given(st.text(max_size=300), st.integers(4, 40))
def test_any_text_is_cut_into_parts_that_fit(text: str, most: int) -> None:
    found = read(text, most, signs)
    assert 1 <= len(found) <= MOST_PARTS


@given(st.text(alphabet="ab .。", min_size=1, max_size=200), st.integers(2, 9))
def test_a_cut_loses_nothing_but_spaces(text: str, count: int) -> None:
    assert "".join("".join(cut(text, count)).split()) == "".join(text.split())


def test_equal_texts_share_their_parts_and_empty_ones_have_none() -> None:
    places = Places.of(["long", "", "short", "long"], {"long": [[1] * 3, [1]], "short": [[1]]})
    assert places.read.tolist() == [True, False, True, True]
    assert np.allclose(places.joined(np.array([[4], [8], [5], [4], [8]], np.float32))[:, 0], [5, 0, 5, 5])
