"""The replay of real streams: nothing is known before it was published, and every alert is listed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.stream_texts import Said, Told, digest, event_times, read_texts, tell
from benchmarks.streams import LISTENED, PEAKS, Alert, Peak, Replay, chosen, days, peak_of, shown, summary, watch
from monitor.config import DetectionOptions
from monitor.facts import WHOLE, Cell, Change, ChangeKind, Dimension, MentionKind, Severity
from tests.detection.streams import voice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
CALM: Said = ("en", 0.05, ("delivery",))
OPTIONS = DetectionOptions()


def row(time: str, text: str = "fine", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"text": text, "stars": None, "domain": "tweet", "time": time, "extra": {"user": "a"}}
    return {**values, **changes}


def told(burst: int = 0, number: int = 300) -> Told:
    """20 days with 15 voices a day, and a burst of complaints on the last one."""
    rng = np.random.default_rng(3)
    ages = np.sort(rng.uniform(0, 20, number)).tolist()
    calm = [
        voice(0, START + age * DAY, author=n, story=n, negative=0.9 if n % 4 == 0 else 0.05)
        for n, age in enumerate(ages)
    ]
    loud = [
        voice(0, START + 19.5 * DAY + n * timedelta(minutes=2), author=900 + n, story=900 + n, themes=("refund",))
        for n in range(burst)
    ]
    ordered = sorted([*calm, *loud], key=lambda one: one.at)
    numbered = [voice(n, one.at, **_values(one)) for n, one in enumerate(ordered, 1)]
    return Told("b", tuple(numbered), {one.mention_id: row(str(one.at)) for one in numbered})


def _values(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("author", "story", "negative", "themes")}


def test_texts_that_were_read_are_not_read_again(tmp_path: Path):
    kept = tmp_path / "read.jsonl"
    kept.write_text(json.dumps([digest("late again"), "en", 0.93, ["delivery"]]) + "\n", encoding="utf-8")
    assert read_texts(["late again", "late again"], kept) == [("en", 0.93, ("delivery",))] * 2


def test_texts_of_which_only_the_day_is_known_are_laid_over_it_in_order():
    rows = [row("2019-05-01"), row("2019-05-01"), row("2019-05-01T00:00:00"), row("2019-05-02T08:00:00+08:00")]
    at = datetime(2019, 5, 1, tzinfo=UTC)
    assert event_times(rows) == [at + 4 * HOUR, at + 12 * HOUR, at + 20 * HOUR, at + 24 * HOUR]


def test_rows_become_voices_in_order_of_time():
    rows = [
        row("2026-03-05T10:00:00+00:00", "RT @x: late again", stars=1, domain="service"),
        row("2026-03-02T10:00:00+00:00", extra={"source": "Steam", "rating_raw": "Empfohlen"}),
    ]
    first, second = tell("b", [(one, CALM) for one in rows]).voices
    assert (first.source, first.rating, first.repost, first.author) == ("steam", 1.0, False, -1)
    assert (second.kind, second.rating, second.repost, second.mention_id) == (MentionKind.REVIEW, 0.0, True, 2)


def test_an_author_is_a_newcomer_for_two_days():
    rows = [row(f"2026-03-0{day}T10:00:00+00:00") for day in (2, 3, 9)]
    assert [one.newcomer for one in tell("b", [(one, CALM) for one in rows]).voices] == [True, True, False]


def test_copies_share_a_story_and_short_texts_do_not():
    long = "The parcel came three weeks late and nobody of the shop ever answered my mails"
    rows = [row("2026-03-02T10:00:00", text) for text in (long, f"RT @shop: {long}!", "bad", "bad")]
    stories = [one.story for one in tell("b", [(one, CALM) for one in rows]).voices]
    assert stories[0] == stories[1]
    assert len(set(stories)) == 3


def test_a_look_knows_nothing_that_was_published_later():
    replay = Replay.of(told(burst=30))
    for look, voices in replay.arrivals():
        replay.hear(voices)
        stream = replay.stream(look, ())
        assert all(one.at <= look for one in stream.voices)
        assert stream.hourly[WHOLE].mentions.sum() == replay.heard
        if look < START + 19 * DAY:
            assert Cell(Dimension.THEME, "refund") not in stream.hourly


def test_a_burst_is_one_alert_in_its_peak_and_ordinary_days_are_none():
    peaks = (Peak("burst", START + 19.4 * DAY, START + 20 * DAY),)
    quiet, loud = told(), told(burst=30)
    assert watch(quiet, chosen(["spike"], []), OPTIONS).alerts == []
    watched = watch(loud, chosen(["spike"], []), OPTIONS)
    (alert,) = [one for one in watched.alerts if one.change.severity != Severity.WATCH]
    assert peak_of(alert, peaks) == peaks[0]
    assert shown(alert, peaks).endswith("| burst |")
    lines = list(summary(loud, watched, peaks))
    assert lines[0].startswith("burst: alarm 21 Mar 1")
    assert "alarms elsewhere: 0" in lines[1]


def test_a_missed_peak_tells_what_was_held_back():
    peaks = (Peak("burst", START + 19.4 * DAY, START + 20 * DAY), Peak("nothing", START, START + DAY))
    loud = told(burst=30)
    strict = chosen(["spike"], ["spike.least_authors=32", 'spike.windows=["1h"]'])
    lines = list(summary(loud, watch(loud, strict, OPTIONS), peaks))
    assert lines[0].startswith("burst: no alarm; held back (few_authors) 21 Mar ")
    assert lines[1] == "nothing: no alarm; nothing was held back either"


def test_the_default_detectors_are_those_of_the_settings():
    assert chosen([], []) == OPTIONS.detectors
    assert [one.type for one in chosen(["volume", "spike"], [])] == ["volume", "spike"]
    with pytest.raises(KeyError):
        chosen(["astrology"], [])


def test_the_days_of_a_peak_are_those_of_its_place():
    assert days("p", "2020-03-19", 1, 8).start == datetime(2020, 3, 18, 16, tzinfo=UTC)
    assert LISTENED.keys() <= PEAKS.keys()


def test_an_alert_without_a_finding_is_refused():
    with pytest.raises(ValueError, match="has a finding"):
        _ = Alert("b", START, Change(ChangeKind.CALMED, 1, Severity.HIGH, "Calmer", None)).finding
