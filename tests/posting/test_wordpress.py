"""What is particular to WordPress: folders, its own codes, answers that are held back, and what is no WordPress."""

from collections.abc import Iterator
from typing import Any

import pytest

from monitor.errors import DeliveryError
from monitor.posting import Outgoing, Posted, post, wordpress
from monitor.posting.poster import Busy
from tests.posting.blog import ME, PASSWORD, USER, Blog, blog

TEXT = "We are sorry."


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Blog]:
    monkeypatch.setenv("WORDPRESS_PASSWORD", PASSWORD)
    with blog() as site:
        yield site


def options(site: Blog, **changes: Any) -> wordpress.Options:
    given = {"type": "wordpress", "id": "blog", "sources": ["blog"], "url": site.url, "user": USER, "timeout": "1s"}
    return wordpress.Options.model_validate(given | {"password": {"env": "WORDPRESS_PASSWORD"}} | changes)


def sent(site: Blog, name: str = "comment-12", **changes: Any) -> Posted:
    outgoing = Outgoing(site.url.removeprefix("http://"), name, TEXT)
    return post(options(site, **changes), outgoing, private=True)


def refused(site: Blog, name: str = "comment-12", **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(site, name, **changes)
    return caught.value


def test_a_site_in_a_folder_names_its_comments_by_the_folder(site: Blog) -> None:
    assert sent(site, "shop/comment-12", url=f"{site.url}/shop/").external_id == "shop/comment-13"


@pytest.mark.parametrize("name", ["post-12", "comment-x", "", "shop/comment-12", "comment-12/../../users"])
def test_what_is_no_comment_of_the_site_is_not_answered(site: Blog, name: str) -> None:
    assert refused(site, name).permanent
    assert site.asked == []


def test_a_comment_at_another_host_is_not_answered_with_this_key(site: Blog) -> None:
    with pytest.raises(DeliveryError, match="that text is not of"):
        post(options(site), Outgoing("other.example", "comment-12", TEXT), private=True)
    assert site.asked == []


def test_words_of_somebody_else_are_not_ours(site: Blog) -> None:
    site.add(13, TEXT, parent=12, author=ME + 1)
    assert sent(site).external_id == "comment-14"


def test_a_duplicate_that_is_held_back_is_found_where_the_key_may_see_it(site: Blog) -> None:
    site.holds = True
    first = sent(site)
    assert first.held
    assert sent(site) == first


def test_a_flood_is_no_refusal(site: Blog) -> None:
    site.status, site.answer = 400, '{"code": "comment_flood", "message": "Slow down."}'
    assert isinstance(refused(site), Busy)


@pytest.mark.parametrize(
    ("status", "answer", "permanent", "said"),
    [
        (403, '{"code": "rest_comment_closed", "message": "Sorry"}', True, "comments on that page are closed"),
        (404, '{"code": "rest_no_route", "message": "No route"}', True, "switched off"),
        (404, "<html>nothing</html>", True, "the url is wrong"),
        (200, "<html>Are you human?</html>", True, "check the url"),
        (301, "", True, "set the final url"),
        (302, "", False, "a redirect is not followed"),
        (500, "oops", False, "500"),
        (200, '{"id": "many"}', False, "something else than WordPress"),
        (200, "[" * 100_000, True, "check the url"),
    ],
)
def test_what_a_site_may_say_instead(site: Blog, status: int, answer: str, permanent: bool, said: str) -> None:
    site.status, site.answer = status, answer
    error = refused(site)
    assert error.permanent is permanent
    assert said in str(error)


def test_the_words_of_a_site_are_shown_in_one_short_line_without_markup(site: Blog) -> None:
    site.status, site.answer = 403, '{"code": "x", "message": "<b>No</b>\\n\\u202e' + "way " * 100 + '"}'
    said = str(refused(site))
    assert "No way way" in said
    assert len(said) < 260
    assert "\u202e" not in said


def test_an_answer_larger_than_any_page_of_comments_is_refused(site: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.posting.wordpress._LONGEST_ANSWER", 1_000)
    site.comments[12]["content"]["rendered"] = "x" * 2_000
    assert "more than we take" in str(refused(site))


@pytest.mark.parametrize("url", ["ftp://a.example", "https://u:p@a.example", "https://a.example/?rest_route=/", "x"])
def test_a_url_that_is_none_is_refused(site: Blog, url: str) -> None:
    with pytest.raises(ValueError, match="address of the site"):
        options(site, url=url)


def test_a_password_is_not_written_into_the_config(site: Blog) -> None:
    with pytest.raises(ValueError, match="must be written as") as caught:
        options(site, password="in the clear")
    assert "in the clear" not in str(caught.value)
