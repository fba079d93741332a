"""The mean of checkpoints."""

from pathlib import Path

import numpy as np
import pytest

safetensors = pytest.importorskip("safetensors.numpy", reason="training needs safetensors")

from training import average  # noqa: E402 - it imports safetensors


def saved(path: Path, **tensors: float) -> Path:
    arrays = {name: np.full(2, value, np.float16) for name, value in tensors.items()}
    safetensors.save_file({name.replace("__", "."): array for name, array in arrays.items()}, path)
    return path


def test_each_tensor_is_the_mean_by_the_shares_given(tmp_path: Path) -> None:
    one, two = saved(tmp_path / "one", a=1), saved(tmp_path / "two", bert__a=3)
    assert average.average([(one, 0.75), (two, 0.25)])["a"].tolist() == [1.5, 1.5]


def test_what_only_the_first_has_stays(tmp_path: Path) -> None:
    one, two = saved(tmp_path / "one", a=1, words=5), saved(tmp_path / "two", a=3, other=9)
    found = average.average([(one, 0.5), (two, 0.5)])
    assert (found["words"][0], "other" in found) == (5, False)


def words(path: Path, seed: int) -> Path:
    chance = np.random.default_rng(seed)
    both = {"words.down": chance.normal(size=(9, 2)), "words.up": chance.normal(size=(2, 6))}
    safetensors.save_file({name: value.astype(np.float32) for name, value in both.items()}, path)
    return path


def test_corrections_of_the_words_are_averaged_as_what_they_add_to_the_words(tmp_path: Path) -> None:
    one = words(tmp_path / "one", 1)
    added = safetensors.load_file(one)["words.down"] @ safetensors.load_file(one)["words.up"]
    found = average.average([(one, 0.5), (one, 0.5)])
    assert np.allclose(found["words.down"] @ found["words.up"], added, atol=1e-5)


def test_the_mean_of_two_corrections_keeps_the_rank(tmp_path: Path) -> None:
    found = average.average([(words(tmp_path / "one", 1), 0.5), (words(tmp_path / "two", 2), 0.5)])
    assert (found["words.down"].shape, found["words.up"].shape) == ((9, 2), (2, 6))


def test_shares_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        average.average([(saved(tmp_path / "one", a=1), 0.5)])


def test_the_command_writes_half_precision(tmp_path: Path) -> None:
    one, two = saved(tmp_path / "one", a=1), saved(tmp_path / "two", a=2)
    average.main([f"{one}=0.5", f"{two}=0.5", "--out", str(tmp_path / "mean")])
    found = safetensors.load_file(tmp_path / "mean")["a"]
    assert (found.dtype, found[0]) == (np.float16, 1.5)
