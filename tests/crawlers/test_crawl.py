"""Crawls of a local site into a real database."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from crawlers.run_log import LED_BACK
from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.models import Coverage, Fetch, Mention, MentionVersion, Rating, Run, RunOutcome, Source, SourceHealth
from tests.crawlers.conftest import Watched
from tests.crawlers.site import Answer, Asked, Site, captured, wordpress

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
Watch = Callable[..., Watched]


def rss(*items: tuple[str, str, datetime]) -> Answer:
    """A feed of (id, text, time), newest first."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{ref}</guid><title>{ref}</title><description>{text}</description>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for ref, text, at in items
    )
    return Answer(f'<rss version="2.0"><channel><title>Blog</title>{entries}</channel></rss>', headers=XML)


def ago(**time: float) -> datetime:
    return utcnow().replace(microsecond=0) - timedelta(**time)


def mentions(session: Session) -> list[Mention]:
    session.expire_all()
    return list(session.exec(select(Mention).order_by(Mention.external_id)))


def source(session: Session) -> Source:
    session.expire_all()
    return session.exec(select(Source)).one()


def last_run(session: Session) -> Run:
    session.expire_all()
    return list(session.exec(select(Run)))[-1]


def stretches(session: Session) -> list[Coverage]:
    session.expire_all()
    return list(session.exec(select(Coverage)))


def test_the_same_answer_crawled_twice_is_one_mention(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = rss(("a", "It came late", ago(hours=3)))
    watched = watch("feed", url=f"{site.url}/feed")
    assert [watched.crawl().code, watched.crawl().code] == [0, 0]
    assert [row.text for row in mentions(session)] == ["It came late"]
    assert last_run(session).counters["unchanged"] == 1


def test_a_first_crawl_is_not_news_and_what_comes_after_is(session: Session, site: Site, watch: Watch) -> None:
    old, new = ("a", "It came late", ago(minutes=10)), ("b", "Where is my refund", ago(minutes=5))
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = rss(old)
    watched.crawl()
    site.pages["/feed"] = rss(new, old)
    watched.crawl()
    assert [(row.external_id, row.fresh) for row in mentions(session)] == [("a", False), ("b", True)]


def test_an_edited_text_is_updated_and_keeps_its_history(session: Session, site: Site, watch: Watch) -> None:
    at = ago(hours=3)
    watched = watch("feed", url=f"{site.url}/feed")
    for text in ("It came late", "It came late. Update: solved"):
        site.pages["/feed"] = rss(("a", text, at))
        watched.crawl()
    assert [row.text for row in mentions(session)] == ["It came late. Update: solved"]
    assert session.exec(select(MentionVersion)).one().text == "It came late"


def test_an_address_that_leads_back_to_itself_is_a_failure(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = Answer(status=302, headers={"Location": "/feed"})
    watch("feed", url=f"{site.url}/feed").crawl()
    assert (last_run(session).outcome, last_run(session).error) == (RunOutcome.FAILED, LED_BACK)


@pytest.mark.parametrize("date", [f"Mon, 1 Jan 2024 10:00:00 +{'9' * 20}", "0000-01-01T00:00:00Z"])
def test_one_date_that_cannot_be_does_not_spoil_the_other_texts(
    session: Session, site: Site, watch: Watch, date: str
) -> None:
    body = str(rss(("a", "one", ago(days=3)), ("b", "two", ago(days=2))).body)
    site.pages["/feed"] = Answer(re.sub("<pubDate>.*?<", f"<pubDate>{date}<", body, count=1), headers=XML)
    watch("feed", url=f"{site.url}/feed").crawl()
    assert [row.external_id for row in mentions(session)] == ["a", "b"]


def test_an_empty_answer_is_no_feed(session: Session, site: Site, watch: Watch) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = Answer("", headers=XML)
    watched.crawl()
    assert "not a feed" in last_run(session).error


def test_a_feed_that_did_not_change_is_not_sent_again(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watched = watch("feed", url=f"{site.url}/comments/feed/", kind="comment")
    watched.crawl()
    watched.crawl()
    assert last_run(session).counters["pages not changed"] == 1
    assert last_run(session).outcome is RunOutcome.OK
    assert len(mentions(session)) == 7


def test_a_capped_feed_makes_known_only_what_follows_the_walk_before(
    session: Session, site: Site, watch: Watch
) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watched.crawl()
    assert stretches(session) == []
    first = last_run(session).started_at
    site.pages["/feed"] = rss(("b", "two", ago(minutes=1)), ("a", "one", ago(days=3)))
    watched.crawl()
    assert [(row.start, row.end) for row in stretches(session)] == [(first, last_run(session).started_at)]


def test_a_feed_that_moved_on_too_far_leaves_a_gap(session: Session, site: Site, watch: Watch) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watched.crawl()
    site.pages["/feed"] = rss(("z", "many later", utcnow() + timedelta(seconds=1)))
    watched.crawl()
    assert stretches(session) == []


def test_a_feed_that_did_not_change_stays_known(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watched = watch("feed", url=f"{site.url}/comments/feed/", kind="comment")
    watched.crawl()
    first = last_run(session).started_at
    watched.crawl()
    assert [(row.start, row.end) for row in stretches(session)] == [(first, last_run(session).started_at)]


def test_a_complete_walk_makes_all_since_its_oldest_text_known(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watched = watch("wordpress", url=site.url)
    assert watched.crawl().code == 0
    oldest = datetime(2026, 11, 21, 22, 48, 20, tzinfo=UTC)
    assert [(row.start, row.end) for row in stretches(session)] == [(oldest, last_run(session).started_at)]
    assert len(mentions(session)) == 6


def test_wordpress_comments_know_what_they_answer(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watch("wordpress", url=site.url, posts=True).crawl()
    rows = {row.external_id: row for row in mentions(session)}
    assert rows["comment-6"].parent_id == rows["comment-2"].id
    assert rows["comment-6"].root_id == rows["post-4"].id


def test_wordpress_is_next_asked_only_for_what_may_be_new(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    watched.crawl()
    after = [asked.query.get("after") for asked in site.asked if asked.path.endswith("/comments")]
    assert (after[0], ["2026-11-20T22:49:48"] in after) == (None, True)


def test_a_wordpress_that_falls_back_to_its_feed_keeps_the_same_ids(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    site.pages["/wp-json/wp/v2/comments"] = Answer(status=401)
    watched.crawl()
    assert last_run(session).counters["fell back to the feed"] == 1
    assert {row.external_id for row in mentions(session)} == {f"comment-{number}" for number in range(1, 8)}


@pytest.mark.parametrize(
    "answer", [Answer(status=500), Answer(status=404), Answer("<html>log in</html>", headers=HTML)]
)
def test_a_failed_page_is_unknown_and_not_zero(session: Session, site: Site, watch: Watch, answer: Answer) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watched.crawl()
    site.pages["/feed"] = answer
    assert watched.crawl().code == 1
    assert (source(session).health, source(session).failures) == (SourceHealth.FAILING, 1)
    assert stretches(session) == []
    assert source(session).next_try_at is not None


def test_an_empty_page_makes_nothing_known_and_deletes_nothing(session: Session, site: Site, watch: Watch) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watched.crawl()
    site.pages["/feed"] = rss()
    assert watched.crawl().code == 0
    assert stretches(session) == []
    assert [row.deleted_at for row in mentions(session)] == [None]


def test_what_a_server_said_of_a_failed_answer_is_not_remembered(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = Answer("<html>log in</html>", headers={**HTML, "ETag": '"1"'})
    watch("feed", url=f"{site.url}/feed").crawl()
    assert session.exec(select(Fetch)).all() == []


def test_a_spider_that_crashes_leaves_a_failed_run_with_its_error(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/"] = Answer("<p>Late", headers=HTML)
    assert watch("broken", url=f"{site.url}/").crawl().code == 1
    assert last_run(session).outcome is RunOutcome.FAILED
    assert last_run(session).error == "the spider failed: ZeroDivisionError: integer division or modulo by zero"
    assert [row.text for row in mentions(session)] == ["Late"]


def test_texts_that_could_not_be_saved_fail_the_crawl(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watched = watch("feed", url=f"{site.url}/feed")
    session.connection().exec_driver_sql("ALTER TABLE mention_brand RENAME TO lost")
    session.commit()
    assert watched.crawl().code == 1
    assert last_run(session).error.startswith("texts could not be saved: ")
    assert session.exec(select(Fetch)).all() == []


def test_a_page_that_is_too_large_is_refused(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = Answer(b"x" * (11 * 1024 * 1024), headers=XML)
    watch("feed", url=f"{site.url}/feed").crawl()
    assert last_run(session).outcome is RunOutcome.FAILED
    assert "too large" in last_run(session).error


def test_a_small_page_that_unpacks_to_a_large_one_is_refused(session: Session, site: Site, watch: Watch) -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024))
    site.pages["/feed"] = Answer(bomb, headers={**XML, "Content-Encoding": "gzip"})
    watch("feed", url=f"{site.url}/feed").crawl()
    assert "too large" in last_run(session).error


def test_a_page_in_another_charset_is_read(session: Session, site: Site, watch: Watch) -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item><guid>a</guid>'
    body += "<description>Посылка опоздала</description></item></channel></rss>"
    site.pages["/feed"] = Answer(body.encode("cp1251"), headers={"Content-Type": "text/xml"})
    watch("feed", url=f"{site.url}/feed").crawl()
    assert [row.text for row in mentions(session)] == ["Посылка опоздала"]


def test_a_text_that_cannot_be_kept_is_counted_under_its_reason(session: Session, site: Site, watch: Watch) -> None:
    items = "<item><guid>a</guid></item><item><guid>b</guid><title>Late</title></item>"
    site.pages["/feed"] = Answer(f'<rss version="2.0"><channel>{items}</channel></rss>', headers=XML)
    watch("feed", url=f"{site.url}/feed").crawl()
    assert last_run(session).counters["dropped: empty"] == 1
    assert last_run(session).counters["new"] == 1


def test_we_say_who_we_are(site: Site, watch: Watch) -> None:
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watch("feed", url=f"{site.url}/feed").crawl()
    assert {asked.headers["user-agent"] for asked in site.asked} == {"Emberwatch/0.1 (+bot@shop.example)"}
    assert not any("cookie" in asked.headers or "referer" in asked.headers for asked in site.asked)


def test_a_private_address_that_is_not_listed_is_not_asked(session: Session, site: Site, watch: Watch) -> None:
    watch("feed", url=f"{site.url}/feed", crawling={"allow_private": []}).crawl()
    assert "private address" in last_run(session).error
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_not_followed(session: Session, site: Site, watch: Watch) -> None:
    with Site().open() as inside:
        site.pages["/feed"] = Answer(status=302, headers={"Location": f"{inside.url}/secret"})
        here = site.url.removeprefix("http://")
        watch("feed", url=f"{site.url}/feed", crawling={"allow_private": [here]}).crawl()
        assert inside.asked == []
    assert "private address" in last_run(session).error


def test_a_redirect_to_a_file_is_not_followed(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    watch("feed", url=f"{site.url}/feed").crawl()
    assert last_run(session).outcome is RunOutcome.FAILED


def test_a_server_that_asks_for_a_short_wait_gets_it(session: Session, site: Site, watch: Watch) -> None:
    good, tries = rss(("a", "one", ago(days=3))), []

    def feed(asked: Asked) -> Answer:
        tries.append(asked.at)
        return good if len(tries) > 1 else Answer(status=429, headers={"Retry-After": "1"})

    site.pages["/feed"] = feed
    assert watch("feed", url=f"{site.url}/feed").crawl().code == 0
    assert tries[1] - tries[0] >= 1


def test_a_server_that_asks_for_a_long_wait_is_tried_again_only_then(
    session: Session, site: Site, watch: Watch
) -> None:
    site.pages["/feed"] = Answer(status=503, headers={"Retry-After": "7200"})
    watch("feed", url=f"{site.url}/feed").crawl()
    next_try = source(session).next_try_at
    assert site.paths() == ["/feed"]
    assert next_try is not None
    assert next_try - utcnow() > timedelta(hours=1, minutes=59)


def test_robots_that_say_no_block_the_source(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: Emberwatch\nDisallow: /feed")
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    assert watch("feed", url=f"{site.url}/feed").crawl().code == 1
    assert (source(session).health, last_run(session).outcome) == (SourceHealth.BLOCKED, RunOutcome.BLOCKED)
    assert "does not allow /feed" in source(session).error
    assert site.paths() == []


@pytest.mark.parametrize("answer", [Answer(status=500), Answer(status=503), Answer(status=429)])
def test_robots_that_cannot_be_read_mean_not_now(session: Session, site: Site, watch: Watch, answer: Answer) -> None:
    site.pages["/robots.txt"] = answer
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    watch("feed", url=f"{site.url}/feed").crawl()
    assert source(session).health is SourceHealth.BLOCKED
    assert site.paths() == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_mean_no_rules(session: Session, site: Site, watch: Watch, status: int) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /", status=status)
    site.pages["/feed"] = rss(("a", "one", ago(days=3)))
    assert watch("feed", url=f"{site.url}/feed").crawl().code == 0


def test_a_crawl_delay_is_kept_between_requests(session: Session, site: Site, watch: Watch) -> None:
    site.pages |= wordpress()
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 3")
    watch("wordpress", url=site.url).crawl()
    times = [asked.at for asked in site.asked]
    assert len(times) == 4
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 1.5  # a busy machine notes late when it was asked
    assert last_run(session).counters["crawl-delay seconds"] == 3


def test_a_sample_of_reviews_makes_nothing_known_and_all_of_them_do(session: Session, site: Site, watch: Watch) -> None:
    def page(total: int) -> Answer:
        return Answer(
            '<script type="application/ld+json">{"@type": "Product", "name": "Kettle", "aggregateRating": '
            '{"@type": "AggregateRating", "ratingValue": 4, "reviewCount": ' + str(total) + '}, "review": '
            '{"@type": "Review", "author": "Ana P", "datePublished": "2026-10-01", "reviewBody": "Leaks"}}</script>',
            headers=HTML,
        )

    watched = watch("schemaorg", urls=[f"{site.url}/kettle"])
    site.pages["/kettle"] = page(489)
    watched.crawl()
    assert stretches(session) == []
    site.pages["/kettle"] = page(1)
    watched.crawl()
    assert [row.start for row in stretches(session)] == [datetime(2026, 10, 1, tzinfo=UTC)]
    assert len(mentions(session)) == 1


def test_one_failed_page_of_several_leaves_the_source_unknown_but_keeps_the_texts(
    session: Session, site: Site, watch: Watch
) -> None:
    review = '{"@type": "Review", "author": "Ana P", "datePublished": "2026-10-01", "reviewBody": "Leaks"}'
    site.pages["/a"] = Answer(f'<script type="application/ld+json">{review}</script>', headers=HTML)
    watch("schemaorg", urls=[f"{site.url}/a", f"{site.url}/gone"]).crawl()
    assert len(mentions(session)) == 1
    assert last_run(session).error.startswith("in part: ")
    assert stretches(session) == []


def test_the_recorded_isso_feed_connects_its_answers(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/feed"] = captured("isso/feed.atom")
    watch("feed", url=f"{site.url}/feed", kind="comment").crawl()
    rows = {row.text: row for row in mentions(session)}
    assert rows["Same here, refund please"].parent_id == rows["Battery dies in two hours.\n\nVery disappointed."].id
    assert rows["anonymous opinion"].author_id is None


def product(value: float, total: int) -> Answer:
    rated = f'{{"@type": "AggregateRating", "ratingValue": "{value}", "ratingCount": "{total}"}}'
    review = '{"@type": "Review", "author": "Ana P", "datePublished": "2026-10-01", "reviewBody": "Leaks"}'
    data = f'{{"@type": "Product", "name": "Kettle", "aggregateRating": {rated}, "review": {review}}}'
    return Answer(f'<script type="application/ld+json">{data}</script>', headers=HTML)


def test_a_page_that_is_rated_makes_a_series_of_its_changes(session: Session, site: Site, watch: Watch) -> None:
    watched = watch("schemaorg", urls=[f"{site.url}/kettle"])
    for value, total in ((4.5, 10), (4.5, 10), (4.1, 13)):
        site.pages["/kettle"] = product(value, total)
        assert watched.crawl().code == 0
    rows = list(session.exec(select(Rating).order_by(Rating.taken_at)))
    assert [(row.item, row.value, row.ratings) for row in rows] == [("Kettle", 4.5, 10), ("Kettle", 4.1, 13)]
    assert rows[0].taken_at < rows[0].seen_at < rows[1].taken_at
    assert last_run(session).counters["ratings changed"] == 1


def test_a_page_with_a_rating_and_no_text_is_kept_too(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/kettle"] = Answer(
        '<script type="application/ld+json">{"@type": "Store", "name": "Acme", "aggregateRating": '
        '{"@type": "AggregateRating", "ratingValue": 4.2, "reviewCount": 3}}</script>',
        headers=HTML,
    )
    watch("schemaorg", urls=[f"{site.url}/kettle"]).crawl()
    assert [row.item for row in session.exec(select(Rating))] == ["Acme"]
    assert mentions(session) == []


def test_an_article_without_an_id_is_the_same_under_each_campaign(session: Session, site: Site, watch: Watch) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    for campaign in ("one", "two"):
        link = f"https://news.example/late?id=7&amp;utm_campaign={campaign}"
        item = f"<item><title>Late</title><link>{link}</link></item>"
        site.pages["/feed"] = Answer(f'<rss version="2.0"><channel>{item}</channel></rss>', headers=XML)
        watched.crawl()
    assert [row.external_id for row in mentions(session)] == ["https://news.example/late?id=7"]


def test_a_source_that_has_fallen_silent_is_quiet_until_it_speaks(session: Session, site: Site, watch: Watch) -> None:
    old = ("a", "one", ago(days=40))
    site.pages["/feed"] = rss(old)
    watched = watch("feed", url=f"{site.url}/feed")
    watched.crawl()
    _as_if_crawled_for_weeks(session)
    watched.crawl()
    assert (source(session).health, source(session).failures) == (SourceHealth.QUIET, 0)
    assert source(session).error.startswith("no new text since ")
    site.pages["/feed"] = rss(("b", "two", ago(minutes=2)), old)
    watched.crawl()
    assert (source(session).health, source(session).error) == (SourceHealth.HEALTHY, "")


def _as_if_crawled_for_weeks(session: Session) -> None:
    """Crawled every hour for thirty days, with a new text every six hours until five days ago."""
    place, start, hour = source(session), ago(days=30), timedelta(hours=1)
    place.first_crawled_at = mentions(session)[0].collected_at = start
    for number in range(30 * 24):
        session.add(Run(job="crawl", source_id=place.id, started_at=start + number * hour, outcome=RunOutcome.OK))
    for number in range(1, 100):
        row = Mention(kind=MentionKind.POST, host="x.example", external_id=str(number), source_id=place.id or 0)
        row.published_at = row.collected_at = start + 6 * number * hour
        row.text_hash = ""
        session.add(row)
    session.commit()
