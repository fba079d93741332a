"""Training in several processes: gradients are averaged, and a failure in one is not waited for."""

import argparse
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install torch==2.13.0")

from training import team  # noqa: E402 - it imports torch


def work(given: argparse.Namespace, member: team.Member) -> None:
    """Two weights, of which the second has no gradient; the first's is the rank plus one."""
    weights = [torch.zeros(3, requires_grad=True), torch.zeros(2, requires_grad=True)]
    for _ in range(2):
        weights[0].grad = torch.full((3,), float(member.rank + 1))
        member.average(weights)
    (given.out / str(member.rank)).write_text(f"{weights[0].grad.tolist()} {weights[1].grad}")


def fail(given: argparse.Namespace, member: team.Member) -> None:
    if member.rank == 1:
        raise ValueError("no")
    work(given, member)


def test_each_process_gets_the_mean_of_all_gradients(tmp_path: Path) -> None:
    team.run(work, argparse.Namespace(out=tmp_path), 2)
    assert {(tmp_path / rank).read_text() for rank in "01"} == {"[1.5, 1.5, 1.5] None"}


def test_one_process_keeps_its_own(tmp_path: Path) -> None:
    team.run(work, argparse.Namespace(out=tmp_path), 1)
    assert (tmp_path / "0").read_text() == "[1.0, 1.0, 1.0] None"


def test_the_failure_of_one_process_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended early"):
        team.run(fail, argparse.Namespace(out=tmp_path), 2)
