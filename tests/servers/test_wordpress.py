"""Crawls of a real WordPress: comments of its public form, edited, deleted, held back, and what a site owner closes."""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session

from monitor.models import RunOutcome
from tests.conftest import need
from tests.crawlers.conftest import Watched
from tests.servers.blog import Blog, blog, is_installed
from tests.servers.conftest import last_run, mentions_of, versions_of

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("about another server")]
Watch = Callable[..., Watched]
Close = Callable[[str, str], None]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    need(is_installed(), "WordPress (see .ci/packages)")
    with blog(tmp_path_factory.mktemp("wordpress")) as found:
        yield found


@pytest.fixture
def close(site: Blog) -> Iterator[Callable[[str, str], None]]:
    """Close something for the rest of the test."""
    closed = []

    def change(option: str, value: str) -> None:
        closed.append(option)
        site.act("option", option, value)

    yield change
    for option in closed:
        site.act("option", option, "")


@pytest.fixture
def post(site: Blog) -> str:
    """The number of a post without comments."""
    return site.act("post", "Acme Phone 3")


def test_what_visitors_wrote_is_read_with_what_it_answers(
    site: Blog, post: str, session: Session, watch: Watch
) -> None:
    first = site.comment(post, "Ana", "The battery dies in <b>two</b> hours & nobody answers\n\nNever again 😡")
    answer = site.comment(post, "Bo", "Same here, refund please", parent=first)
    assert watch("wordpress", url=site.url, posts=True).crawl().code == 0
    rows = mentions_of(session)
    complaint, echo = rows[f"comment-{first}"], rows[f"comment-{answer}"]
    assert complaint.text == "The battery dies in two hours & nobody answers\n\nNever again 😡"
    assert (echo.parent_id, echo.root_id) == (complaint.id, rows[f"post-{post}"].id)
    assert complaint.url.endswith(f"#comment-{first}")


def test_a_comment_that_its_owner_edits_is_updated_and_keeps_its_history(
    site: Blog, post: str, session: Session, watch: Watch
) -> None:
    number = site.comment(post, "Ana", "The parcel never came")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    site.act("edit", number, "The parcel never came. Update: a neighbour had it")
    assert watched.crawl().code == 0
    row = mentions_of(session)[f"comment-{number}"]
    assert row.text == "The parcel never came. Update: a neighbour had it"
    assert versions_of(session, row) == ["The parcel never came"]


@pytest.mark.parametrize("action", ["delete", "hold"])
def test_the_words_of_a_comment_that_is_taken_away_are_removed_and_it_stays_counted(
    site: Blog, post: str, session: Session, watch: Watch, action: str
) -> None:
    gone, kept = site.comment(post, "Ana", "They cheated me"), site.comment(post, "Bo", "I like it")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    site.act(action, gone)
    assert watched.crawl().code == 0
    rows = mentions_of(session)
    assert (rows[f"comment-{gone}"].text, rows[f"comment-{gone}"].deleted_at is None) == ("", False)
    assert (rows[f"comment-{kept}"].text, rows[f"comment-{kept}"].deleted_at) == ("I like it", None)
    assert last_run(session).counters["deleted at the source"] == 1


def test_a_crawl_of_what_did_not_change_adds_nothing(site: Blog, post: str, session: Session, watch: Watch) -> None:
    site.comment(post, "Ana", "The battery dies")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    before = len(mentions_of(session))
    assert watched.crawl().code == 0
    assert len(mentions_of(session)) == before
    assert last_run(session).counters.get("new", 0) == 0


def test_a_new_comment_is_fresh_and_found_by_the_next_crawl(
    site: Blog, post: str, session: Session, watch: Watch
) -> None:
    site.comment(post, "Ana", "The battery dies")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    number = site.comment(post, "Bo", "Mine too")
    watched.crawl()
    assert mentions_of(session)[f"comment-{number}"].fresh
    assert last_run(session).counters["new"] == 1


def test_a_site_that_closes_its_interface_is_read_from_its_feed_under_the_same_ids(
    site: Blog, close: Close, post: str, session: Session, watch: Watch
) -> None:
    first = site.comment(post, "Ana", "The battery dies")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    close("test_rest_closed", "1")
    later = site.comment(post, "Bo", "Mine too", parent=first)
    assert watched.crawl().code == 0
    rows = mentions_of(session)
    assert last_run(session).counters["fell back to the feed"] == 1
    assert rows[f"comment-{later}"].parent_id == rows[f"comment-{first}"].id
    assert rows[f"comment-{first}"].text == "The battery dies"


def test_a_robots_txt_that_closes_the_interface_leads_to_the_feed(
    site: Blog, close: Close, post: str, session: Session, watch: Watch
) -> None:
    number = site.comment(post, "Ana", "The battery dies")
    close("test_robots", "User-agent: *\nDisallow: /wp-json/\nDisallow: /?rest_route=\n")
    assert watch("wordpress", url=site.url).crawl().code == 0
    assert last_run(session).counters["fell back to the feed"] == 1
    assert f"comment-{number}" in mentions_of(session)


def test_a_robots_txt_that_closes_all_blocks_the_source(
    site: Blog, close: Close, post: str, session: Session, watch: Watch
) -> None:
    site.comment(post, "Ana", "The battery dies")
    close("test_robots", "User-agent: Emberwatch\nDisallow: /\n")
    assert watch("wordpress", url=site.url).crawl().code == 1
    assert last_run(session).outcome is RunOutcome.BLOCKED
    assert mentions_of(session) == {}


def test_the_comments_feed_is_not_sent_again_while_it_stays_the_same(
    site: Blog, post: str, session: Session, watch: Watch
) -> None:
    site.comment(post, "Ana", "The battery dies")
    watched = watch("feed", url=f"{site.url}/comments/feed/", kind="comment")
    watched.crawl()
    watched.crawl()
    assert last_run(session).counters["pages not changed"] == 1
