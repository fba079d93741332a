"""GitHub: limits, tokens, conditional requests, programs and pull requests."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.github_issues import address_of, list_address, site_host
from monitor.facts import MentionKind
from monitor.store.coverage import Validators
from tests.crawlers.answering import answer, known, problems, read, second_crawl
from tests.crawlers.play import keys_for, make

API = "https://api.github.com"
PARAMS = {"repo": "Acme/Phone"}
ISSUES = list_address(API, "Acme/Phone", MentionKind.POST, None)
COMMENTS = list_address(API, "Acme/Phone", MentionKind.COMMENT, None)
NOTHING = answer([])
LISTS = [(kind, second_crawl().since(timedelta(days=1))) for kind in (MentionKind.POST, MentionKind.COMMENT)]
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}


def issue(number: int, **more: Any) -> dict[str, Any]:
    url = f"https://github.com/Acme/Phone/issues/{number}"
    return {"number": number, "html_url": url, "created_at": "2026-11-20T00:00:00Z", "title": "It leaks", **more}


def requests(**more: Any) -> list[Any]:
    params = PARAMS | more
    with keys_for(params):
        return list(make("github", params, second_crawl()).first_requests())


def test_the_second_crawl_asks_both_lists_only_for_what_changed() -> None:
    since = [parse_qs(urlsplit(request.url).query)["since"] for request in requests()]
    assert since == [["2026-11-21T14:00:00Z"]] * 2


def test_what_did_not_change_is_asked_for_with_what_was_said_before() -> None:
    before = {list_address(API, "Acme/Phone", kind, since): Validators('"x"') for kind, since in LISTS}
    memory = second_crawl(answers=before)
    asked = [request.headers.get("If-None-Match") for request in make("github", PARAMS, memory).first_requests()]
    assert asked == [b'"x"', b'"x"']


def test_a_token_goes_into_a_header_and_never_into_an_address() -> None:
    first = requests(token={"env": "EMBERWATCH_TEST_GITHUB"})[0]
    assert first.headers["Authorization"] == b"Bearer key-for-tests"
    assert "key-for-tests" not in first.url


def test_texts_are_asked_for_without_their_marks() -> None:
    assert requests()[0].headers["Accept"] == b"application/vnd.github.text+json"


@pytest.mark.parametrize("status", [403, 429])
def test_the_second_limit_is_a_rest_and_no_failure(status: int) -> None:
    walk = read("github", PARAMS, {ISSUES: answer(SECONDARY, status), COMMENTS: NOTHING}).spider.walk
    assert walk.rests == {"api.github.com": (60.0, "it had too many requests from us")}
    assert (walk.cut_short, walk.failures, walk.blocked) == ("api.github.com", [], [])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "it does not take the token (401)"),
        (403, "it does not let us in (403)"),
        (404, "there is no such repository, or it is private (404)"),
        (410, "what was there is gone for good (410)"),
    ],
)
def test_a_refusal_is_said_in_words(status: int, words: str) -> None:
    pages = {ISSUES: answer({"message": "no"}, status), COMMENTS: NOTHING}
    assert problems(read("github", PARAMS, pages)) == [words]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"items": []}, "the posts are no list"),
        ([issue(1) | {"number": None}, {"number": 2}], "the field"),
        ("<!doctype html><p>Hi", "HTML instead of JSON"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, words: str) -> None:
    assert words in problems(read("github", PARAMS, {ISSUES: answer(given), COMMENTS: NOTHING}))[0]


def test_pull_requests_are_read_only_when_asked_for() -> None:
    pull = issue(3, html_url="https://github.com/Acme/Phone/pull/3", pull_request={})
    pages = {ISSUES: answer([pull]), COMMENTS: NOTHING}
    assert read("github", PARAMS, pages).mentions == []
    assert len(read("github", PARAMS | {"pull_requests": True}, pages).mentions) == 1


def test_an_old_issue_that_changed_does_not_make_all_the_time_since_then_known() -> None:
    memory = second_crawl()
    old = issue(1, created_at="2016-01-01T00:00:00Z")
    lists = [list_address(API, "Acme/Phone", kind, since) for kind, since in LISTS]
    walk = read("github", PARAMS, {lists[0]: answer([old]), lists[1]: NOTHING}, memory).spider.walk
    assert [strand.oldest for strand in walk.strands] == [LISTS[0][1]]


def test_an_issue_looked_at_again_tells_its_reactions() -> None:
    memory = second_crawl(hot=known(MentionKind.POST, "github.com", "acme/phone#7"))
    pages = {f"{API}/repos/Acme/Phone/issues/7": answer(issue(7, reactions={"+1": 40, "-1": 2}, comments=5))}
    assert read("github", PARAMS, pages, memory).mentions[0]["engagement"] == {"likes": 40, "replies": 5}


def test_a_comment_that_was_deleted_is_gone() -> None:
    memory = second_crawl(recent=known(MentionKind.COMMENT, "github.com", "acme/phone#comment-9"))
    pages = {f"{API}/repos/Acme/Phone/issues/comments/9": answer({"message": "Not Found"}, 404)}
    assert read("github", PARAMS, pages, memory).gone == ["acme/phone#comment-9"]


def test_a_limit_while_looking_again_does_not_mean_that_texts_are_there_or_gone() -> None:
    names = [f"acme/phone#{number}" for number in (1, 2, 3)]
    memory = second_crawl(recent=known(MentionKind.POST, "github.com", *names))
    gone = {f"{API}/repos/Acme/Phone/issues/{number}": answer({}, 404) for number in (1, 2)}
    limited = {f"{API}/repos/Acme/Phone/issues/3": answer(SECONDARY, 403)}
    assert read("github", PARAMS, gone | limited, memory).mentions == []


def test_without_a_token_few_texts_are_looked_at_again() -> None:
    memory = second_crawl(recent=known(MentionKind.POST, "github.com", *(f"acme/phone#{n}" for n in range(1, 40))))
    assert len(list(make("github", PARAMS, memory).look_again())) == 5


def test_a_text_of_another_repository_is_not_asked_for() -> None:
    (text,) = known(MentionKind.POST, "github.com", "acme/other#7")
    assert address_of(API, "Acme/Phone", text) == ""


def test_ids_belong_to_the_site_that_people_see() -> None:
    assert site_host("https://api.github.com") == "github.com"
    assert site_host("https://git.acme.example/api/v3") == "git.acme.example"
