"""A full disk, a locked or read-only database: each job fails whole and says so; nothing is lost or doubled."""

import pytest

from tests.faults.scenes import SCENES
from tests.faults.stages import Stages, without

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("scene", without(SCENES, "crawl reviews", "detect", "answer", "people", "prune"))
def test_on_a_full_disk_a_job_fails_whole_and_goes_on_later(scene: str, stages: Stages) -> None:
    told, wrong = stages(scene).hindered("full")
    assert wrong == []
    assert any(words in told for words in ("disk is full", "disk I/O error", "File too large")), told


@pytest.mark.parametrize("scene", without(SCENES, *(SCENES.keys() - {"analyse", "alert", "crawl a feed"})))
def test_on_a_full_disk_of_the_server_too(scene: str, stages_on_postgresql: Stages) -> None:
    told, wrong = stages_on_postgresql(scene).on_a_full_server()
    assert wrong == []
    assert "No space left on device" in told or "disk is full" in told, told


@pytest.mark.parametrize("scene", without(SCENES, *(SCENES.keys() - {"receive", "outbox"})))
def test_while_nothing_may_be_written_a_job_fails_whole_and_goes_on_later(scene: str, stages: Stages) -> None:
    told, wrong = stages(scene).hindered("read-only")
    assert wrong == []
    assert any(words in told for words in ("readonly", "cannot be written")), told


@pytest.mark.parametrize("scene", without(SCENES, "crawl reviews", "detect", "answer", "people", "report", "prune"))
def test_while_the_database_is_locked_a_job_fails_whole_and_goes_on_later(scene: str, stages: Stages) -> None:
    told, wrong = stages(scene).hindered("locked")
    assert wrong == []
    assert any(words in told for words in ("database is locked", "the database is busy")), told
