"""Tests of people praised by name."""

from datetime import timedelta

from monitor.facts import Sentiment
from monitor.models import Mention, Praise
from monitor.reports.praised import PEOPLE_SHOWN, most_praised
from tests.reports.conftest import DUE, MONDAY, Watched

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def thank(watched: Watched, person: str, weeks_ago: int = 0, text: str = "", **values: object) -> Mention:
    at = MONDAY - weeks_ago * WEEK + HOUR
    mention = watched.say(at, 0.02, text or f"Thank you {person}! {id(values)}", **values)
    watched.session.add(Praise(mention_id=mention.id, brand_id=watched.brand.id, person=person, found_at=at))
    return mention


def test_praise_is_counted_beside_last_week_and_the_usual_range(heard: Watched) -> None:
    for weeks_ago, number in enumerate((3, 1, 2, 2)):
        for i in range(number):
            thank(heard, "Sana", weeks_ago, f"Sana helped, {weeks_ago} {i}")
    figure = heard.report().praised[0].figure
    assert (figure.value, figure.last, figure.history[-3:], figure.usual_high) == (3, 1, (2, 2, 1), 2)


def test_who_was_praised_most_comes_first_and_who_was_not_this_week_is_left_out(heard: Watched) -> None:
    thank(heard, "Omar")
    for i in range(2):
        thank(heard, "Sana", text=f"Sana again {i}")
    thank(heard, "Zoya", weeks_ago=1)
    assert [one.person for one in heard.report().praised] == ["Sana", "Omar"]


def test_two_quotes_stand_in_their_own_script_and_language(heard: Watched) -> None:
    thank(heard, "Sana", text="ثنا نے بہت مدد کی", language="ur")
    thank(heard, "Sana", text="Sana was wonderful", language="en")
    thank(heard, "Sana", text="గొప్ప సేవ, సనా", language="te").deleted_at = DUE
    quotes = heard.report().praised[0].quotes
    assert {(quote.text, quote.language) for quote in quotes} == {
        ("ثنا نے بہت مدد کی", "ur"), ("Sana was wonderful", "en"),
    }  # fmt: skip


def test_what_somebody_said_is_no_praise_does_not_count(heard: Watched) -> None:
    mention = thank(heard, "Sana")
    heard.session.connection().exec_driver_sql(
        f"UPDATE assessment SET label = '{Sentiment.NEGATIVE.value}' WHERE mention_id = {mention.id}"
    )
    assert heard.report().praised == ()


def test_only_so_many_people_are_shown() -> None:
    everybody = {f"person {i}": [i] for i in range(PEOPLE_SHOWN + 3)}
    assert len(most_praised(everybody)) == PEOPLE_SHOWN
    assert most_praised(everybody)[0] == f"person {PEOPLE_SHOWN + 2}"
