"""The stories on which rivals sent too many messages, told in small: who is mailed, and who is not."""

import random
from datetime import timedelta

import pytest

from benchmarks.alert_rivals import DAY, HOUR, MINUTE, START, Outcome, Review, background, run, story
from benchmarks.rival_texts import Said, Texts, near_identical
from monitor.facts import Sentiment


def told(*names: str) -> dict[str, Outcome]:
    small = {"number": 60, "days": 6, "within": 20 * MINUTE}
    return {one.story: one for one in run(names, model=False, labelled=False, seed=7, **small)}


@pytest.mark.slow
def test_praise_and_what_is_known_already_mail_nobody():
    outcomes = told("praise", "again")
    assert {name: one.mails for name, one in outcomes.items()} == {"background": [], "praise": [], "again": []}
    assert outcomes["again"].texts == 60 + 10 + 1


@pytest.mark.slow
def test_sixty_complaints_mail_while_they_come_and_once_when_they_are_over():
    outcome = told("complaints")["complaints"]
    assert outcome.mails[0].minutes <= 10
    assert [mail.subject.endswith("is over after 18 h") for mail in outcome.mails[-2:]] == [False, True]
    assert len(outcome.mails) <= 4
    assert outcome.over_after_hours is not None


def made(name: str) -> tuple[list[Review], list[Review]]:
    texts, begin = Texts(random.Random(1), labelled=False), START + 30 * DAY
    before = background(texts, random.Random(1), 300, 30)
    return before, story(name, before, texts, begin, HOUR)


def test_the_background_has_a_third_of_each_mood_over_its_days():
    before, _ = made("praise")
    assert sorted(one.stars for one in before) == [2] * 100 + [3] * 100 + [5] * 100
    assert before[0].came - START < DAY < before[-1].came - before[0].came


def test_what_comes_again_has_the_same_ids_old_times_and_one_edit():
    before, again = made("again")
    known = {one.number for one in before}
    old = [one for one in again if one.written is not None and one.came - one.written > 899 * DAY]
    assert [one.number in known for one in again].count(True) == 101
    assert (len(old), again[-1].stars) == (10, 1)


def test_near_identical_complaints_are_not_identical():
    said = near_identical(60)
    assert len({one.text for one in said}) == 60
    assert {one.label for one in said} == {Sentiment.NEGATIVE}


@pytest.mark.parametrize("number", [1, 30])
def test_texts_are_given_in_equal_parts(number: int):
    taken: list[Said] = Texts(random.Random(1), labelled=False).take(number, *Sentiment)
    assert len(taken) == number
    assert max([one.label for one in taken].count(label) for label in Sentiment) <= number // 3 + 1


def test_a_burst_lasts_as_long_as_it_is_asked_to():
    _, praise = made("praise")
    assert praise[-1].came - praise[0].came < 2 * HOUR
    assert praise[-1].came - praise[0].came > timedelta(hours=1.9)
