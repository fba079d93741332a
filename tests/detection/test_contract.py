"""What every detector of the registry must do, whatever its method."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import BaseModel, ValidationError

from monitor.detection import DETECTORS, detector, options_of
from monitor.facts import WHOLE, Cell, Finding, Kind, Sensitivity, Series, Severity, Stream, Voice
from tests.detection.streams import (
    HOUR,
    NOW,
    as_reviews,
    bombing,
    burning,
    history,
    ordinary,
    stream,
    voice,
    voices,
)

KINDS = sorted(DETECTORS)
each = pytest.mark.parametrize("kind", KINDS)
SUDDEN = ["ears_c2", "mean_sd", "spike"]
"""These hear any sudden rise of negative voices."""
SIMPLE = {"ears_c2", "mean_sd"}
"""They know nothing of the rest of the stream, and little of chance: praise storms raise them, and dull days may."""
NOTICES = {"volume"}
"""They never raise an alarm."""


def findings(kind: str, seen: Stream) -> list[Finding]:
    """What raises something; what is only kept, with the reason why, does not."""
    options = options_of(kind)(type=kind)
    return [finding for finding in detector(kind)(seen, options) if finding.held is None]


def alarms(kind: str, seen: Stream) -> list[Finding]:
    return [finding for finding in findings(kind, seen) if finding.severity != Severity.WATCH]


def with_gap(hourly: dict[Cell, Series], hours: int) -> dict[Cell, Series]:
    """Nobody listened in the last hours before the present one."""
    out = {}
    for cell, series in hourly.items():
        columns = [values.copy() for values in (series.mentions, series.negative, series.uncertainty)]
        known = series.known.copy()
        for values in (*columns, known):
            values[-hours - 1 : -1] = 0
        mentions, negative, uncertainty = columns
        out[cell] = replace(series, mentions=mentions, negative=negative, uncertainty=uncertainty, known=known)
    return out


Event = tuple[dict[Cell, Series], list[Voice], list[Voice]]


def sudden(per_hour: float) -> Event:
    """Complaints about refunds within 45 minutes."""
    number = {0.1: 15, 1.0: 15, 20.0: 40, 1000.0: 900}[per_hour]
    return history(per_hour), ordinary(per_hour), voices(number, 45, themes=("refund",))


def bombed(per_hour: float) -> Event:
    number = {0.1: 30, 1.0: 30, 20.0: 120, 1000.0: 3000}[per_hour]
    return history(per_hour), as_reviews(ordinary(per_hour), newcomers=0.4), bombing(number, 5)


def fallen(per_hour: float) -> Event:
    """One star after another at one place."""
    _, usual, bombs = bombed(per_hour)
    return (
        history(per_hour),
        [one for one in usual if one.at < NOW - 6 * HOUR],
        [replace(b, story=b.author) for b in bombs],
    )


def burnt(per_hour: float) -> Event:
    """For five days half as many complaints more as there are mentions, and a tenth of a voice an hour at least."""
    more = max(0.25, per_hour * 0.6)
    return (
        burning(history(per_hour), more, 120),
        ordinary(per_hour),
        voices(int(48 * more), 48 * 60, themes=("refund",)),
    )


EVENTS: dict[str, Callable[[float], Event]] = {
    "spike": sudden,
    "mean_sd": sudden,
    "ears_c2": sudden,
    "review_bombing": bombed,
    "rating_drop": fallen,
    "slow_burn": burnt,
    "volume": sudden,
}
"""One clear event for every detector, in a brand of so many mentions an hour."""


def seen_in(event: Event, **changes: object) -> Stream:
    hourly, usual, trouble = event
    return stream(hourly, [*usual, *(replace(one, **changes) for one in trouble)])  # type: ignore[arg-type] # tests name real fields


@each
def test_options_are_frozen_and_refuse_unknown_keys(kind: str):
    options: BaseModel = options_of(kind)(type=kind)
    assert options.model_config["frozen"]
    with pytest.raises(ValidationError):
        options_of(kind)(type=kind, no_such_option=1)


@each
def test_every_sensitivity_has_a_threshold_and_the_balanced_one_is_the_default(kind: str):
    options = options_of(kind)
    thresholds = options.THRESHOLDS  # type: ignore[attr-defined] # every detector has them
    quiet, balanced, early = (thresholds[one] for one in (Sensitivity.QUIET, Sensitivity.BALANCED, Sensitivity.EARLY))
    assert quiet > balanced > early > 0
    assert options(type=kind).threshold == balanced  # type: ignore[attr-defined]


@each
def test_an_empty_stream_is_silent(kind: str):
    empty = {cell: replace(series, known=series.known & False) for cell, series in history(0).items()}
    assert findings(kind, stream(empty)) == []
    assert findings(kind, stream(history(0))) == []


@each
@pytest.mark.parametrize("per_hour", [2 / 168, 1.0, 20.0, 200.0])
def test_a_quiet_stream_is_silent(kind: str, per_hour: float):
    said = [findings(kind, stream(history(per_hour), ordinary(per_hour, seed=seed))) for seed in range(5)]
    assert said == [[]] * 5


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SIMPLE])
@pytest.mark.parametrize("per_hour", [2 / 168, 1.0, 20.0, 200.0])
def test_a_quiet_stream_of_reviews_is_silent(kind: str, per_hour: float):
    for seed in range(5):
        reviews = as_reviews(ordinary(per_hour, seed=seed), seed=seed)
        assert findings(kind, stream(history(per_hour, seed=seed), reviews)) == []


@each
@pytest.mark.parametrize("per_hour", [0.1, 1.0, 20.0, 1000.0])
def test_one_clear_event_is_found(kind: str, per_hour: float):
    event = EVENTS[kind](per_hour)
    found = (findings if kind in NOTICES else alarms)(kind, seen_in(event))
    assert found
    assert set(found[0].mention_ids) & {one.mention_id for one in event[2]}


@each
def test_the_same_event_of_voices_that_are_not_fresh_is_silent(kind: str):
    assert findings(kind, seen_in(EVENTS[kind](1.0), fresh=False)) == []


@each
def test_the_same_event_by_one_author_is_silent(kind: str):
    assert findings(kind, seen_in(EVENTS[kind](1.0), author=7)) == []


@each
def test_the_same_stream_gives_the_same_answer(kind: str):
    event = EVENTS[kind](20.0)
    assert findings(kind, seen_in(event)) == findings(kind, seen_in(event)) != []


@each
def test_the_order_of_voices_of_one_moment_does_not_matter(kind: str):
    hourly, usual, trouble = EVENTS[kind](1.0)
    assert findings(kind, stream(hourly, [*usual, *trouble])) == findings(kind, stream(hourly, [*trouble, *usual]))


@each
def test_a_finding_tells_who_where_and_what(kind: str):
    event = EVENTS[kind](1.0)
    found = findings(kind, seen_in(event, followers=10))[0]
    assert found.detector == kind
    assert found.window_end == NOW
    assert found.seen > found.expected
    assert found.authors >= 5
    assert found.reach > 0
    assert set(found.sources) <= {"forum", "reviews"}


@each
def test_a_gap_before_now_is_not_a_rise_when_listening_resumes(kind: str):
    for seed in range(5):
        heard = [one for one in as_reviews(ordinary(20, seed=seed)) if one.at > NOW - timedelta(minutes=30)]
        assert findings(kind, stream(with_gap(history(20), 24), heard)) == []


@each
def test_mentions_of_a_gap_that_come_late_are_silent(kind: str):
    heard = [replace(one, fresh=one.at > NOW - HOUR, seen_at=NOW) for one in as_reviews(ordinary(20))]
    assert alarms(kind, stream(with_gap(history(20), 24), heard)) == []


@each
def test_backfill_is_silent(kind: str):
    assert findings(kind, stream(history(1.0), voices(200, 45, fresh=False))) == []


@each
def test_one_spammer_is_silent(kind: str):
    assert findings(kind, stream(history(1.0), [*ordinary(1.0), *voices(80, 60, author=7, story=7)])) == []
    assert findings(kind, stream(history(1.0), [*ordinary(1.0), *voices(80, 60, author=7)])) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SIMPLE])
@pytest.mark.parametrize("per_hour", [0.1, 2.0, 20.0])
def test_a_praise_storm_with_misread_texts_is_no_alarm(kind: str, per_hour: float):
    praise = voices(380, 180, negative=0.03)
    misread = voices(20, 180, first=5000, negative=0.85)
    assert alarms(kind, stream(history(per_hour), [*ordinary(per_hour), *praise, *misread])) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SIMPLE])
def test_a_storm_of_five_star_reviews_by_newcomers_is_no_alarm(kind: str):
    praise = voices(380, 180, negative=0.03, rating=1.0, newcomer=True, source="reviews")
    misread = voices(20, 180, first=5000, negative=0.85, rating=1.0, newcomer=True, source="reviews")
    heard = as_reviews(ordinary(1.0), newcomers=0.4)
    storm = [replace(one, kind=heard[0].kind) for one in (*praise, *misread)]
    assert alarms(kind, stream(history(1.0), [*heard, *storm])) == []


@pytest.mark.parametrize("kind", SUDDEN)
def test_six_complaints_in_an_hour_alert_a_brand_with_two_mentions_a_week(kind: str):
    found = alarms(kind, stream(history(2 / 168, seed=3), voices(6, 55)))
    assert found
    assert set(found[0].mention_ids) <= set(range(1, 7))


@each
def test_two_complaints_in_an_hour_do_not(kind: str):
    assert alarms(kind, stream(history(2 / 168, seed=3), as_reviews(voices(2, 55)))) == []


@pytest.mark.parametrize("kind", ["mean_sd", "spike"])
def test_a_video_is_told(kind: str):
    heard = [*voices(14, 45), voice(99, NOW - timedelta(minutes=5), video=True)]
    assert findings(kind, stream(history(1.0), heard))[0].video


@pytest.mark.parametrize("kind", ["mean_sd", "spike"])
def test_a_sudden_rise_tells_the_whole_brand_its_themes_and_its_first_mention(kind: str):
    heard = voices(15, 45, themes=("refund",), followers=10)
    found = next(one for one in findings(kind, stream(history(1.0), heard)) if one.cell == WHOLE)
    assert (found.kind, found.authors, found.reach) == (Kind.SPIKE, 15, 150)
    assert (found.sources, found.themes[0]) == (("forum", "reviews"), ("refund", 1.0))
    assert found.first_mention_id == 1
