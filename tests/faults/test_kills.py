"""kill -9, or a cut connection, at each stage of each job: nothing is lost or doubled, a message repeats if it must."""

from collections.abc import Callable

import pytest

from tests.faults.points import one_of_each
from tests.faults.scenes import SCENES
from tests.faults.stages import Stage, Stages, without

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # with --soak


@pytest.mark.parametrize("scene", without(SCENES, "crawl reviews"))
def test_what_is_killed_loses_and_doubles_nothing(scene: str, stages: Stages, request: pytest.FixtureRequest) -> None:
    stage = stages(scene)
    assert wrong_at(stage, stage.killed_at, request) == {}


@pytest.mark.parametrize("scene", without(SCENES, *(SCENES.keys() - {"analyse", "outbox", "crawl a feed"})))
def test_on_postgresql_neither(scene: str, stages_on_postgresql: Stages, request: pytest.FixtureRequest) -> None:
    stage = stages_on_postgresql(scene)
    assert wrong_at(stage, stage.killed_at, request) == {}


@pytest.mark.parametrize("scene", without(SCENES, *(SCENES.keys() - {"analyse", "outbox", "detect"})))
def test_a_connection_that_is_cut_loses_and_doubles_nothing(
    scene: str, stages_on_postgresql: Stages, request: pytest.FixtureRequest
) -> None:
    stage = stages_on_postgresql(scene)
    assert wrong_at(stage, stage.cut_at, request) == {}


def wrong_at(
    stage: Stage, broken_at: Callable[[int], list[str]], request: pytest.FixtureRequest
) -> dict[str, list[str]]:
    """What is wrong after a fault at each point, or at one of each kind."""
    assert len(stage.points) >= 4, "there was nothing to be killed at"
    everything = request.config.getoption("--soak")
    chosen = range(1, len(stage.points) + 1) if everything else one_of_each(stage.points)
    wrong = {f"{point} {stage.points[point - 1]}": broken_at(point) for point in chosen}
    return {point: lines for point, lines in wrong.items() if lines}
