"""How the speed beside the pipeline is measured."""

import time

import pytest

from benchmarks.speed import best_batch_size, fresh, in_turns, show


def test_readers_take_turns() -> None:
    turns: list[str] = []
    rates = in_turns({"ours": (lambda _: turns.append("a"), ["x"]), "theirs": (lambda _: turns.append("b"), ["x"])}, 2)
    assert turns == ["a", "b", "a", "b"]
    assert all(wall > 0 for wall, _ in rates.values())


def test_a_fresh_process_prints_its_numbers() -> None:
    assert fresh("print(1.5, 2)") == [1.5, 2.0]


def test_the_fastest_batch_size_is_chosen() -> None:
    assert best_batch_size(lambda texts, size: time.sleep(0 if size == 16 else 0.2), ["x"] * 64) == 16


@pytest.mark.parametrize(("name", "shown"), [("transformers pipeline, batches of 8", "40.0"), ("model alone", "")])
def test_the_ratio_stands_only_beside_a_pipeline(capsys: pytest.CaptureFixture[str], name: str, shown: str) -> None:
    rates = {"whole assessment": (400.0, 200.0), name: (10.0, 5.0)}
    memory = {"loading_seconds": 1.0, "loaded_megabytes": 300.0, "peak_megabytes": 310.0}
    show({"texts": 2, "different": 2, "threads": 2, "rates": rates, **memory})
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("whole assessment")]
    assert line.split()[2:] == ["400.0", "200.0", *([shown] if shown else [])]
