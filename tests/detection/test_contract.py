"""What every detector of the registry must do, whatever its method."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import BaseModel, ValidationError

from monitor.detection import DETECTORS, detector, options_of
from monitor.facts import WHOLE, Cell, Finding, Series, Severity, Stream
from tests.detection.streams import HOUR, NOW, history, ordinary, stream, voice, voices

pytestmark = pytest.mark.parametrize("kind", sorted(DETECTORS))


def findings(kind: str, seen: Stream) -> list[Finding]:
    options = options_of(kind)(type=kind)
    return detector(kind)(seen, options)


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


def test_options_are_frozen_and_refuse_unknown_keys(kind: str):
    options: BaseModel = options_of(kind)(type=kind)
    assert options.model_config["frozen"]
    with pytest.raises(ValidationError):
        options_of(kind)(type=kind, no_such_option=1)


def test_an_empty_stream_is_silent(kind: str):
    empty = {cell: replace(series, known=series.known & False) for cell, series in history(0).items()}
    assert findings(kind, stream(empty)) == []
    assert findings(kind, stream(history(0))) == []


@pytest.mark.parametrize("per_hour", [2 / 168, 1.0, 20.0, 200.0])
def test_a_quiet_stream_is_silent(kind: str, per_hour: float):
    assert [findings(kind, stream(history(per_hour), ordinary(per_hour, seed=seed))) for seed in range(5)] == [[]] * 5


@pytest.mark.parametrize(("per_hour", "number"), [(1.0, 15), (20.0, 40), (1000.0, 900)])
def test_one_clear_event_is_found(kind: str, per_hour: float, number: int):
    seen = stream(history(per_hour), [*ordinary(per_hour), *voices(number, 45, themes=("refund",))])
    assert alarms(kind, seen)
    assert set(alarms(kind, seen)[0].mention_ids) & set(range(1, number + 1))


def test_six_complaints_in_an_hour_alert_a_brand_with_two_mentions_a_week(kind: str):
    found = alarms(kind, stream(history(2 / 168, seed=3), voices(6, 55)))
    assert found
    assert set(found[0].mention_ids) <= set(range(1, 7))


def test_two_complaints_in_an_hour_do_not(kind: str):
    assert alarms(kind, stream(history(2 / 168, seed=3), voices(2, 55))) == []


def test_a_gap_before_now_is_not_a_rise_when_listening_resumes(kind: str):
    for seed in range(5):
        seen = [one for one in ordinary(20, seed=seed) if one.at > NOW - timedelta(minutes=30)]
        assert findings(kind, stream(with_gap(history(20), 24), seen)) == []


def test_mentions_of_a_gap_that_come_late_are_silent(kind: str):
    seen = [replace(one, fresh=one.at > NOW - HOUR, seen_at=NOW) for one in ordinary(20)]
    assert alarms(kind, stream(with_gap(history(20), 24), seen)) == []


def test_backfill_is_silent(kind: str):
    assert findings(kind, stream(history(1.0), voices(200, 45, fresh=False))) == []


def test_one_spammer_is_silent(kind: str):
    assert findings(kind, stream(history(1.0), [*ordinary(1.0), *voices(80, 60, author=7, story=7)])) == []
    assert findings(kind, stream(history(1.0), [*ordinary(1.0), *voices(80, 60, author=7)])) == []


@pytest.mark.parametrize("per_hour", [0.1, 2.0, 20.0])
def test_a_praise_storm_with_misread_texts_is_no_alarm(kind: str, per_hour: float):
    praise = voices(380, 180, negative=0.03)
    misread = voices(20, 180, first=5000, negative=0.85)
    assert alarms(kind, stream(history(per_hour), [*ordinary(per_hour), *praise, *misread])) == []


def test_the_same_stream_gives_the_same_answer(kind: str):
    seen = stream(history(20), [*ordinary(20), *voices(40, 45)])
    assert findings(kind, seen) == findings(kind, seen)


def test_a_finding_tells_who_where_and_what(kind: str):
    seen = stream(history(1.0), voices(15, 45, themes=("refund",), followers=10))
    found = next(finding for finding in findings(kind, seen) if finding.cell == WHOLE)
    assert found.window_end == NOW
    assert found.seen > found.expected
    assert (found.authors, found.sources, found.themes[0]) == (15, ("forum", "reviews"), ("refund", 1.0))
    assert found.reach == 150
    assert found.first_mention_id == 1


def test_a_video_is_told(kind: str):
    heard = [*voices(14, 45), voice(99, NOW - timedelta(minutes=5), video=True)]
    assert findings(kind, stream(history(1.0), heard))[0].video
