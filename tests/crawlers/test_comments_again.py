"""Young comments of a WordPress site are looked at again: edits are read, and what was taken away is removed."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.models import Mention, Run
from tests.crawlers.conftest import Watched
from tests.crawlers.site import Answer, Asked, Page, Site

JSON = {"Content-Type": "application/json"}
REST = "/wp-json/wp/v2/comments"
Watch = Callable[..., Watched]


class Comments:
    """The comments of a small site, by number; `plain` has no pretty addresses."""

    def __init__(self, site: Site, *, plain: bool = False) -> None:
        self.texts = {number: f"text {number}" for number in (1, 2, 3)}
        self.site, self.plain = site, plain
        self.answer = Answer(json.dumps({"code": "rest_comment_invalid_id"}), status=404, headers=JSON)
        site.pages |= {"/": self.listed} if plain else {REST: self.listed}
        site.pages |= {} if plain else {f"{REST}/{number}": self.one for number in self.texts}

    def listed(self, asked: Asked) -> Answer:
        route = asked.query.get("rest_route", [REST])[0]
        if route.rpartition("/")[2].isdecimal():
            return self.one(asked)
        wanted = asked.query.get("include", ["1,2,3"])[0].split(",")
        shown = [self.comment(number) for number in sorted(self.texts, reverse=True) if str(number) in wanted]
        return Answer(json.dumps([] if "after" in asked.query else shown), headers=JSON)

    def one(self, asked: Asked) -> Answer:
        number = int(asked.query.get("rest_route", [asked.path])[0].rpartition("/")[2])
        return Answer(json.dumps(self.comment(number)), headers=JSON) if number in self.texts else self.answer

    def comment(self, number: int) -> dict[str, object]:
        at = (utcnow() - timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M:%S")
        return {"id": number, "post": 1, "date_gmt": at, "content": {"rendered": f"<p>{self.texts[number]}</p>"}}


def texts(session: Session) -> list[str]:
    session.expire_all()
    return [row.text for row in session.exec(select(Mention).order_by(Mention.external_id))]


def counters(session: Session) -> dict[str, int]:
    session.expire_all()
    return list(session.exec(select(Run)))[-1].counters


@pytest.mark.parametrize("plain", [False, True])
def test_a_comment_that_was_deleted_loses_its_words(session: Session, site: Site, watch: Watch, *, plain: bool) -> None:
    comments = Comments(site, plain=plain)
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    del comments.texts[2]
    assert watched.crawl().code == 0
    assert texts(session) == ["text 1", "", "text 3"]
    assert counters(session)["deleted at the source"] == 1


def test_an_edit_of_a_comment_that_is_not_listed_any_more_is_read(session: Session, site: Site, watch: Watch) -> None:
    comments = Comments(site)
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    comments.texts[2] = "text 2, edited"
    watched.crawl()
    assert texts(session) == ["text 1", "text 2, edited", "text 3"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=404),
        Answer("<html>not here</html>", status=404, headers={"Content-Type": "text/html"}),
        Answer(json.dumps({"code": "rest_login_required"}), status=401, headers=JSON),
        Answer(json.dumps({"code": "rest_no_route"}), status=404, headers=JSON),
        Answer(status=403),
        Answer("[]", headers=JSON),
    ],
)
def test_an_answer_that_is_not_about_the_comment_deletes_nothing(
    session: Session, site: Site, watch: Watch, answer: Answer
) -> None:
    comments = Comments(site)
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    del comments.texts[2]
    comments.answer = answer
    watched.crawl()
    assert texts(session) == ["text 1", "text 2", "text 3"]


def test_an_empty_or_failing_list_deletes_nothing(session: Session, site: Site, watch: Watch) -> None:
    Comments(site)
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    empty: Page = Answer("[]", headers=JSON)
    site.pages[REST] = empty
    watched.crawl()
    assert texts(session) == ["text 1", "text 2", "text 3"]


def test_a_comment_is_looked_at_again_once_an_hour(session: Session, site: Site, watch: Watch) -> None:
    Comments(site)
    watched = watch("wordpress", url=site.url)
    for _ in range(3):
        watched.crawl()
    assert sum("include" in asked.query for asked in site.asked) == 1


def test_comments_that_come_back_are_read_again(session: Session, site: Site, watch: Watch) -> None:
    comments = Comments(site)
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    del comments.texts[2]
    watched.crawl()
    site.pages[REST] = Answer(json.dumps([comments.comment(1)]), headers=JSON)
    comments.texts[2] = "text 2"
    site.pages[REST] = Answer(json.dumps([comments.comment(2)]), headers=JSON)
    watched.crawl()
    assert texts(session) == ["text 1", "text 2", "text 3"]
