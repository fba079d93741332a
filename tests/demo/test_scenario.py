"""The scenario: the same every time, two natural quiet weeks, and a complaint in five languages."""

from collections import Counter
from datetime import timedelta

import pytest

from demo.phrases import LANGUAGES, MOODS, phrases, shop
from demo.posts import Place
from demo.quiet import FEWEST, MOST, names_the_shop
from demo.scenario import DAYS_BEFORE, Scenario, write

from .conftest import START


def quiet(scenario: Scenario) -> list:
    return [post for post in scenario.posts if post.at <= START]


def complaint(scenario: Scenario) -> list:
    return [post for post in scenario.posts if post.key.startswith("crisis")]


def test_the_same_seed_and_start_give_the_same_posts(scenario: Scenario) -> None:
    assert write(7, START) == scenario


def test_another_seed_gives_other_posts(scenario: Scenario) -> None:
    assert write(8, START).posts != scenario.posts


def test_fractions_of_a_second_in_the_start_change_nothing(scenario: Scenario) -> None:
    assert write(7, START + timedelta(milliseconds=900)) == scenario


def test_when_the_complaint_begins_does_not_change_the_history(scenario: Scenario) -> None:
    later = write(7, START, complaint_after=timedelta(minutes=3))
    assert quiet(later) == quiet(scenario)


def test_ids_rise_with_time(scenario: Scenario) -> None:
    assert [post.id for post in scenario.posts] == list(range(1, len(scenario.posts) + 1))
    assert all(one.at <= other.at for one, other in zip(scenario.posts, scenario.posts[1:], strict=False))


@pytest.mark.parametrize("seed", range(5))
def test_every_quiet_day_has_its_ten_to_twenty_five_mentions(seed: int) -> None:
    posts = quiet(write(seed, START))
    days = Counter((post.at - START) // timedelta(days=1) for post in posts)
    assert set(days) == set(range(-DAYS_BEFORE, 0))
    assert all(FEWEST <= number <= MOST for number in days.values())


@pytest.mark.parametrize("seed", range(5))
def test_most_of_what_is_said_on_quiet_days_is_praise(seed: int) -> None:
    moods = Counter(post.mood for post in quiet(write(seed, START)))
    assert moods["praise"] > 2 * moods["complaint"] > 40


@pytest.mark.parametrize("seed", range(5))
def test_people_write_in_the_evening_and_sleep_at_night(seed: int) -> None:
    posts = [post for post in quiet(write(seed, START)) if post.language in ("ur", "ur-Latn")]
    hours = Counter((post.at + timedelta(hours=5)).hour for post in posts)
    assert sum(hours[hour] for hour in range(18, 24)) > 3 * sum(hours[hour] for hour in range(6))


@pytest.mark.parametrize("seed", range(5))
def test_every_product_is_reviewed_in_the_quiet_weeks(seed: int) -> None:
    reviewed = {post.item for post in quiet(write(seed, START)) if post.place is Place.REVIEW}
    assert reviewed == {product.slug for product in shop().products}


@pytest.mark.parametrize("seed", range(5))
def test_no_two_people_use_the_same_words_by_accident(seed: int) -> None:
    posts = write(seed, START).posts
    words = Counter((post.title, post.text) for post in posts)
    assert [said for said, number in words.items() if number > 1 and "Forwarded" not in said[1]] == []


@pytest.mark.parametrize("seed", range(5))
def test_on_the_board_whoever_speaks_of_the_shop_names_it_or_answers_someone(seed: int) -> None:
    board = [post for post in write(seed, START).posts if post.place is Place.FORUM and post.mood != "elsewhere"]
    assert all(names_the_shop(post.text) or post.parent for post in board)


def test_no_slot_is_left_unfilled(scenario: Scenario) -> None:
    assert [post.text for post in scenario.posts if "{" in post.text + post.title] == []


def test_ratings_are_in_reviews_only_and_follow_the_mood(scenario: Scenario) -> None:
    stars = {(post.mood, post.rating) for post in scenario.posts if post.place is Place.REVIEW}
    assert all(post.rating is None for post in scenario.posts if post.place is not Place.REVIEW)
    assert max(rating for mood, rating in stars if mood in ("complaint", "crisis")) == 2
    assert min(rating for mood, rating in stars if mood == "praise") == 4


def test_the_complaint_begins_with_a_filmed_post(scenario: Scenario) -> None:
    first = complaint(scenario)[0]
    assert (first, first.at) == (scenario.root, START + timedelta(seconds=45))


def test_within_a_minute_it_is_told_in_every_language(scenario: Scenario) -> None:
    early = [post for post in complaint(scenario) if post.at <= scenario.complaint_at + timedelta(minutes=1)]
    assert {post.language for post in early} == set(LANGUAGES)


def test_it_spreads_to_every_place_within_five_minutes(scenario: Scenario) -> None:
    posts = complaint(scenario)
    assert {post.place for post in posts} == set(Place)
    assert posts[-1].at == scenario.complaint_at + timedelta(minutes=5)


def test_it_spreads_faster_at_speed(scenario: Scenario) -> None:
    fast = write(7, START, speed=5)
    assert fast.complaint_at == START + timedelta(seconds=9)
    assert complaint(fast)[-1].at == fast.complaint_at + timedelta(minutes=1)


@pytest.mark.parametrize("seed", range(5))
def test_everyone_who_complains_speaks_once(seed: int) -> None:
    authors = Counter(post.author for post in complaint(write(seed, START)) if post.place is not Place.NEWS)
    assert authors.most_common(1)[0][1] == 1


@pytest.mark.parametrize("seed", range(5))
def test_answers_and_quotes_come_after_what_they_answer_in_the_same_place(seed: int) -> None:
    posts = write(seed, START).posts
    by_id = {post.id: post for post in posts}
    answers = [post for post in posts if post.parent]
    assert len(answers) > 20
    assert all(by_id[post.parent].at <= post.at and by_id[post.parent].place is post.place for post in answers)


def test_the_texts_are_many() -> None:
    said = [t for language in LANGUAGES for mood in MOODS for ts in phrases(language).said[mood].values() for t in ts]
    parts = [phrases(language).crisis[part] for language in LANGUAGES for part in ("reply", "review", "quote")]
    assert len(set(said)) >= 140
    assert len({text for part in parts for text in part}) >= 50


def test_people_go_on_writing_after_the_start(scenario: Scenario) -> None:
    later = [post for post in scenario.posts if post.key.startswith("quiet") and post.at > START]
    assert len(later) >= 2 * FEWEST
