"""Tests of how many people the week's mentions could have reached."""

from datetime import timedelta

from monitor.facts import LARGEST_NUMBER
from monitor.models import Author, Mention, Snapshot
from tests.factories import make_author
from tests.reports.conftest import MONDAY, Watched

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def followed(
    watched: Watched, followers: int | None, negative: float = 0.1, author: Author | None = None, weeks_ago: int = 0
) -> Mention:
    mention = watched.say(MONDAY - weeks_ago * WEEK + HOUR, negative, author=author or make_author(watched.session))
    mention.author_followers = followers
    watched.session.add(mention)
    watched.session.flush()
    return mention


def seen(watched: Watched, mention: Mention, *views: int | None) -> None:
    for i, number in enumerate(views):
        watched.session.add(Snapshot(mention_id=mention.id, taken_at=MONDAY + i * HOUR, likes=1, views=number))
    watched.session.flush()


def reach(watched: Watched) -> tuple[float | None, float | None]:
    figures = watched.report()
    return figures.figure("reach").value, figures.figure("negative_reach").value


def test_followers_of_distinct_authors_are_added_up_each_with_the_largest_number(heard: Watched) -> None:
    author = make_author(heard.session)
    followed(heard, 100, author=author)
    followed(heard, 120, author=author)
    followed(heard, 40, negative=0.9)
    followed(heard, None)
    assert reach(heard) == (160, 40)


def test_views_take_the_place_of_followers_where_a_place_tells_them(heard: Watched) -> None:
    seen(heard, followed(heard, 9_000, negative=0.9), 10, None, 250)
    followed(heard, 40)
    assert reach(heard) == (290, 250)


def test_nameless_authors_are_not_taken_for_one(heard: Watched) -> None:
    for _ in range(2):
        mention = followed(heard, None)
        mention.author_id = None
        seen(heard, mention, 30)
    assert reach(heard)[0] == 60


def test_reach_is_not_known_where_no_place_tells_of_it(heard: Watched) -> None:
    followed(heard, None)
    figure = heard.report().figure("reach")
    assert (figure.value, figure.note) == (None, "no place tells views or followers")


def test_reach_is_compared_with_last_week(heard: Watched) -> None:
    followed(heard, 100)
    followed(heard, 70, weeks_ago=1)
    figure = heard.report().figure("reach")
    assert (figure.value, figure.last, figure.note) == (100, 70, "told of 1 author")


def test_no_more_people_are_reached_than_there_could_be(heard: Watched) -> None:
    for _ in range(2):
        followed(heard, LARGEST_NUMBER)
    assert reach(heard)[0] == LARGEST_NUMBER
