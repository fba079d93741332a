"""After a long stop a list is longer than a crawl reads: the next crawls go deeper until the gap is closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from monitor.models import Coverage, Mention, Run, Source
from tests.crawlers.conftest import Watched
from tests.crawlers.site import Answer, Asked, Site
from tests.crawlers.test_crawl import ago, rss

Watch = Callable[..., Watched]


class Blog:
    """A feed of pages with two posts each, one an hour, newest first; the one of hour 0 is the newest of all."""

    def __init__(self, site: Site, newest: datetime) -> None:
        self.site, self.newest, self.posts = site, newest, 1
        site.pages["/feed"] = self.page

    def page(self, asked: Asked) -> Answer:
        number = int(asked.query.get("page", ["1"])[0])
        posts = range(2 * number - 2, min(2 * number, self.posts))
        answer = rss(*((f"p{self.posts - post}", "Late", self.newest - timedelta(hours=post)) for post in posts))
        following = f'<atom:link rel="next" href="{self.site.url}/feed?page={number + 1}"/>'
        more = following if 2 * number < self.posts else ""
        body = str(answer.body).replace("<channel>", f'<channel xmlns:atom="http://www.w3.org/2005/Atom">{more}')
        return Answer(body, headers=answer.headers)


def backdate(session: Session, **time: float) -> datetime:
    """As if the only crawl had been so long ago."""
    run = session.exec(select(Run)).one()
    run.started_at = ago(**time)
    session.add(run)
    session.commit()
    return run.started_at


def state(session: Session) -> tuple[datetime | None, int, int]:
    """Known until, deeper looks in a row, texts stored."""
    session.expire_all()
    source = session.exec(select(Source)).one()
    return source.behind_since, source.behind_looks, len(session.exec(select(Mention)).all())


def stopped(session: Session, site: Site, watch: Watch, posts: int) -> tuple[Watched, datetime]:
    """A source that was crawled once, before the newest of so many posts were written."""
    blog = Blog(site, ago(minutes=5) - timedelta(hours=posts))
    watched = watch("feed", url=f"{site.url}/feed", max_pages=2)
    watched.crawl()
    blog.newest, blog.posts = ago(minutes=5), posts + 1
    return watched, backdate(session, hours=posts)


def known_since(session: Session) -> list[Any]:
    session.expire_all()
    return [row.start for row in session.exec(select(Coverage))]


def test_a_list_that_was_cut_is_read_deeper_until_it_meets_what_was_known(
    session: Session, site: Site, watch: Watch
) -> None:
    watched, last = stopped(session, site, watch, posts=7)
    watched.crawl()
    assert state(session) == (last, 1, 1 + 4)
    assert known_since(session) == []
    watched.crawl()
    assert state(session) == (None, 0, 1 + 7)
    assert max(known_since(session)) <= last


def test_a_list_that_is_too_long_for_the_deepest_look_leaves_a_gap_and_the_next_crawl_is_as_usual(
    session: Session, site: Site, watch: Watch
) -> None:
    watched, last = stopped(session, site, watch, posts=60)
    looks = []
    for _ in range(4):
        watched.crawl()
        looks.append(state(session)[:2])
    assert looks == [(last, 1), (last, 2), (last, 3), (None, 0)]
    assert state(session)[2] == 1 + 2 * 2 * 8
    assert min(known_since(session)) > last + timedelta(hours=50)  # only what lies between the crawls


def test_a_crawl_that_has_nothing_to_catch_up_with_reads_no_deeper(session: Session, site: Site, watch: Watch) -> None:
    watched, _ = stopped(session, site, watch, posts=2)
    site.asked.clear()
    watched.crawl()
    assert state(session) == (None, 0, 1 + 2)
    assert len(site.paths()) == 2
