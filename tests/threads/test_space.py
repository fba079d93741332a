"""Tests of the space: what a text is about counts, not its language; and what is kept for the next look."""

import numpy as np

from monitor.threads.space import Space, unit
from monitor.threads.state import State
from tests.factories import NOON
from tests.threads.told import vector


def in_language(subject: str, number: int, language: str) -> np.ndarray:
    return unit(vector(subject, number) + 3 * vector(f"language {language}", 0))


def texts() -> tuple[np.ndarray, list[str], list[str]]:
    told = [(s, i, lang) for lang in ("ur", "te") for s in ("fee", "music") for i in range(150)]
    return np.stack([in_language(*one) for one in told]), [one[2] for one in told], [one[0] for one in told]


def test_the_nearest_text_in_another_language_is_about_the_same():
    vectors, languages, subjects = texts()
    points = Space.of(vectors, languages).place(vectors, languages)
    cosines = points @ points.T
    same = np.array(subjects)[:, None] == np.array(subjects)
    assert cosines[same].min() > cosines[~same].max()
    assert (vectors @ vectors.T)[~same].max() > 0.8, "as they are, texts of one language are all alike"


def test_the_middle_of_a_few_texts_takes_little_of_what_they_complain_about_away():
    one_complaint = np.stack([vector("fee", i) for i in range(12)])
    space = Space.of(one_complaint, ["en"] * 12)
    points = space.place(one_complaint, ["en"] * 12)
    assert (points @ points.T).min() > 0.5
    assert np.allclose(space.place(one_complaint, ["xx"] * 12), one_complaint)


def test_a_middle_moves_only_while_it_is_of_few_texts():
    vectors, languages, _ = texts()
    first = Space.of(vectors, languages)
    same = Space.of(-vectors, languages, first)
    more = Space.of(np.tile(vectors, (4, 1)), languages * 4, first)
    firm = Space.of(np.tile(-vectors, (60, 1)), languages * 60, Space.of(np.tile(vectors, (14, 1)), languages * 14))
    assert np.array_equal(same.of_language["ur"], first.of_language["ur"])
    assert more.texts["ur"] == 4 * first.texts["ur"]
    assert firm.texts["ur"] == 14 * first.texts["ur"]


def test_what_is_kept_is_read_again():
    vectors, languages, _ = texts()
    state = State(NOON, "builtin 5", Space.of(vectors, languages))
    read = State.read(state.write())
    assert read is not None
    assert (read.looked_at, read.model) == (NOON, "builtin 5")
    assert np.allclose(read.space.of_language["te"], state.space.of_language["te"], atol=1e-3)


def test_what_cannot_be_read_is_made_anew():
    assert State.read("") is None
    assert State.read('{"model": 1}') is None
    assert State.read("[]") is None
