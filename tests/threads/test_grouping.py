"""Tests of grouping: what recurs is found, whatever the order, and nothing else."""

import numpy as np
import pytest

from monitor.threads.grouping import ALONE, Rules, Voices, nearest, new_centres
from tests.threads.told import vector

SUBJECTS = ("fee", "parking", "music")


def voices(number: int = 12, authors: int = 12, weeks: int = 4, order: int | None = None) -> tuple[Voices, list[str]]:
    told = [(subject, i) for subject in SUBJECTS for i in range(number)] + [(f"lone {i}", 0) for i in range(10)]
    if order is not None:
        np.random.default_rng(order).shuffle(told)
    points = np.stack([vector(subject, i) for subject, i in told])
    people, when = [i % authors for _, i in told], [i % weeks for _, i in told]
    return Voices(points, people, when), [subject for subject, _ in told]


def test_each_recurring_complaint_is_one_group_and_what_is_said_once_is_none():
    said, subjects = voices()
    told, _ = nearest(said.points, new_centres(said))
    groups = {subject: {int(told[i]) for i, one in enumerate(subjects) if one == subject} for subject in SUBJECTS}
    assert sorted(map(list, groups.values())) == [[0], [1], [2]]
    assert all(told[i] == ALONE for i, one in enumerate(subjects) if one.startswith("lone"))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_of_the_texts_changes_no_group(order: int):
    as_told, shuffled = new_centres(voices()[0]), new_centres(voices(order=order)[0])
    assert np.sort((as_told @ shuffled.T).max(axis=1)).min() > 0.999


@pytest.mark.parametrize(
    ("number", "authors", "weeks"), [(5, 5, 4), (12, 2, 4), (12, 12, 1)], ids=["few texts", "two people", "one week"]
)
def test_what_few_tell_or_only_one_week_heard_does_not_recur(number: int, authors: int, weeks: int):
    assert len(new_centres(voices(number, authors, weeks)[0])) == 0


def test_people_who_are_not_named_are_different_people():
    said, _ = voices()
    assert len(new_centres(Voices(said.points, [None] * len(said.points), said.weeks))) == 3


def test_a_text_far_from_every_centre_belongs_to_none():
    told, cosines = nearest(np.stack([vector("fee", 1)]), np.stack([vector("music", 1)]))
    assert told.tolist() == [ALONE]
    assert cosines[0] < Rules().near


def test_without_texts_there_are_no_groups():
    empty = Voices(np.zeros((0, 8), np.float32), [], [])
    assert new_centres(empty).shape == (0, 8)
