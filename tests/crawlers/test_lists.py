"""Several lists of one place, and what they make known together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.lists import part_of
from crawlers.memory import Memory, Walk, known_stretch
from monitor.facts import Collected, MentionKind

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
TEXT = Collected(kind=MentionKind.POST, host="h", external_id="1", url="https://h", text="x", published_at=BEFORE)


def known(walk: Walk) -> tuple[datetime, datetime] | None:
    return known_stretch(walk, Memory(), now=NOW, met_known=False)


def test_an_empty_list_leaves_the_walk_to_the_others() -> None:
    walk = Walk()
    full, empty = part_of(walk), part_of(walk)
    full.add([TEXT])
    full.end(complete=True)
    empty.end(complete=True)
    assert known(walk) == (BEFORE, NOW)


def test_an_empty_list_that_was_not_read_to_its_end_makes_all_unknown() -> None:
    walk = Walk()
    full, empty = part_of(walk), part_of(walk)
    full.add([TEXT])
    full.end(complete=True)
    empty.end(complete=False)
    assert known(walk) is None


def test_nothing_but_empty_lists_make_nothing_known() -> None:
    walk = Walk()
    for part in [part_of(walk), part_of(walk)]:
        part.end(complete=True)
    assert known(walk) is None
    assert len(walk.strands) == 1


def test_an_old_text_that_changed_does_not_make_the_time_since_then_known() -> None:
    walk = Walk()
    part = part_of(walk, asked_from=BEFORE)
    part.add([replace(TEXT, published_at=NOW - timedelta(days=900))])
    part.end(complete=True)
    assert known(walk) == (BEFORE, NOW)


def test_a_list_in_the_order_of_changes_that_is_cut_says_nothing_of_what_lies_behind_the_cut() -> None:
    walk = Walk()
    part = part_of(walk, asked_from=BEFORE)
    part.add([replace(TEXT, published_at=NOW), replace(TEXT, published_at=NOW - timedelta(days=900))])
    part.end(complete=False)
    assert known_stretch(walk, Memory(last_walk=BEFORE), now=NOW, met_known=True) is None
