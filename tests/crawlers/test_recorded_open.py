"""Answers recorded from places that need no key, read from the folder of the data: they are no part of the project."""

import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import TextResponse

from crawlers.app_reviews import page_address as app_address
from crawlers.github_issues import list_address
from crawlers.isso_threads import list_address as thread_address
from crawlers.lemmy_views import search_address
from crawlers.stackexchange_questions import search_address as questions_address
from crawlers.steam_reviews import page_address as steam_address
from monitor.facts import MentionKind
from tests.crawlers.answering import answer, known, problems, read, second_crawl
from tests.crawlers.play import Played, make

FORUM, SHOP, ISSO = "https://forum.example", "https://shop.example", "https://isso.example"


def body(data: Path, name: str) -> TextResponse:
    """A recorded answer, whatever it was asked for."""
    path = data / "fixtures" / name
    content_type = {".json": "application/json", ".xml": "application/xml"}.get(path.suffix, "text/plain")
    return TextResponse("http://recorded", headers={"Content-Type": content_type}, body=path.read_bytes())


def values(data: Path, name: str) -> Any:
    return json.loads((data / "fixtures" / name).read_text(encoding="utf-8"))


def ids(played: Played) -> list[str]:
    return [mention["external_id"] for mention in played.mentions]


def hacker_news(page: TextResponse, term: str) -> Played:
    params = {"terms": term, "max_pages": 1}
    return read("hackernews", params, {next(iter(make("hackernews", params).first_requests())).url: page})


def test_a_recorded_search_of_hacker_news_gives_its_stories(data: Path) -> None:
    played = hacker_news(body(data, "hackernews/algolia_search_hello_2018.json"), "hello")
    assert ids(played) == ["18717168", "17230273"]
    assert [mention["engagement"]["likes"] for mention in played.mentions] == [1562, 1498]


def test_a_recorded_comment_of_hacker_news_knows_its_thread_and_has_no_points(data: Path) -> None:
    hit = values(data, "hackernews/algolia_comment_hit_2026.json") | {"comment_text": "Visual Studio"}
    (mention,) = hacker_news(answer({"hits": [hit], "nbHits": 1}), "visual studio").mentions
    assert (mention["kind"], mention["parent_ref"], mention["root_ref"]) == ("comment", "9999826", "9998227")
    assert "engagement" not in mention


def test_the_recorded_words_about_too_many_pages_are_no_answer(data: Path) -> None:
    assert problems(hacker_news(body(data, "hackernews/algolia_page_limit_error.txt"), "x")) == ["not JSON"]


def discourse(page: TextResponse) -> Played:
    return read("discourse", {"url": FORUM, "max_pages": 1}, {f"{FORUM}/posts.json": page})


def test_a_recorded_page_of_posts_gives_them_in_their_order(data: Path) -> None:
    played = discourse(body(data, "discourse/discourse_api_posts_latest.json"))
    assert ids(played)[:2] == ["11/2", "11/1"]
    assert played.mentions[0]["parent_ref"] == "11/1"
    assert problems(played) == []


@pytest.mark.parametrize(
    "name",
    [
        "discourse_api_topic.json",
        "perceval_discourse_posts.json",
        "perceval_discourse_topic_1148.json",
        "perceval_discourse_topic_1149.json",
    ],
)
def test_recorded_posts_of_a_topic_are_read_with_ids_of_their_own(data: Path, name: str) -> None:
    posts = values(data, f"discourse/{name}")["post_stream"]["posts"]
    played = discourse(answer({"latest_posts": posts}))
    written = [post for post in posts if post["post_type"] in (1, 2)]
    assert len(set(ids(played))) == len(written) - len(played.gone) - played.dropped["empty"]  # a picture only
    assert played.spider.crawler.stats.get_value("emberwatch/dropped: unreadable") is None


def test_recorded_likes_are_told(data: Path) -> None:
    posts = values(data, "discourse/perceval_discourse_topic_1148.json")["post_stream"]["posts"]
    assert discourse(answer({"latest_posts": posts})).mentions[0]["engagement"]["likes"] == 6


def test_a_recorded_post_is_read_when_it_is_looked_at_again(data: Path) -> None:
    memory = second_crawl(hot=known(MentionKind.POST, "forum.example", "840/1"))
    pages = {f"{FORUM}/posts/by_number/840/1.json": body(data, "discourse/perceval_discourse_post.json")}
    assert ids(read("discourse", {"url": FORUM}, pages, memory)) == ["840/1"]


@pytest.mark.parametrize(
    "name",
    [
        "discourse_api_latest.json",
        "discourse_api_search.json",
        "perceval_discourse_topics.json",
        "perceval_discourse_topics_empty.json",
        "perceval_discourse_topics_last_posted_at_null.json",
    ],
)
def test_a_recorded_answer_of_another_kind_is_told_by_the_field_that_it_lacks(data: Path, name: str) -> None:
    played = discourse(body(data, f"discourse/{name}"))
    assert problems(played) == ["the field 'latest_posts' has vanished"]
    assert played.mentions == []


@pytest.mark.parametrize(("api", "name"), [("v3", "V3"), ("v4", "V4")])
def test_both_recorded_forms_of_lemmy_give_the_same_texts(data: Path, api: str, name: str) -> None:
    server, term = "https://test1.lemmy.ddenis.info", "thread"
    page = body(data, f"lemmy/lemmykit_searchResponse{name}_trimmed.json")
    pages = {search_address(server, api, term, what): page for what in ("Posts", "Comments")}
    params = {"url": server, "terms": [term, "great track"], "api": api, "max_pages": 1}
    pages |= {search_address(server, api, "great track", what): page for what in ("Posts", "Comments")}
    post, comment = read("lemmy", params, pages).mentions
    assert (post["external_id"], post["engagement"]) == (f"{server}/post/180", {"likes": 1, "replies": 7})
    assert (comment["parent_ref"], comment["root_ref"]) == (post["external_id"],) * 2
    assert comment["engagement"] == {"likes": 3, "replies": 0}


@pytest.mark.parametrize("name", ["question", "question_backoff_page", "question_page", "question_page_2"])
def test_a_recorded_question_is_read_with_what_stands_below_it(data: Path, name: str) -> None:
    params = {"site": "stackoverflow", "terms": "pandas", "max_pages": 1}
    url = questions_address("https://api.stackexchange.com", "stackoverflow", "withbody", "pandas", None, 1)
    page = values(data, f"stackexchange/perceval_stackexchange_{name}.json")
    for item in page["items"]:
        item["title"] = "pandas"  # titles and texts are blanked in the recording
        item["answers"][0]["body"] = "<p>so?</p>"
    played = read("stackexchange", params, {url: answer(page)})
    assert {"question-1", "answer-1"} <= set(ids(played))
    assert problems(played) == []
    assert ("api.stackexchange.com" in played.spider.walk.rests) == ("backoff" in page)


def github(**pages: TextResponse) -> Played:
    api, nothing = "https://api.github.com", answer([])
    issues = list_address(api, "o/r", MentionKind.POST, None)
    comments = list_address(api, "o/r", MentionKind.COMMENT, None)
    given = {issues: pages.get("issues", nothing), comments: pages.get("comments", nothing)}
    more = {url: page for url, page in pages.items() if url.startswith(api)}
    return read("github", {"repo": "o/r", "pull_requests": True}, given | more)


@pytest.mark.parametrize("name", ["perceval_github_issue_1.json", "perceval_github_issue_2.json"])
def test_a_recorded_issue_is_read(data: Path, name: str) -> None:
    (mention,) = github(issues=body(data, f"github/{name}")).mentions
    assert mention["external_id"] == f"o/r#{name[-6]}"


def test_a_recorded_pull_request_is_known_as_one(data: Path) -> None:
    (mention,) = github(issues=body(data, "github/perceval_github_issue_1.json")).mentions
    assert mention["url"].endswith("/pull/1")


@pytest.mark.parametrize(
    ("name", "likes"), [("perceval_github_issue_comments_1.json", 3), ("perceval_github_issue_comments_2.json", 0)]
)
def test_a_recorded_comment_is_read_with_its_issue_and_reactions(data: Path, name: str, likes: int) -> None:
    (mention,) = github(comments=body(data, f"github/{name}")).mentions
    assert mention["parent_ref"].startswith("o/r#")
    assert mention["engagement"]["likes"] == likes


def test_the_recorded_words_about_abuse_are_a_rest_and_no_failure(data: Path) -> None:
    walk = github(issues=body(data, "github/perceval_abuse_rate_limit.json").replace(status=403)).spider.walk
    assert (walk.cut_short, walk.failures) == ("api.github.com", [])


@pytest.mark.parametrize("name", ["perceval_github_issue_2_reactions.json", "perceval_rate_limit.json"])
def test_recorded_answers_of_another_kind_are_told_in_words(data: Path, name: str) -> None:
    (words,) = problems(github(issues=body(data, f"github/{name}")))
    assert "has vanished" in words or "no list" in words


def test_five_recorded_pages_of_issues_are_walked_by_their_links(data: Path) -> None:
    exchanges = values(data, "github/octokit_paginate-issues_normalized-fixture.json")
    pages = [answer(exchange["response"], Link=exchange["headers"]["link"]) for exchange in exchanges]
    later = {f"https://api.github.com{exchanges[at]['path']}": pages[at] for at in range(1, 5)}
    played = github(issues=pages[0], **later)
    assert ids(played) == [f"o/r#{number}" for number in range(13, 0, -1)]
    assert problems(played) == []


def test_a_recorded_search_of_issues_has_issues_of_the_same_form(data: Path) -> None:
    (exchange,) = values(data, "github/octokit_search-issues_normalized-fixture.json")
    assert ids(github(issues=answer(exchange["response"]["items"]))) == ["o/r#2", "o/r#1"]


def test_a_recorded_page_of_the_app_store_gives_its_reviews(data: Path) -> None:
    base, params = "https://itunes.apple.com", {"app": 1194408342, "countries": "us", "max_pages": 1}
    page = body(data, "appstore/us_1194408342_2025_two_entries.xml")
    played = read("appstore", params, {app_address(base, 1194408342, "us", 1): page})
    assert [(mention["external_id"], mention["rating_value"]) for mention in played.mentions] == [
        ("12645174720", 2.0),
        ("12484337193", 4.0),
    ]
    assert played.mentions[0]["item"] == "app 1194408342 7.2.3"


@pytest.mark.parametrize(("name", "found"), [("thread.json", ["4", "2", "1", "3"]), ("thread_after.json", ["1", "3"])])
def test_a_recorded_thread_of_isso_gives_its_comments_with_their_answers(
    data: Path, name: str, found: list[str]
) -> None:
    pages = {thread_address(ISSO, "/product/", 0): body(data, f"isso/{name}")}
    played = read("isso", {"url": ISSO, "threads": "/product/", "max_pages": 1}, pages)
    assert ids(played) == [f"comment-{number}" for number in found]
    assert played.mentions[-1]["parent_ref"] == "comment-1"


def test_the_recorded_latest_comments_of_isso_tell_their_pages(data: Path) -> None:
    played = read("isso", {"url": ISSO}, {thread_address(ISSO, "", 0): body(data, "isso/latest.json")})
    assert {mention["item"] for mention in played.mentions} == {"/product/"}
    assert len(played.mentions) == 4


@pytest.mark.parametrize("name", ["config.json", "count.json", "feed.atom"])
def test_recorded_answers_of_isso_to_other_questions_are_told_in_words(data: Path, name: str) -> None:
    pages = {thread_address(ISSO, "/product/", 0): body(data, f"isso/{name}")}
    (words,) = problems(read("isso", {"url": ISSO, "threads": "/product/"}, pages))
    assert "has vanished" in words or words == "not JSON"


def test_the_documented_review_of_a_shop_is_read(data: Path) -> None:
    url = next(iter(make("woocommerce", {"url": SHOP}).first_requests())).url
    page = body(data, "woocommerce/store_api_product_reviews_doc_example.json")
    (mention,) = read("woocommerce", {"url": SHOP}, {url: page}).mentions
    assert (mention["item"], mention["rating_value"]) == ("Beanie with Logo", 5.0)
    assert mention["published_at"] == "2022-01-12T15:42:14+00:00"


def test_recorded_reviews_of_the_retired_address_of_steam_have_the_form_of_the_new_one(data: Path) -> None:
    page = body(data, "steam/appreviews_12200_2019_trimmed.json")
    url = steam_address("https://api.steampowered.com", 12200, ("all",), "*")
    played = read("steam", {"app": 12200, "max_pages": 1}, {url: page})
    assert ids(played) == ["54940719", "54969077", "55224509", "55247886"]
    assert [mention["rating_value"] for mention in played.mentions] == [0.0, 1.0, 1.0, 1.0]
    assert "[h1]" not in played.mentions[2]["text"]
