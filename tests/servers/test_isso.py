"""Crawls of a real Isso: comments of its box, answers, edits and deletions by those who wrote them."""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session

from tests.conftest import need
from tests.crawlers.conftest import Watched
from tests.servers.conftest import last_run, mentions_of, versions_of
from tests.servers.threads import Threads, is_installed, threads

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("about another server")]
Watch = Callable[..., Watched]


@pytest.fixture(scope="module")
def isso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threads]:
    need(is_installed(), "Isso (make install-servers)")
    with threads(tmp_path_factory.mktemp("isso")) as found:
        yield found


@pytest.fixture
def page(request: pytest.FixtureRequest) -> str:
    """A page of the test's own, as Isso names its thread."""
    return f"/{abs(hash(request.node.name))}/"


def test_what_visitors_wrote_is_read_with_what_it_answers(
    isso: Threads, page: str, session: Session, watch: Watch
) -> None:
    first = isso.comment(page, "Ana", "The **battery** dies in two hours 😡\n\nNever again")
    answer = isso.comment(page, "Bo", "Same here, refund please", parent=first)
    assert watch("isso", url=isso.url, threads=[page]).crawl().code == 0
    rows = mentions_of(session)
    complaint, echo = rows[f"comment-{first}"], rows[f"comment-{answer}"]
    assert complaint.text == "The battery dies in two hours 😡\n\nNever again"
    assert echo.parent_id == complaint.id
    assert complaint.url == f"{isso.url}{page}#isso-{first}"


def test_a_comment_that_its_author_edits_is_updated_and_keeps_its_history(
    isso: Threads, page: str, session: Session, watch: Watch
) -> None:
    number = isso.comment(page, "Ana", "The parcel never came")
    watched = watch("isso", url=isso.url, threads=[page])
    watched.crawl()
    isso.edit(number, "The parcel never came. Update: a neighbour had it")
    assert watched.crawl().code == 0
    row = mentions_of(session)[f"comment-{number}"]
    assert row.text == "The parcel never came. Update: a neighbour had it"
    assert versions_of(session, row) == ["The parcel never came"]


@pytest.mark.parametrize("with_answer", [False, True])
def test_the_words_of_a_comment_that_its_author_deletes_are_removed_and_it_stays_counted(
    isso: Threads, page: str, session: Session, watch: Watch, with_answer: bool
) -> None:
    """Isso drops a comment without answers, and keeps an empty one where there are some."""
    gone, kept = isso.comment(page, "Ana", "They cheated me"), isso.comment(page, "Bo", "I like it")
    if with_answer:
        isso.comment(page, "Cy", "Tell us more", parent=gone)
    watched = watch("isso", url=isso.url, threads=[page])
    watched.crawl()
    isso.delete(gone)
    assert watched.crawl().code == 0
    rows = mentions_of(session)
    assert (rows[f"comment-{gone}"].text, rows[f"comment-{gone}"].deleted_at is None) == ("", False)
    assert (rows[f"comment-{kept}"].text, rows[f"comment-{kept}"].deleted_at) == ("I like it", None)
    assert last_run(session).counters["deleted at the source"] == 1


def test_the_latest_comments_of_all_pages_are_read_without_naming_any(
    isso: Threads, page: str, session: Session, watch: Watch
) -> None:
    number = isso.comment(page, "Ana", "The battery dies")
    watched = watch("isso", url=isso.url)
    assert [watched.crawl().code, watched.crawl().code] == [0, 0]
    assert mentions_of(session)[f"comment-{number}"].text == "The battery dies"
    assert last_run(session).counters.get("new", 0) == 0


def test_the_feed_of_a_page_connects_its_answers(isso: Threads, page: str, session: Session, watch: Watch) -> None:
    first = isso.comment(page, "Ana", "The battery dies")
    isso.comment(page, "Bo", "Mine too", parent=first)
    watched = watch("feed", url=f"{isso.url}/feed?uri={page}", kind="comment")
    assert [watched.crawl().code, watched.crawl().code] == [0, 0]
    rows = {row.text: row for row in mentions_of(session).values()}
    assert rows["Mine too"].parent_id == rows["The battery dies"].id
    assert last_run(session).counters["pages not changed"] == 1
