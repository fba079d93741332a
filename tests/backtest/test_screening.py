"""Leaving out looks that can find nothing changes nothing of what is raised."""

from datetime import datetime

import pytest
from sqlmodel import Session

from monitor.backtest.arriving import Arriving
from monitor.backtest.asked import with_changes, with_detectors
from monitor.backtest.asking import is_slow
from monitor.backtest.replay import Range, Replay
from monitor.backtest.screening import Screen
from monitor.config import Settings
from monitor.detection import DETECTORS, options_of
from monitor.facts import Stream
from monitor.jobs import detect
from monitor.store.backtests import Past
from tests.backtest.scenes import (
    DAY,
    END,
    EVERY,
    HOUR,
    MINUTE,
    START,
    WITHIN,
    arrive,
    burst,
    context_of,
    past_of,
    quiet,
)

pytestmark = pytest.mark.sqlite("worked out in memory, from what test_arriving reads from both")


class Everything(Screen):
    """Holds every look to be worth it."""

    def renew(self, stream: Stream, moments: object) -> None:
        """Leave nothing out."""


def raised(session: Session, settings: Settings, within: Range = WITHIN, screen: type[Screen] = Screen) -> list[object]:
    replay = Replay(past_of(session, within), within, settings, screen)
    for _ in replay.days():
        pass
    return [(one.facts, one.alarmed_at, one.worst, one.changes) for one in replay.episodes()]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("threshold", [2.5, 4.8])
def test_all_looks_raise_the_same(session: Session, seed: int, threshold: float):
    context = context_of(session)
    texts = [*burst((1 + seed) * HOUR, 5 + seed, themes=("refund",)), *burst(20 * HOUR, 9, every=3 * MINUTE)]
    arrive(session, [*quiet(seed), *texts, *burst(9 * HOUR, 20, late=4 * HOUR, fresh=False)])
    settings = with_changes(context.settings, [f"spike.threshold={threshold}"])
    some = raised(session, settings)
    assert some == raised(session, settings, screen=Everything)
    assert some


def test_a_look_that_was_not_worked_out_is_taken():
    assert Screen([], options_of("spike")()).may_find(START)  # type: ignore[arg-type] # its options


def test_looks_of_quiet_times_are_left_out_and_those_of_a_burst_are_not(session: Session):
    context_of(session)
    arrive(session, [*quiet(5), *burst(2 * HOUR)])
    past = past_of(session)
    screen = Screen(past.voices, options_of("spike")())  # type: ignore[arg-type] # its options
    moments = [START + minutes * MINUTE for minutes in (0, 60, 160)]
    screen.renew(stream_of(past, START), moments)
    assert [screen.may_find(moment) for moment in moments] == [False, False, True]


def stream_of(past: Past, now: datetime) -> Stream:
    arriving = Arriving(past, history=detect.HISTORY, recent=detect.RECENT)
    arriving.take(now)
    return arriving.stream(now, (), ahead=6 * HOUR)


def test_what_looks_at_days_is_asked_seldom():
    assert {kind for kind in DETECTORS if is_slow(options_of(kind)())} == {"slow_burn"}


def test_every_detector_can_be_replayed(session: Session):
    context = context_of(session)
    arrive(session, [*quiet(6), *burst(2 * HOUR, 20)])
    within = Range(START, END + DAY, EVERY)
    for kind in DETECTORS:
        raised(session, with_detectors(context.settings, [kind]), within)
    assert raised(session, with_detectors(context.settings, ["mean_sd"]), within)
