"""Ordinary days of the shop: praise, questions and a few complaints, at the hours when people write."""

import random
from datetime import datetime, timedelta
from typing import TypeVar

from demo.phrases import LANGUAGES, Phrases, phrases, shop
from demo.posts import Place, Post, fill

T = TypeVar("T")

# Local hours 0..23: little at night, lunch, and most after dinner.
HOURS = (3, 2, 1, 1, 1, 1, 2, 4, 5, 6, 6, 8, 12, 13, 9, 7, 7, 8, 10, 14, 17, 16, 12, 7)
WEEKDAYS = (15, 14, 15, 16, 20, 22, 19)  # mentions on a usual Monday .. Sunday
FEWEST, MOST = 10, 25
LANGUAGE_SHARES = (30, 14, 19, 9, 13, 15)  # in the order of LANGUAGES
MOOD_SHARES = {"praise": 58, "neutral": 22, "complaint": 20}
PLACE_SHARES = {Place.REVIEW: 45, Place.COMMENT: 20, Place.FORUM: 24, Place.NEWS: 4}
ELSEWHERE_SHARE = 0.07
STARS = {"praise": (5, 5, 5, 4), "neutral": (3, 3, 4), "complaint": (1, 1, 2)}
TRIES = 40


def quiet_days(chance: random.Random, start: datetime, before: int, after: int) -> list[Post]:
    """Posts of the days around `start`, no text twice."""
    writer = _Writer(chance)
    posts: list[Post] = []
    for day in range(-before, after):
        begin = start + timedelta(days=day)
        usual = WEEKDAYS[begin.weekday()]
        count = min(MOST, max(FEWEST, round(chance.gauss(usual, usual**0.5 / 2))))
        posts += [writer.post(begin, f"quiet-{day}-{number:02}") for number in range(count)]
    return posts


class _Writer:
    """Remembers what was said, so that two customers never use the same words by accident."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.said: set[str] = set()

    def post(self, begin: datetime, key: str) -> Post:
        """One post within the 24 hours after `begin`."""
        for _ in range(TRIES):
            post = self._draft(begin, key)
            if (words := post.title + post.text) not in self.said:
                self.said.add(words)
                break
        return post

    def _draft(self, begin: datetime, key: str) -> Post:
        if self.chance.random() < ELSEWHERE_SHARE:
            return self._elsewhere(begin, key)
        place = _one(self.chance, PLACE_SHARES)
        if place is Place.NEWS:
            return self._article(begin, key)
        words = phrases(self.chance.choices(LANGUAGES, LANGUAGE_SHARES)[0])
        mood = _one(self.chance, MOOD_SHARES)
        topic, template = self._template(words, mood, named=place is Place.FORUM)
        return Post(
            key=key,
            at=self._moment(begin, words),
            place=place,
            language=words.language,
            mood=mood,
            text=fill(self.chance, template, words),
            author=self.chance.choice(words.authors),
            item=self._item(place, topic),
            rating=self.chance.choice(STARS[mood]) if place is Place.REVIEW else None,
        )

    def _template(self, words: Phrases, mood: str, *, named: bool) -> tuple[str, str]:
        """A topic and a text; on the board, where people speak of anything, one that names the shop."""
        choices = [(topic, text) for topic, texts in words.said[mood].items() for text in texts]
        return self.chance.choice([c for c in choices if not named or names_the_shop(c[1])])

    def _item(self, place: Place, topic: str) -> str:
        if place is Place.REVIEW:
            return shop().product_of(topic if topic != "app" else "delivery").slug
        return self.chance.choice(shop().posts).slug if place is Place.COMMENT else ""

    def _article(self, begin: datetime, key: str) -> Post:
        words = phrases("en")
        story = self.chance.choice(words.news)
        city = self.chance.choice(words.cities)
        return Post(
            key=key,
            at=self._moment(begin, words),
            place=Place.NEWS,
            language="en",
            mood="neutral",
            title=story["title"].format(city=city),
            text=story["text"].format(city=city),
            author="The Evening Courier",
        )

    def _elsewhere(self, begin: datetime, key: str) -> Post:
        words = phrases("en")
        return Post(
            key=key,
            at=self._moment(begin, words),
            place=Place.FORUM,
            language="en",
            mood="elsewhere",
            text=fill(self.chance, self.chance.choice(words.elsewhere), words),
            author=self.chance.choice(words.authors),
        )

    def _moment(self, begin: datetime, words: Phrases) -> datetime:
        """A time in the 24 hours after `begin`, by the clock of the writer's place."""
        hour = self.chance.choices(range(24), HOURS)[0]
        second = hour * 3600 + self.chance.randrange(3600) - self.chance.choice(words.offset_minutes) * 60
        midnight = begin.replace(hour=0, minute=0, second=0)
        return begin + timedelta(seconds=1) + (midnight + timedelta(seconds=second) - begin) % timedelta(days=1)


def names_the_shop(text: str) -> bool:
    return any(name in text for name in ("Mirchado", "مرچاڈو", "మిర్చాడో"))


def _one(chance: random.Random, shares: dict[T, int]) -> T:
    return chance.choices(list(shares), list(shares.values()))[0]
