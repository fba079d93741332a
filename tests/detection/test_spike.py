"""When the spike detector speaks: exact looks on seeded streams, and what may and may not change its mind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detection.spike import SpikeOptions, detect
from monitor.facts import WHOLE, Cell, Dimension, Finding, Held, Sensitivity, Severity, Stream, Voice
from tests.detection.streams import HOUR, MINUTE, NOW, history, ordinary, stream, voice, voices

OPTIONS = SpikeOptions()
HOURLY = history(5)


def strongest(heard: list[Voice], **changes: float) -> float:
    found = raised(stream(HOURLY, heard), SpikeOptions(**changes))
    return max((one.strength for one in found), default=0.0)


def raised(seen: Stream, options: SpikeOptions = OPTIONS) -> list[Finding]:
    """The findings less the near misses."""
    return [one for one in detect(seen, options) if one.held is None]


def held(seen: Stream, options: SpikeOptions = OPTIONS) -> set[Held]:
    return {one.held for one in detect(seen, options) if one.held}


def looks(heard: list[Voice], start: datetime, number: int, every: timedelta) -> list[int]:
    """The numbers of the looks with a HIGH finding; each look knows only what was published by then."""
    spoke = []
    for look in range(number):
        now = start + look * every
        known = [one for one in heard if now - 48 * HOUR < one.at <= now]
        if any(one.severity == Severity.HIGH for one in raised(stream(HOURLY, known, now=now))):
            spoke.append(look)
    return spoke


def test_it_speaks_at_the_fifth_complaint_of_a_quick_series_and_goes_on_while_it_lasts():
    burst = [voice(1 + i, NOW - HOUR + i * 2 * MINUTE, themes=("refund",)) for i in range(10)]
    heard = [*ordinary(5, now=NOW - HOUR, seed=2), *burst]
    assert looks(heard, NOW - HOUR - 10 * MINUTE, 60, 2 * MINUTE) == list(range(9, 37))


def test_reposts_are_less_strange_than_as_many_complaints_of_their_own():
    own = voices(14, 40, themes=("refund",), source="forum")
    reposts = [replace(one, story=5, repost=True) for one in own]
    assert 0 < strongest(reposts) < strongest(own)


def test_it_is_silent_at_every_look_of_two_ordinary_days():
    heard = ordinary(5, now=NOW, seed=4)
    assert looks(heard, NOW - 24 * HOUR, 97, 15 * MINUTE) == []


def test_a_rise_in_one_theme_is_found_in_a_busy_brand():
    hourly = history(60)
    found = raised(stream(hourly, [*ordinary(60), *voices(30, 90, themes=("refund",))]))
    assert found[0].cell == Cell(Dimension.THEME, "refund")


def test_a_story_that_spreads_is_found_in_a_busy_brand():
    hourly = history(60)
    spreading = [voice(i, NOW - 2 * HOUR + i * 3 * MINUTE, story=5, repost=i > 0) for i in range(40)]
    found = raised(stream(hourly, [*ordinary(60), *spreading]))
    assert Severity.HIGH in {one.severity for one in found if one.cell == Cell(Dimension.STORY, "5")}


def brigade(number: int) -> list[Voice]:
    """One text under many names, and no repost among them."""
    return [voice(1 + i, NOW - i * 2 * MINUTE, story=5, source="forum") for i in range(number)]


def test_one_text_posted_under_many_names_is_no_alarm():
    found = raised(stream(HOURLY, [*ordinary(5), *brigade(40)]))
    assert Severity.HIGH not in {one.severity for one in found}


def test_one_text_posted_under_many_names_is_a_notice_that_says_so():
    (notice,) = raised(stream(HOURLY, [*ordinary(5), *brigade(40)]))
    assert (notice.cell, notice.severity) == (Cell(Dimension.STORY, "5"), Severity.WATCH)
    assert (notice.copies, notice.authors) == (39, 1)
    assert notice.seen == pytest.approx(0.9)
    assert len(notice.mention_ids) == 40


def test_copies_can_be_told_to_count():
    found = raised(stream(HOURLY, [*ordinary(5), *brigade(40)]), SpikeOptions(copies=1.0))
    assert Severity.HIGH in {one.severity for one in found}


def test_copies_do_not_hide_the_complaints_beside_them():
    own = voices(14, 40, first=500, themes=("refund",), source="forum")
    found = raised(stream(HOURLY, [*own, *brigade(20)]))
    whole = next(one for one in found if one.cell == WHOLE)
    assert whole.severity == Severity.HIGH
    assert (whole.authors, whole.copies) == (15, 19)


def test_a_rise_of_everything_is_a_notice_and_no_alarm():
    found = raised(stream(HOURLY, [*ordinary(5), *launch()]))
    assert {one.severity for one in found} == {Severity.WATCH}


def launch() -> list[Voice]:
    """Six times the usual volume for eight hours, with the usual part of complaints."""
    return [voice(1 + i, NOW - i * 2 * MINUTE, negative=0.9 if i % 10 < 3 else 0.1) for i in range(240)]


def test_a_rise_that_ended_is_not_found_again():
    over = [voice(1 + i, NOW - 20 * HOUR - i * MINUTE) for i in range(30)]
    assert strongest(over) == 0


def test_four_loud_authors_are_too_few():
    rare = stream(history(0.05), voices(4, 10))
    assert raised(rare, SpikeOptions(least_authors=5)) == []
    assert raised(rare, SpikeOptions(least_authors=4)) != []


def test_what_misses_an_author_is_held_back_with_the_reason():
    rare = stream(history(0.05), voices(4, 10))
    assert held(rare, SpikeOptions(least_authors=5)) == {Held.FEW_AUTHORS}


def test_what_nearly_reaches_the_threshold_is_held_back():
    seen = stream(HOURLY, voices(10, 60))
    strong = max(one.strength for one in detect(seen, OPTIONS))
    nearly = SpikeOptions(threshold=strong + 1, notice=99)
    assert (raised(seen, nearly), held(seen, nearly)) == ([], {Held.BELOW})
    assert held(seen, SpikeOptions(threshold=strong + 2, notice=99)) == set()


def test_a_rise_of_everything_that_is_no_notice_is_held_back_as_one():
    seen = stream(HOURLY, [*ordinary(5), *launch()])
    assert Held.ALL_UP in held(seen, SpikeOptions(notice=300))


def test_a_story_that_only_rises_with_all_else_is_held_back_as_that_and_not_as_copies():
    reposts = [voice(900 + i, NOW - i * 2 * MINUTE, story=5, repost=i < 19, source="forum") for i in range(20)]
    praise = [voice(2000 + i, NOW - i * MINUTE / 8, negative=0.05) for i in range(900)]
    found = detect(stream(HOURLY, [*ordinary(5), *reposts, *praise]), SpikeOptions(notice=300))
    assert {one.held for one in found if one.cell.dimension == Dimension.STORY} == {Held.ALL_UP}


def crisis_in_a_silent_brand() -> Stream:
    """Twenty complaints within half an hour among fifty other mentions, in a brand of one mention in four days."""
    others = [voice(500 + i, NOW - i * MINUTE, negative=0.05) for i in range(50)]
    return stream(history(0.01), [*voices(20, 30), *others])


def test_how_little_is_known_of_complaints_does_not_make_a_crisis_look_misread():
    (whole,) = [one for one in raised(crisis_in_a_silent_brand()) if one.cell == WHOLE]
    assert whole.severity == Severity.HIGH


def test_where_praise_may_often_be_misread_it_is_only_a_notice():
    (whole,) = [one for one in raised(crisis_in_a_silent_brand(), SpikeOptions(misread_spread=9)) if one.cell == WHOLE]
    assert whole.severity == Severity.WATCH


def test_copies_that_are_no_notice_are_held_back_as_copies():
    seen = stream(HOURLY, [*ordinary(5), *brigade(40)])
    assert held(seen, SpikeOptions(notice=300)) == {Held.COPIES}


def test_a_rise_that_is_over_is_held_back_at_most_once_in_a_cell():
    over = [voice(1 + i, NOW - 8 * HOUR - i * MINUTE) for i in range(30)]
    found = detect(stream(HOURLY, over), OPTIONS)
    assert {one.held for one in found} == {Held.OVER}
    assert len({one.cell for one in found}) == len(found)


def test_each_sensitivity_has_a_threshold_and_balanced_is_the_usual_one():
    thresholds = [SpikeOptions.THRESHOLDS[level] for level in Sensitivity]
    assert thresholds == sorted(thresholds, reverse=True)
    assert SpikeOptions().threshold == SpikeOptions.THRESHOLDS[Sensitivity.BALANCED]


def test_in_a_launch_the_last_minutes_are_judged_by_the_hour_before():
    hourly = history(20)
    launched = [voice(1 + i, NOW - i * 24 * MINUTE / 60, negative=0.1) for i in range(300)]
    burst = voices(7, 4, first=900, themes=("refund",))
    quiet = {one.severity for one in raised(stream(hourly, [*ordinary(20), *burst]))}
    assert Severity.HIGH in quiet
    assert Severity.HIGH not in {one.severity for one in raised(stream(hourly, [*ordinary(20), *launched, *burst]))}


def test_a_source_without_history_is_no_rise_of_its_own():
    found = raised(stream(HOURLY, voices(15, 45, source="new")))
    assert Cell(Dimension.SOURCE, "new") not in {one.cell for one in found}


def test_a_language_without_history_may_rise():
    found = raised(stream(HOURLY, voices(15, 45, language="te")))
    assert Cell(Dimension.LANGUAGE, "te") in {one.cell for one in found}


def test_a_clock_that_is_ahead_does_no_harm():
    ahead = [replace(one, at=one.at + 50 * MINUTE) for one in voices(15, 45)]
    assert strongest(ahead) > 5


def test_an_earlier_incident_does_not_raise_the_bar():
    hourly = history(5)
    whole = hourly[WHOLE]
    negative = whole.negative.copy()
    negative[300:312] += 40
    hourly[WHOLE] = replace(whole, negative=negative, mentions=whole.mentions + (negative - whole.negative))
    span = (whole.start + 300 * HOUR, whole.start + 312 * HOUR)
    heard = voices(15, 45)
    with_span = detect(stream(hourly, heard, troubled=[span]), OPTIONS)
    assert max(one.strength for one in with_span) == pytest.approx(strongest(heard), rel=0.05)


negatives = st.lists(
    st.tuples(st.integers(0, 30), st.floats(0, 47), st.floats(0.5, 1), st.integers(0, 2)), min_size=1, max_size=25
)


def made(rows: list[tuple[int, float, float, int]], first: int = 1) -> list[Voice]:
    return [
        voice(
            first + i,
            NOW - age * HOUR,
            author=author,
            negative=p,
            themes=("refund",),
            source="forum",
            story=story or first + i,
        )
        for i, (author, age, p, story) in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(negatives, negatives)
def test_more_negative_voices_with_words_of_their_own_never_lower_the_strength(some, more):
    base = voices(8, 30, first=900, themes=("refund",), source="forum")
    heard = [*base, *made(some)]
    own = made([(author, age, p, 0) for author, age, p, _ in more], 500)
    assert strongest([*heard, *own], least_authors=1) >= strongest(heard, least_authors=1) - 1e-9


@settings(max_examples=30, deadline=None)
@given(negatives, st.randoms())
def test_the_order_of_voices_does_not_matter(rows, random):
    heard = [*voices(8, 30, first=900), *made(rows)]
    mixed = heard.copy()
    random.shuffle(mixed)
    seen = stream(HOURLY, heard)
    assert detect(replace(seen, voices=tuple(mixed)), OPTIONS) == detect(seen, OPTIONS)


def test_followers_beyond_all_reason_still_make_a_finding_that_can_be_stored():
    heard = [*ordinary(5), *voices(12, 40, followers=2**53 - 1)]
    found = detect(stream(HOURLY, heard), OPTIONS)
    assert max(one.reach for one in found) == 2**31 - 1
