"""Who writes what and when: two quiet weeks, then a complaint that spreads; the same for the same seed and start."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demo.crisis import crisis
from demo.posts import Post
from demo.quiet import quiet_days

DAYS_BEFORE = 14
DAYS_AFTER = 2  # a demo that is left open goes on quietly


@dataclass(frozen=True, slots=True)
class Scenario:
    """All posts of the site, past and coming, in order of time; a post's id is its place in that order."""

    start: datetime
    complaint_at: datetime
    posts: tuple[Post, ...]

    def until(self, now: datetime) -> list[Post]:
        """What stands on the site at that moment, oldest first."""
        return [post for post in self.posts if post.at <= now]

    @property
    def root(self) -> Post:
        return next(post for post in self.posts if post.video)


def write(
    seed: int, start: datetime, *, complaint_after: timedelta = timedelta(seconds=45), speed: float = 1.0
) -> Scenario:
    """The whole scenario. `complaint_after` and the spread that follows are divided by `speed`."""
    chance = random.Random(seed)
    start = start.replace(microsecond=0)
    complaint_at = start + complaint_after / speed
    quiet = quiet_days(chance, start, DAYS_BEFORE, DAYS_AFTER)
    spread = crisis(chance, complaint_at, speed)
    return Scenario(start, complaint_at, _numbered([*quiet, *spread]))


def _numbered(posts: list[Post]) -> tuple[Post, ...]:
    """Give ids in order of time, and point replies and quotes at the new ids."""
    ordered = sorted(posts, key=lambda post: (post.at, post.key))
    ids = {post.key: number for number, post in enumerate(ordered, start=1)}
    parents = {post.key: ids.get(post.parent_key) for post in ordered}
    return tuple(replace(post, id=ids[post.key], parent=parents[post.key]) for post in ordered)
