"""The shop's pages and feeds, read with the same libraries that crawlers use."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import unescape
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import extruct
import feedparser
import pytest

from demo.phrases import shop
from demo.posts import Place
from demo.scenario import Scenario

from .conftest import START, Visitor

KETTLE = "/products/chai-express-kettle/"
COMMENTS = "/wp-json/wp/v2/comments"
PAGES = ["/", "/blog/", "/blog/a-day-with-our-riders/", "/community/", "/news/", KETTLE, f"{KETTLE}?page=2"]


def reviews_of(visitor: Visitor, path: str) -> list[dict]:
    """All reviews of a product, page after page, as schema.org data."""
    found = []
    while path:
        _, body = visitor.get(path)
        (product,) = extruct.extract(body, syntaxes=["json-ld"], uniform=True)["json-ld"]
        found += product["review"]
        following = re.search(r'<link rel="next" href="([^"]+)"', body)
        path = following[1] if following else ""
    return found


def there(visitor: Visitor, place: Place, item: str = "") -> list:
    """What the scenario says should stand there now, newest first."""
    posts = visitor.scenario.until(visitor.now)[::-1]
    return [post for post in posts if post.place is place and item in ("", post.item)]


def test_nothing_is_shown_before_its_time(scenario: Scenario, visitor: Visitor) -> None:
    visitor.now = scenario.complaint_at - timedelta(seconds=1)
    _, before = visitor.get("/community/feed.atom")
    visitor.now = scenario.complaint_at
    _, after = visitor.get("/community/feed.atom")
    assert "Filmed this" not in before
    assert "Filmed this" in after


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_in_html_for_any_width(visitor: Visitor, path: str) -> None:
    answer, body = visitor.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert 'name="viewport"' in body


@pytest.mark.parametrize("path", ["/nope", "/products/nope/", "/community/posts/999999/", "/news/1/", "/blog/nope/"])
def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    answer, _ = visitor.get(path)
    assert answer.status == 404


def test_every_link_of_the_home_page_leads_somewhere(visitor: Visitor) -> None:
    _, body = visitor.get("/")
    paths = {path.replace(visitor.site.url, "").split("#")[0] for path in re.findall(r'(?:href|src)="([^"]+)"', body)}
    dead = [path for path in paths if path.startswith("/") and visitor.get(path)[0].status != 200]
    assert dead == []


def test_urdu_reads_from_right_to_left(visitor: Visitor) -> None:
    _, body = visitor.get(KETTLE)
    assert 'lang="ur" dir="rtl"' in body


def test_texts_of_customers_are_escaped(visitor: Visitor) -> None:
    evil = '</script><script>alert(1)</script> & "x"'
    root = visitor.scenario.root
    review = replace(root, id=1, text=evil, place=Place.REVIEW, item="chai-express-kettle", rating=1)
    visitor.site.scenario = Scenario(START, START, (review, replace(root, id=2, text=evil, author=evil)))
    bodies = [visitor.get(path)[1] for path in ("/", KETTLE, "/community/", "/community/feed.atom")]
    assert not any("<script>alert" in body for body in bodies)
    assert reviews_of(visitor, KETTLE)[0]["reviewBody"] == evil


def test_robots_may_read_all_but_the_staff_pages(visitor: Visitor) -> None:
    _, body = visitor.get("/robots.txt")
    robots = RobotFileParser()
    robots.parse(body.splitlines())
    assert robots.can_fetch("Emberwatch", visitor.site.url + COMMENTS)
    assert not robots.can_fetch("Emberwatch", visitor.site.url + "/admin/orders")
    assert visitor.get("/admin/orders")[0].status == 403


def test_all_reviews_of_a_product_are_found_over_its_pages(visitor: Visitor) -> None:
    found = reviews_of(visitor, KETTLE)
    assert len(found) > 20
    assert [review["reviewBody"] for review in found] == [
        post.text for post in there(visitor, Place.REVIEW, "chai-express-kettle")
    ]


def test_a_review_says_who_when_and_how_good(visitor: Visitor) -> None:
    review, post = reviews_of(visitor, KETTLE)[0], there(visitor, Place.REVIEW, "chai-express-kettle")[0]
    assert review["author"] == {"@type": "Person", "name": post.author}
    assert datetime.fromisoformat(review["datePublished"]) == post.at
    assert review["reviewRating"] == {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "worstRating": 1}


def test_the_sum_of_ratings_counts_all_pages(visitor: Visitor) -> None:
    _, body = visitor.get(f"{KETTLE}?page=2")
    (product,) = extruct.extract(body, syntaxes=["json-ld"], uniform=True)["json-ld"]
    stars = [post.rating for post in there(visitor, Place.REVIEW, "chai-express-kettle")]
    assert product["aggregateRating"]["reviewCount"] == len(stars)
    assert product["aggregateRating"]["ratingValue"] == pytest.approx(sum(stars) / len(stars), abs=0.01)


def test_ids_of_reviews_stay_when_more_come(scenario: Scenario, visitor: Visitor) -> None:
    later = {review["reviewBody"]: review["@id"] for review in reviews_of(visitor, KETTLE)}
    visitor.now = START
    earlier = {review["reviewBody"]: review["@id"] for review in reviews_of(visitor, KETTLE)}
    assert earlier
    assert earlier.items() <= later.items()


@pytest.mark.parametrize(
    ("path", "version", "place"),
    [
        ("/community/feed.atom", "atom10", Place.FORUM),
        ("/news/feed.rss", "rss20", Place.NEWS),
        ("/comments/feed/?paged=1", "rss20", Place.COMMENT),
        ("/comments/feed/atom/", "atom10", Place.COMMENT),
    ],
)
def test_feeds_are_valid_and_newest_first(visitor: Visitor, path: str, version: str, place: Place) -> None:
    answer, body = visitor.get(path)
    feed = feedparser.parse(body, response_headers={"content-type": answer.headers["Content-Type"]})
    expected = there(visitor, place)[: len(feed.entries)]
    times = [datetime(*entry.published_parsed[:6], tzinfo=UTC) for entry in feed.entries]
    assert (feed.bozo, feed.version) == (False, version)
    assert times == [post.at for post in expected] != []
    assert all(post.text in unescape(e.content[0].value) for post, e in zip(expected, feed.entries, strict=True))


@pytest.mark.parametrize("path", ["/community/feed.atom", "/news/feed.rss", "/comments/feed/atom/"])
def test_entries_have_ids_of_their_own_that_stay(visitor: Visitor, path: str) -> None:
    later = [entry.id for entry in feedparser.parse(visitor.get(path)[1]).entries]
    visitor.now = START
    earlier = [entry.id for entry in feedparser.parse(visitor.get(path)[1]).entries]
    assert len(set(later)) == len(later)
    assert set(earlier[:2]) <= set(later)


def test_the_board_tells_what_answers_what_and_that_there_is_a_film(visitor: Visitor) -> None:
    entries = {entry.id: entry for entry in feedparser.parse(visitor.get("/community/feed.atom")[1]).entries}
    root = next(entry for entry in entries.values() if entry.enclosures)
    answers = [entry for entry in entries.values() if "thr_in-reply-to" in entry]
    assert root.enclosures[0].type == "video/webm"
    assert all(entry["thr_in-reply-to"]["ref"] in entries for entry in answers)
    assert root.id in [entry["thr_in-reply-to"]["ref"] for entry in answers]


def test_the_film_is_there(visitor: Visitor) -> None:
    answer, _ = visitor.get("/media/kettle.webm", method="HEAD")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "video/webm")


def test_older_comments_are_on_further_pages_of_their_feed(visitor: Visitor) -> None:
    first, second = (
        [entry.id for entry in feedparser.parse(visitor.get(f"/comments/feed/?paged={page}")[1]).entries]
        for page in (1, 2)
    )
    assert len(first) == 20
    assert second
    assert not set(first) & set(second)


@pytest.mark.parametrize("path", ["/community/feed.atom", "/news/feed.rss", "/comments/feed/", KETTLE])
def test_what_has_not_changed_is_not_sent_again(visitor: Visitor, path: str) -> None:
    answer, _ = visitor.get(path)
    by_tag, body = visitor.get(path, If_None_Match=answer.headers["ETag"])
    by_time, _ = visitor.get(path, If_Modified_Since=answer.headers["Last-Modified"])
    assert (by_tag.status, by_time.status, body) == (304, 304, "")
    assert by_tag.headers["ETag"] == answer.headers["ETag"]


def test_what_has_changed_is_sent(scenario: Scenario, visitor: Visitor) -> None:
    visitor.now = START
    old, _ = visitor.get("/community/feed.atom")
    visitor.now = scenario.complaint_at
    new, _ = visitor.get("/community/feed.atom", if_none_match=old.headers["ETag"])
    assert new.status == 200
    assert parsedate_to_datetime(new.headers["Last-Modified"]) == scenario.complaint_at


def test_a_date_that_is_none_is_ignored(visitor: Visitor) -> None:
    assert visitor.get("/news/feed.rss", If_Modified_Since="yesterday")[0].status == 200


def test_comments_come_newest_first_ten_at_a_time(visitor: Visitor) -> None:
    answer, body = visitor.get(COMMENTS)
    posts = there(visitor, Place.COMMENT)
    assert [comment["id"] for comment in json.loads(body)] == [post.id for post in posts[:10]]
    assert answer.headers["X-WP-Total"] == str(len(posts))
    assert answer.headers["X-WP-TotalPages"] == str(-(-len(posts) // 10))


def test_a_comment_has_the_fields_of_wordpress(visitor: Visitor) -> None:
    comment, post = json.loads(visitor.get(COMMENTS)[1])[0], there(visitor, Place.COMMENT)[0]
    assert comment["date_gmt"] == post.at.strftime("%Y-%m-%dT%H:%M:%S")
    assert comment["author_name"] == post.author
    assert comment["content"]["rendered"].startswith("<p>")
    assert comment["link"].endswith(f"#comment-{post.id}")


def walk(visitor: Visitor, query: str) -> Iterator[dict]:
    """Comments over all pages, by the Link header."""
    path = f"{COMMENTS}?{query}"
    while path:
        answer, body = visitor.get(path)
        yield from json.loads(body)
        following = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        path = following[1].removeprefix(visitor.site.url) if following else ""


def test_all_comments_are_found_by_following_the_links(visitor: Visitor) -> None:
    ids = [comment["id"] for comment in walk(visitor, "per_page=7&order=asc")]
    assert ids == [post.id for post in there(visitor, Place.COMMENT)][::-1]


def test_after_leaves_out_what_is_not_later(visitor: Visitor) -> None:
    border = there(visitor, Place.COMMENT)[5]
    ids = [comment["id"] for comment in walk(visitor, f"after={border.at:%Y-%m-%dT%H:%M:%S}")]
    assert ids == [post.id for post in there(visitor, Place.COMMENT) if post.at > border.at]


def test_answers_among_comments_name_their_parent(visitor: Visitor) -> None:
    comments = {comment["id"]: comment for comment in walk(visitor, "per_page=100")}
    answers = [comment for comment in comments.values() if comment["parent"]]
    assert answers
    assert all(comments[comment["parent"]]["post"] == comment["post"] for comment in answers)


def test_a_page_past_the_end_is_an_empty_list(visitor: Visitor) -> None:
    answer, body = visitor.get(f"{COMMENTS}?page=99")
    assert (answer.status, body) == (200, "[]")
    assert 'rel="prev"' in answer.headers["Link"]


@pytest.mark.parametrize("query", ["per_page=101", "per_page=0", "page=x", "after=soon", "order=up"])
def test_parameters_that_wordpress_refuses_are_refused(visitor: Visitor, query: str) -> None:
    answer, body = visitor.get(f"{COMMENTS}?{query}")
    assert (answer.status, json.loads(body)["code"]) == (400, "rest_invalid_param")


def test_the_address_without_pretty_links_gives_the_same(visitor: Visitor) -> None:
    assert visitor.get("/?rest_route=/wp/v2/comments&per_page=3")[1] == visitor.get(f"{COMMENTS}?per_page=3")[1]


def test_comments_can_be_searched_and_cut_down_to_some_fields(visitor: Visitor) -> None:
    word = there(visitor, Place.COMMENT)[0].text.split()[0]
    found = json.loads(visitor.get(f"{COMMENTS}?search={quote(word)}&_fields=id,link")[1])
    assert found
    assert all(set(comment) == {"id", "link"} for comment in found)


def test_one_comment_has_an_address(visitor: Visitor) -> None:
    newest = there(visitor, Place.COMMENT)[0]
    assert json.loads(visitor.get(f"{COMMENTS}/{newest.id}")[1])["id"] == newest.id
    assert visitor.get(f"{COMMENTS}/999999")[0].status == 404
    assert visitor.get("/wp-json/wp/v2/users")[0].status == 404


def test_the_blog_lists_its_articles_as_posts(visitor: Visitor) -> None:
    posts = json.loads(visitor.get("/wp-json/wp/v2/posts")[1])
    assert [post["slug"] for post in posts] == [article.slug for article in shop().posts]


def test_the_site_knows_when_all_that_is_watched_was_read(visitor: Visitor) -> None:
    watched = [f"/products/{product.slug}/" for product in shop().products]
    watched += ["/community/feed.atom", "/news/feed.rss", f"{COMMENTS}?per_page=100"]
    for path in watched:
        assert not visitor.site.was_read()
        visitor.get(path)
    assert visitor.site.was_read()


def test_an_empty_shop_is_shown_too() -> None:
    visitor = Visitor(Scenario(START, START, ()), START)
    visitor.site.start()
    statuses = {visitor.get(path)[0].status for path in (*PAGES, "/community/feed.atom", COMMENTS)}
    visitor.site.stop()
    assert statuses == {200}


def test_last_modified_is_written_as_http_asks(visitor: Visitor) -> None:
    answer, _ = visitor.get("/news/feed.rss")
    changed_at = there(visitor, Place.NEWS)[0].at
    assert answer.headers["Last-Modified"] == format_datetime(changed_at, usegmt=True)
