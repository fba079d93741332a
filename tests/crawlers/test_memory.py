"""Which stretch of time a walk makes known."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.http import TextResponse

from crawlers.memory import Memory, Strand, Walk, describe, is_behind, known_stretch
from crawlers.run_log import judge, next_look
from monitor.facts import Collected, MentionKind, Precision
from monitor.models import RunOutcome
from tests.crawlers.play import make

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
HALF_AN_HOUR = timedelta(minutes=30)
MEMORY = Memory(last_walk=BEFORE, known_until=BEFORE, newest=BEFORE)


def text(hours_ago: float, precision: Precision = Precision.SECOND) -> Collected:
    return Collected(
        kind=MentionKind.REVIEW,
        host="shop.example",
        external_id="1",
        url="https://shop.example",
        text="Late",
        published_at=NOW - timedelta(hours=hours_ago),
        precision=precision,
    )


def walked(*hours_ago: float, complete: bool = False, precision: Precision = Precision.SECOND) -> Walk:
    walk = Walk()
    strand = walk.strand()
    strand.add(text(hours, precision) for hours in hours_ago)
    strand.end(complete=complete)
    return walk


def known(
    walk: Walk, memory: Memory = MEMORY, *, met_known: bool = False, ordered: bool = True
) -> tuple[datetime, datetime] | None:
    return known_stretch(walk, memory, now=NOW, met_known=met_known, trusts_order=lambda _: ordered)


def test_a_complete_walk_is_known_from_its_oldest_text_on_the_first_crawl_too() -> None:
    assert known(walked(0.5, 900, complete=True), Memory()) == (NOW - timedelta(hours=900), NOW)


def test_a_complete_walk_leaves_no_hole_after_the_walk_before() -> None:
    assert known(walked(0.2, 0.5, complete=True)) == (BEFORE, NOW)


def test_a_truncated_walk_is_known_from_the_walk_before_when_it_goes_back_that_far() -> None:
    assert known(walked(0.5, 2)) == (BEFORE, NOW)


def test_a_truncated_walk_that_does_not_go_back_far_enough_is_unknown() -> None:
    assert known(walked(0.2, 0.5)) is None


def test_a_truncated_first_walk_is_unknown() -> None:
    assert known(walked(0.5, 2), Memory()) is None


def test_a_sample_in_no_order_tells_nothing_of_new_texts() -> None:
    assert known(walked(0.5, 2), ordered=False) is None


def test_a_day_reaches_back_only_to_its_end() -> None:
    midnight = NOW.replace(hour=0)
    today = (NOW - midnight).total_seconds() / 3600
    assert known(walked(today, precision=Precision.DAY)) is None
    assert known(walked(today + 24, precision=Precision.DAY)) == (BEFORE, NOW)


@pytest.mark.parametrize(("met_known", "stretch"), [(True, (BEFORE, NOW)), (False, None)])
def test_without_dates_a_known_text_shows_that_nothing_was_missed(
    met_known: bool, stretch: tuple[datetime, datetime] | None
) -> None:
    walk = Walk()
    walk.strand().add([replace(text(1), published_at=None, precision=Precision.UNKNOWN)])
    walk.strands[0].end(complete=False)
    assert known(walk, met_known=met_known) == stretch


def test_an_impossible_date_does_not_count_as_far_back() -> None:
    walk = Walk()
    walk.strand().add([text(0.5), replace(text(1), published_at=datetime(1970, 1, 1, tzinfo=UTC))])
    walk.strands[0].end(complete=False)
    assert known(walk) is None


@pytest.mark.parametrize("complete", [True, False])
def test_an_empty_page_makes_nothing_known(complete: bool) -> None:
    assert known(walked(complete=complete)) is None


@pytest.mark.parametrize("field", ["failures", "blocked"])
def test_a_failed_page_makes_the_whole_walk_unknown(field: str) -> None:
    walk = walked(0.5, 2, complete=True)
    getattr(walk, field).append("the server answers 500")
    assert known(walk) is None


def test_of_several_lists_all_must_be_known() -> None:
    walk = walked(3, complete=True)
    other = walk.strand()
    other.add([text(5)])
    other.end(complete=True)
    assert known(walk) == (NOW - timedelta(hours=3), NOW)
    walk.strand().end(complete=True)
    assert known(walk) is None


def test_a_list_whose_reading_broke_off_is_unknown() -> None:
    walk = walked(3, complete=True)
    walk.strand().add([text(5)])
    assert known(walk) is None


def unchanged() -> Walk:
    walk = Walk()
    walk.strand().unchanged = True
    walk.strands[0].end(complete=False)
    return walk


def test_a_list_that_did_not_change_is_known_since_the_walk_before() -> None:
    assert known(unchanged()) == (BEFORE, NOW)


def test_a_sample_that_did_not_change_is_known_only_if_it_was() -> None:
    assert known(unchanged(), ordered=False) == (BEFORE, NOW)
    assert known(unchanged(), replace(MEMORY, known_until=BEFORE - timedelta(hours=1)), ordered=False) is None


def test_what_is_read_again_lies_before_the_last_walk_however_old_the_newest_text_is() -> None:
    overlap = timedelta(days=1)
    assert Memory().since(overlap) is None
    assert MEMORY.since(overlap) == replace(MEMORY, newest=None).since(overlap) == BEFORE - overlap
    assert replace(MEMORY, newest=BEFORE - overlap).since(overlap) == BEFORE - overlap


def test_a_question_that_names_a_time_asks_for_a_known_text_too() -> None:
    overlap = timedelta(days=1)
    assert replace(MEMORY, newest=None).since_known(overlap) is None
    assert replace(MEMORY, newest=NOW).since_known(overlap) == BEFORE - overlap
    assert replace(MEMORY, newest=BEFORE - overlap).since_known(overlap) == BEFORE - 2 * overlap


def test_an_answer_that_says_that_there_is_nothing_leaves_no_gap() -> None:
    walk = walked(complete=True)
    walk.strands[0].says_empty = True
    assert known(walk) == (BEFORE, NOW)
    assert known(walk, Memory()) is None


BEHIND = replace(MEMORY, behind=NOW - timedelta(hours=10), deeper=2)


def test_a_list_that_was_cut_before_is_read_and_known_from_what_was_known_then() -> None:
    assert BEHIND.since(HALF_AN_HOUR) == NOW - timedelta(hours=10.5)
    assert known(walked(0.5, 11), BEHIND) == known(walked(0.5, 2, complete=True), BEHIND) == (BEHIND.behind, NOW)
    assert known(walked(0.5, 2), BEHIND) == (BEFORE, NOW)


def cut(*hours_ago: float) -> Walk:
    walk = walked(*hours_ago)
    walk.strands[0].cut = True
    return walk


@pytest.mark.parametrize(
    ("walk", "memory", "behind"),
    [
        (cut(0.2, 0.5), MEMORY, True),
        (cut(0.2, 2), MEMORY, False),  # it came down to the walk before
        (cut(0.2, 2), BEHIND, True),
        (cut(0.2, 11), BEHIND, False),
        (cut(0.2, 0.5), Memory(), False),  # of a first crawl nobody waits for the rest
        (walked(0.2, 0.5), MEMORY, False),
    ],
)
def test_a_walk_is_behind_that_was_cut_before_it_came_down_to_what_was_known(
    walk: Walk, memory: Memory, behind: bool
) -> None:
    assert is_behind(walk, memory) is behind


def test_a_crash_says_more_than_a_refusal_and_a_refusal_more_than_a_failed_page() -> None:
    walk = Walk(failures=["a: the server answers 500"])
    assert judge("finished", walk) == (RunOutcome.FAILED, "a: the server answers 500")
    walk.blocked.append("robots.txt says no")
    assert judge("finished", walk) == (RunOutcome.BLOCKED, "robots.txt says no")
    walk.crash = "the spider failed"
    assert judge("finished", walk) == (RunOutcome.FAILED, "the spider failed")


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("shutdown", "stopped before its end, as asked"),
        ("closespider_timeout", "stopped before its end: closespider timeout"),
    ],
)
def test_a_crawl_that_was_stopped_failed(reason: str, error: str) -> None:
    assert judge(reason, Walk()) == (RunOutcome.FAILED, error)


def test_several_problems_are_told_in_one_line() -> None:
    assert describe(["a: 500", "b: 404"], pages=0) == "a: 500 (and 1 more)"
    assert describe(["a: 500"], pages=3) == "in part: a: 500"


def test_an_order_is_noticed_over_all_pages() -> None:
    strand = Strand()
    strand.add([text(1), text(2)])
    assert strand.newest_first
    strand.add([text(1.5)])
    assert not strand.newest_first


@pytest.mark.parametrize(("last_walk", "cut"), [(None, True), (BEFORE, False)])
def test_a_wordpress_walk_that_is_cut_knows_nothing_between_the_cut_and_the_walk_before(
    last_walk: datetime | None, cut: bool
) -> None:
    memory = Memory(last_walk=last_walk, newest=last_walk)
    spider = make("wordpress", {"url": "https://shop.example", "max_pages": 1}, memory)
    (request,) = spider.first_requests()
    comment = {
        "id": 1,
        "date_gmt": (NOW - HALF_AN_HOUR).isoformat().partition("+")[0],
        "content": {"rendered": "Leaks"},
    }
    following = {"Link": '<https://shop.example/wp-json/wp/v2/comments?page=2>; rel="next"'}
    answer = TextResponse(request.url, body=json.dumps([comment]).encode(), headers=following)
    assert request.callback is not None
    list(request.callback(answer, **request.cb_kwargs))
    assert (known_stretch(spider.walk, memory, now=NOW, met_known=True) is not None) is cut


def test_a_source_in_trouble_waits_for_its_own_host_and_not_for_one_of_others() -> None:
    resting = {"ours.example": (NOW + HALF_AN_HOUR, "429"), "other.example": (NOW + timedelta(days=1), "429")}
    walk = Walk(rests=dict.fromkeys(resting, (60.0, "429")), resting=resting, beside={"other.example"})
    assert next_look(walk, NOW) == NOW + HALF_AN_HOUR
