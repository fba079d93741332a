"""Who counts, and how often."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detection.counting import Weights, arrange, count, without_repeats
from monitor.detection.voices import hear, newest_first
from monitor.facts import WHOLE, Cell, Dimension, Voice
from tests.detection.streams import HOUR, MINUTE, NOW, voice, voices

WINDOWS = np.array([600.0, 3600.0, 86400.0])


def counted(heard: list[Voice], echo: float = 1.0, copies: float = 0.0, least_story: int = 99):
    """Counts per cell and window; the whole brand is the first one."""
    numbers = {WHOLE: 0}
    columns = newest_first(hear(heard, numbers))
    arranged = arrange(columns, tuple(numbers), least_story)
    kept = without_repeats(arranged, np.ones(len(columns.id), bool))
    return count(arranged, kept, NOW.timestamp() - arranged.voices.at, WINDOWS, Weights(echo, copies))


def test_every_author_counts_once_in_six_hours():
    counts = counted(voices(10, 50, author=7))
    assert counts.certain[0].tolist() == [0.81, 0.81, 0.81]
    assert counts.authors[0].tolist() == [1, 1, 1]


def test_an_author_who_comes_back_after_hours_counts_again_but_is_one_author():
    heard = [voice(1, NOW - 20 * HOUR, author=7), voice(2, NOW - MINUTE, author=7)]
    counts = counted(heard)
    assert counts.certain[0][2] == 2 * 0.81
    assert counts.authors[0][2] == 1


def test_the_same_story_of_the_same_author_counts_once_in_all():
    heard = [voice(1, NOW - 20 * HOUR, author=7, story=3), voice(2, NOW - MINUTE, author=7, story=3)]
    assert counted(heard).certain[0].tolist() == [0.81, 0.81, 0.81]


def test_reposts_of_many_authors_count_for_each():
    assert counted(voices(10, 5, story=3, repost=True)).certain[0][0] == pytest.approx(10 * 0.81)


def test_reposts_weigh_less_than_voices_of_their_own():
    heard = [voice(1, NOW - HOUR, story=1), *voices(2, 5, first=2, story=1, repost=True)]
    assert counted(heard, echo=0.5).certain[0][1] == pytest.approx(2 * 0.81)
    assert counted(voices(3, 5), echo=0.5).certain[0][0] == pytest.approx(3 * 0.81)


def test_authors_who_only_repost_weigh_less_as_authors_too():
    assert counted(voices(11, 5, story=3, repost=True), echo=0.5).authors[0][0] == pytest.approx(6)


def test_authors_of_copies_are_none():
    assert counted(voices(11, 5, story=3)).authors[0][0] == pytest.approx(1)


def test_copies_of_one_text_by_many_authors_count_once():
    assert counted(voices(30, 5, story=3)).certain[0].tolist() == pytest.approx([0.81, 0.81, 0.81])


def test_copies_weigh_as_much_as_they_are_told_to():
    assert counted(voices(3, 5, story=3), copies=0.5).certain[0][0] == pytest.approx(2 * 0.81)


def test_of_copies_the_surest_counts():
    heard = [voice(1, NOW - 2 * MINUTE, story=3, negative=0.6), voice(2, NOW - 3 * MINUTE, story=3), voice(9, NOW)]
    assert counted(heard).certain[0][0] == pytest.approx(2 * 0.81)


def test_a_text_that_was_copied_and_reposted_counts_once_and_its_reposts_each():
    heard = [*voices(4, 5, story=3), *voices(2, 5, first=9, story=3, repost=True)]
    assert counted(heard, echo=1.0).certain[0][0] == pytest.approx(3 * 0.81)


def story_cell(heard: list[Voice]):
    """Counts of the story of all these voices, in ten minutes: with copies once, and with all of them."""
    counts = counted(heard, echo=0.8, least_story=1)
    return counts.certain[-1][0], counts.told[-1][0]


def test_in_the_cell_of_a_story_its_copies_are_told_but_count_once():
    assert story_cell(voices(5, 5, story=3)) == pytest.approx((0.81, 5 * 0.81))


def test_in_the_cell_of_a_story_its_reposts_count_in_full():
    assert story_cell(voices(5, 5, story=3, repost=True)) == pytest.approx((5 * 0.81, 5 * 0.81))


def test_doubtful_voices_are_no_authors_and_weigh_little():
    counts = counted(voices(10, 5, negative=0.2))
    assert counts.authors[0][0] == 0
    assert counts.certain[0][0] < 0.5


def test_a_story_of_enough_voices_is_a_cell():
    numbers = {WHOLE: 0}
    columns = newest_first(hear([*voices(3, 5, story=42), *voices(2, 5, first=9, story=43)], numbers))
    arranged = arrange(columns, tuple(numbers), 3)
    assert arranged.cells[arranged.stories :] == (Cell(Dimension.STORY, "42"),)
    assert (arranged.cell == len(arranged.cells) - 1).sum() == 3


def test_nothing_heard_is_nothing_counted():
    assert counted([]).certain.sum() == 0


parts = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 4), st.floats(0.3, 1), st.integers(0, 2800), st.booleans(), st.booleans()
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(parts)
def test_a_part_of_what_was_arranged_counts_as_if_it_had_been_heard_alone(rows):
    heard = [
        voice(i, NOW - minutes * MINUTE / 2, author=author, story=story or 100 + i, negative=p, repost=repost)
        for i, (author, story, p, minutes, repost, _) in enumerate(rows)
    ]
    chosen = [one for one, row in zip(heard, rows, strict=True) if row[-1]]
    numbers = {WHOLE: 0}
    arranged = arrange(newest_first(hear(heard, numbers)), tuple(numbers), 1)
    kept = without_repeats(arranged, np.isin(arranged.voices.id, [one.mention_id for one in chosen]))
    age = NOW.timestamp() - arranged.voices.at
    part = count(arranged, kept, age, WINDOWS, Weights(0.8, 0.3))
    alone = counted(chosen, 0.8, 0.3, 1)
    assert part.certain[0] == pytest.approx(alone.certain[0])
    assert part.authors[0] == pytest.approx(alone.authors[0])
    assert part.told.sum() == pytest.approx(alone.told.sum())
