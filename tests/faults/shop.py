"""A place where people complain while we watch it: it shows more and more, and remembers all that it ever showed."""

import json
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.clock import utcnow
from tests.crawlers.site import Answer, Asked, Site

PLACES = ("north", "south")
"""Each is a host of its own, with one feed."""
BURST = 12
WORDS = ("tea", "kettle", "parcel", "counter", "evening", "bill", "cup", "garden", "window", "chair", "driver")


@dataclass(frozen=True, slots=True)
class Post:
    """One text, and where it was shown."""

    place: str
    number: str
    text: str
    at: datetime


@dataclass
class Shop:
    """Shows posts about brands at its places: praise now and then, and bursts of complaints where they are planted."""

    brands: Sequence[str]
    chance: random.Random
    posts: list[Post] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)  # brands that had their burst
    is_down: bool = False
    sites: dict[str, Site] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def open(self) -> Iterator["Shop"]:
        with ExitStack() as stack:
            for place in PLACES:
                self.sites[place] = stack.enter_context(Site().open())
                self.sites[place].pages["/feed"] = self._page(place)
            yield self

    def _page(self, place: str):  # type: ignore[no-untyped-def]
        """Without an ETag: that it was not changed is told by the texts."""

        def answer(asked: Asked) -> Answer:
            self.sites[place].asked.clear()  # in half an hour they are many
            if self.is_down:
                return Answer(status=503)
            with self._lock:
                shown = [post for post in self.posts if post.place == place]
            host = asked.headers["host"]
            items = [
                {
                    "id": post.number,
                    "url": f"http://{host}/{post.number}",
                    "content_text": post.text,
                    "date_published": post.at.isoformat(),
                    "authors": [{"name": f"Amna {post.number}"}],
                }
                for post in reversed(shown)
            ]
            feed = {"version": "https://jsonfeed.org/version/1.1", "title": place, "items": items}
            return Answer(json.dumps(feed), headers={"Content-Type": "application/feed+json"})

        return answer

    def say(self, brand: str, words: str, *, at: datetime | None = None, place: str = "") -> None:
        """Show one more text."""
        some = " ".join(self.chance.sample(WORDS, 6))
        with self._lock:
            number = str(len(self.posts) + 1)
            where = place or self.chance.choice(PLACES)
            self.posts.append(Post(where, number, f"{brand} was {words}: {some}, order {number}", at or utcnow()))

    def plant(self, brand: str) -> None:
        """A burst of complaints by as many people, of the last minute."""
        for number in range(BURST):
            self.say(brand, "terrible", at=utcnow() - timedelta(seconds=4 * (BURST - number)))
        self.planted.append(brand)

    def live(self, over: threading.Event, seconds: float) -> None:
        """Say something lovely every second, and plant a burst about each brand, spread over that time."""
        at = [seconds * (0.1 + 0.8 * number / len(self.brands)) for number in range(len(self.brands))]
        passed = 0.0
        while not over.wait(1.0):
            passed += 1.0
            self.say(self.chance.choice(self.brands), "lovely")
            while len(self.planted) < len(at) and at[len(self.planted)] <= passed:
                self.plant(self.brands[len(self.planted)])


def names(number: int) -> list[str]:
    """So many names of brands, none of which is a part of another."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"Karak{letters[one // 26]}{letters[one % 26]}" for one in range(number)]
