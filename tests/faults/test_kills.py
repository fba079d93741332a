"""kill -9 at each stage of each job: afterwards nothing is lost or doubled, and a message repeats only if it must."""

import pytest

from tests.faults.points import one_of_each
from tests.faults.scenes import SCENES
from tests.faults.stages import Stages, without

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # with --soak


@pytest.mark.parametrize("scene", without(SCENES, "crawl reviews"))
def test_what_is_killed_loses_and_doubles_nothing(scene: str, stages: Stages, request: pytest.FixtureRequest) -> None:
    stage = stages(scene)
    assert len(stage.points) >= 4, "there was nothing to be killed at"
    everything = request.config.getoption("--soak")
    chosen = range(1, len(stage.points) + 1) if everything else one_of_each(stage.points)
    wrong = {f"{point} {stage.points[point - 1]}": stage.killed_at(point) for point in chosen}
    assert {point: lines for point, lines in wrong.items() if lines} == {}
