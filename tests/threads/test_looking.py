"""Tests of a look: what is known keeps its texts and its centre, and the rest is looked through."""

import numpy as np

from monitor.threads.grouping import ALONE
from monitor.threads.looking import Heard, look, without
from monitor.threads.space import Space
from tests.threads.told import SIZE, vector

NOWHERE = Space(SIZE)


def heard(
    subjects: str, each: int = 12, stories: list[int | None] | None = None, was_in: list[int] | None = None
) -> Heard:
    told = [(subject, i) for subject in subjects.split() for i in range(each)]
    return Heard(
        embeddings=np.stack([vector(*one) for one in told]),
        languages=["en"] * len(told),
        authors=[i for _, i in told],
        weeks=[i % 3 for _, i in told],
        stories=stories or [None] * len(told),
        was_in=np.array(was_in or [ALONE] * len(told), np.int64),
    )


def none() -> np.ndarray:
    return np.zeros((0, SIZE), np.float32)


def test_a_new_week_changes_no_label_of_the_weeks_before():
    first = look(heard("fee music"), none(), NOWHERE)
    again = look(heard("fee music parking", was_in=[*first.told.tolist(), *[ALONE] * 12]), first.centres, NOWHERE)
    assert again.told[:24].tolist() == first.told.tolist()
    assert np.array_equal(again.centres[:2], first.centres)
    assert set(again.told[24:].tolist()) == {2}


def test_copies_of_one_story_are_one_text_but_all_belong_to_its_group():
    shouted = look(heard("fee", 12, stories=[1] * 12), none(), NOWHERE)
    assert len(shouted.centres) == 0
    told = look(heard("fee", 12, stories=[*range(9), 8, 8, 8]), none(), NOWHERE)
    assert set(told.told.tolist()) == {0}


def test_a_text_stays_where_it_was_while_it_is_near_enough():
    centres = np.stack([vector("fee", 1), vector("fee", 2)])
    stays = look(heard("fee", 3, was_in=[0, 1, 0]), centres, NOWHERE)
    assert stays.told.tolist() == [0, 1, 0]


def test_groups_that_are_dropped_leave_the_numbers_of_the_others_in_order():
    looked = look(heard("fee music parking"), none(), NOWHERE)
    left = without(looked, [0])
    assert len(left.centres) == 2
    assert sorted(set(left.told.tolist())) == [ALONE, 0, 1]
