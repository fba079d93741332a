"""The complaint: a filmed accident with a kettle, and how it spreads in five languages within minutes."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.phrases import Phrases, phrases
from demo.posts import Place, Post, fill

KETTLE = "chai-express-kettle"
ARTICLE = "meet-the-chai-express-kettle"
ROOT = "crisis-00"
SPREAD = timedelta(minutes=5)
# The share of the spread that has been written when this share of the time is over: slow for half a minute, then fast.
BEND = 0.75
FORWARDS = 3  # the same words, passed on by different people


@dataclass(frozen=True, slots=True)
class _Part:
    words: Phrases
    name: str  # reply, review, quote, forward, news or calm
    text: str
    title: str = ""


def crisis(chance: random.Random, at: datetime, speed: float) -> list[Post]:
    """The root at `at`, then everything else within SPREAD / speed, the languages taking turns."""
    english = phrases("en")
    root = Post(
        key=ROOT,
        at=at,
        place=Place.FORUM,
        language="en",
        mood="crisis",
        text=english.crisis["root"],
        author="Nida & Farhan",
        video=True,
    )
    parts = _in_turns(chance)
    posts = [root]
    authors = _Authors(chance)
    for number, part in enumerate(parts, start=1):
        share = (number / len(parts)) ** BEND
        moment = at + timedelta(seconds=round((SPREAD / speed * share).total_seconds()))
        posts.append(_post(chance, number, part, moment, authors, posts))
    return posts


def _in_turns(chance: random.Random) -> list[_Part]:
    """One text of each language after the other, so that every language is heard early; news and doubts later."""
    columns = [_parts(chance, phrases(language)) for language in ("ur-Latn", "te-Latn", "tl", "ur", "en", "te")]
    longest = max(len(column) for column in columns)
    turns = [column[row] for row in range(longest) for column in columns if row < len(column)]
    english = phrases("en")
    for where, story in zip((14, 34), english.crisis["news"], strict=True):
        turns.insert(where, _Part(english, "news", story["text"], story["title"]))
    for where, text in zip((20, 40), english.crisis["calm"], strict=True):
        turns.insert(where, _Part(english, "calm", text))
    forward = _Part(phrases("ur-Latn"), "forward", phrases("ur-Latn").crisis["forward"])
    for number in range(FORWARDS):
        turns.insert(10 + 9 * number, forward)
    return turns


def _parts(chance: random.Random, words: Phrases) -> list[_Part]:
    parts = [_Part(words, name, text) for name in ("reply", "review", "quote") for text in words.crisis[name]]
    chance.shuffle(parts)
    return parts


def _post(
    chance: random.Random, number: int, part: _Part, at: datetime, authors: "_Authors", earlier: list[Post]
) -> Post:
    place, parent = _where(chance, part, earlier)
    return Post(
        key=f"crisis-{number:02}",
        at=at,
        place=place,
        language=part.words.language,
        mood="neutral" if part.name == "calm" else "crisis",
        title=part.title,
        text=fill(chance, part.text, part.words),
        author="The Evening Courier" if part.name == "news" else authors.next(part.words),
        item={Place.REVIEW: KETTLE, Place.COMMENT: ARTICLE}.get(place, ""),
        rating=1 if place is Place.REVIEW else None,
        parent_key=parent,
        quotes_parent=part.name == "quote",
    )


def _where(chance: random.Random, part: _Part, earlier: list[Post]) -> tuple[Place, str]:
    """The place of a text, and the key of the text it answers or quotes."""
    if part.name == "review":
        return Place.REVIEW, ""
    if part.name == "news":
        return Place.NEWS, ""
    if part.name in ("quote", "forward"):
        return Place.FORUM, ROOT if part.name == "quote" else ""
    if chance.random() < 0.5:
        comments = [post.key for post in earlier if post.place is Place.COMMENT]
        return Place.COMMENT, chance.choice(comments) if comments and chance.random() < 0.4 else ""
    answered = [post.key for post in earlier if post.place is Place.FORUM]
    return Place.FORUM, chance.choice(answered)


class _Authors:
    """Nobody speaks twice, so that each voice counts."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.waiting: dict[str, list[str]] = {}

    def next(self, words: Phrases) -> str:
        if words.language not in self.waiting:
            self.waiting[words.language] = self.chance.sample(words.authors, len(words.authors))
        return self.waiting[words.language].pop()
