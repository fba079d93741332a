"""A replay of what the job has seen raises what the job raised, whatever arrived late, and writes nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.backtest.asked import with_changes
from monitor.backtest.replay import IDLE, Range, Replay
from monitor.facts import ChangeKind
from monitor.models import Coverage, IncidentChange
from tests.backtest.scenes import (
    DAY,
    END,
    EVERY,
    HOUR,
    MINUTE,
    START,
    WITHIN,
    Text,
    arrive,
    burst,
    context_of,
    live,
    opened,
    past_of,
    quiet,
    rows,
)
from tests.factories import NOON, make_coverage, make_rating

NOW = timedelta()
IN_MEMORY = pytest.mark.sqlite("worked out in memory, from what test_arriving reads from both")


def replayed(session: Session, settings, within: Range = WITHIN) -> Replay:
    replay = Replay(past_of(session, within), within, settings)
    assert len(list(replay.days())) == within.days
    return replay


def told(replay: Replay) -> list[tuple[object, ...]]:
    return [
        (at, change.severity, one.facts.cell.dimension, one.facts.cell.key, one.facts.kind)
        for one in replay.episodes()
        for at, change in one.changes
        if change.kind is ChangeKind.OPENED
    ]


FIRST = "two troubles, calm between them"
SCENES = {
    FIRST: [
        *burst(2 * HOUR, themes=("refund",)),
        *burst(26 * HOUR, 10, every=6 * MINUTE, themes=("staff",)),
    ],
    "one that grows and is found late": [
        *burst(3 * HOUR, 8, late=50 * MINUTE),
        *burst(4 * HOUR, 30, every=2 * MINUTE, themes=("delivery",)),
    ],
    "a backfill beside a trouble": [
        *burst(NOW, 40, every=9 * MINUTE, late=3 * HOUR, fresh=False),
        *burst(12 * HOUR, 12, every=MINUTE, negative=0.75),
    ],
    "nothing": burst(5 * HOUR, 40, negative=0.04),
}


@pytest.mark.parametrize(
    "scene", [FIRST, *(pytest.param(scene, marks=IN_MEMORY) for scene in SCENES if scene != FIRST)]
)
def test_a_replay_opens_what_the_job_opened_at_the_same_looks(session: Session, scene: str):
    context = context_of(session)
    live(context, [*quiet(7), *SCENES[scene]])
    job = opened(session)
    assert sorted(told(replayed(session, context.settings))) == job
    assert bool(job) == (scene != "nothing")


@IN_MEMORY
def test_a_slow_burn_is_opened_within_a_look_of_when_the_job_opened_it(session: Session):
    within = Range(START, START + 5 * DAY, 2 * HOUR)
    context = context_of(session, detectors=[{"type": "slow_burn", "threshold": 4}])
    burning = burst(6 * HOUR, 60, every=110 * MINUTE, themes=("refund",))
    live(context, [*quiet(7, days=26, until=5 * DAY), *burning], within)
    (job,) = [at for at, *_ in opened(session)]
    (episode,) = replayed(session, context.settings, within).episodes()
    assert abs(episode.facts.opened_at - job) <= within.every


@IN_MEMORY
def test_what_was_opened_is_over_within_half_an_hour_of_when_the_job_found_it_over(session: Session):
    context, within = context_of(session), Range(START, START + 2 * DAY, 2 * EVERY)
    live(context, [*quiet(7), *burst(2 * HOUR)], within)
    calmed = session.exec(select(IncidentChange.at).where(IncidentChange.kind == ChangeKind.CALMED)).all()
    replay = replayed(session, context.settings, within)
    again = [at for one in replay.episodes() for at, change in one.changes if change.kind is ChangeKind.CALMED]
    assert len(calmed) == len(again) > 0
    assert all(abs(job - now) <= IDLE for job, now in zip(calmed, again, strict=True))


@IN_MEMORY
def test_another_threshold_raises_less(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(7), *burst(2 * HOUR, 8)])
    assert replayed(session, context.settings).episodes()
    assert not replayed(session, with_changes(context.settings, ["spike.threshold=40", "spike.notice=40"])).episodes()


@IN_MEMORY
def test_nothing_is_found_before_it_has_arrived(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(7), *burst(2 * HOUR, 12, every=MINUTE, late=90 * MINUTE)])
    (episode,) = replayed(session, context.settings).episodes()
    assert episode.facts.opened_at >= START + 3 * HOUR + 30 * MINUTE


@IN_MEMORY
def test_what_came_long_after_it_was_written_raises_nothing(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(7), *burst(2 * HOUR, 30, late=5 * HOUR, fresh=False)])
    assert not replayed(session, context.settings).episodes()


@IN_MEMORY
def test_what_was_going_on_when_the_range_begins_is_not_raised_as_new(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(7), *burst(-2 * HOUR, 30, every=6 * MINUTE)])
    assert not replayed(session, context.settings).episodes()
    assert replayed(session, context.settings, Range(START - DAY, END, EVERY)).episodes()


@IN_MEMORY
def test_only_looks_at_which_something_can_change_are_taken(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(7), *burst(2 * HOUR)])
    everything = (WITHIN.end - WITHIN.begin) / EVERY
    assert replayed(session, context.settings).looks < everything / 4


@IN_MEMORY
def test_a_replay_without_texts_is_silent(session: Session):
    context = context_of(session)
    assert not replayed(session, context.settings).episodes()


def test_the_looks_lie_on_the_grid_of_the_range():
    assert WITHIN.at(START + MINUTE) == START + EVERY
    assert WITHIN.at(START) == START
    assert Text(NOW).fresh


@IN_MEMORY
def test_hours_in_which_nobody_listened_calm_no_incident_as_for_the_job(session: Session):
    context, within = context_of(session), Range(START, START + 2 * DAY, 2 * EVERY)
    _, source = rows(session)
    session.execute(sa.delete(Coverage))
    make_coverage(session, source, NOON - 40 * DAY, START + 4 * HOUR)
    make_coverage(session, source, START + 16 * HOUR, NOON + 10 * DAY)
    heard = [text for text in quiet(7) if not 4 * HOUR <= text.at < 16 * HOUR]
    live(context, [*heard, *burst(2 * HOUR)], within)
    calmed = session.exec(select(IncidentChange.at).where(IncidentChange.kind == ChangeKind.CALMED)).all()
    (episode,) = replayed(session, context.settings, within).episodes()
    (again,) = [at for at, change in episode.changes if change.kind is ChangeKind.CALMED]
    assert calmed[0] > START + 12 * HOUR
    assert abs(calmed[0] - again) <= IDLE


def test_a_page_whose_stars_fall_is_asked_about_although_only_praise_came_with_it(session: Session):
    settings = context_of(session, detectors=[{"type": "rating_drop"}]).settings
    _, source = rows(session)
    for days, value, count in ((20, 4.5, 100), (3, 4.5, 100)):
        make_rating(session, source, at=START - days * DAY, value=value, ratings=count)
    make_rating(session, source, at=START + 2 * HOUR + 5 * MINUTE, value=3.5, ratings=140)
    arrive(session, [*quiet(7), *burst(2 * HOUR + 6 * MINUTE, 1, negative=0.02)])
    (episode,) = replayed(session, settings).episodes()
    assert episode.facts.opened_at == START + 2 * HOUR + 15 * MINUTE


def test_a_replay_tells_of_the_same_large_voices_as_the_job(session: Session):
    """One is there when it opens and is no news later; another one, three times as large, joins in."""
    context = context_of(session)
    loud = [Text(3 * HOUR + 5 * MINUTE, followers=150_000), Text(5 * HOUR, followers=500_000)]
    live(context, [*quiet(7), *burst(3 * HOUR, 30), *loud])
    kept = session.exec(select(IncidentChange.sentence).where(IncidentChange.kind == ChangeKind.WORSENED)).all()
    job = [sentence.partition("; first")[0] for sentence in kept]
    changes = [change for one in replayed(session, context.settings).episodes() for _, change in one.changes]
    assert [change.sentence for change in changes if change.kind is ChangeKind.WORSENED] == job
    joined = [sentence.partition(":")[0] for sentence in job if sentence.startswith("Somebody")]
    assert joined == ["Somebody with 500,000 followers joined in"]
