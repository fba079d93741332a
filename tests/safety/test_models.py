"""A model of others is numbers: neither a program beside it nor a pickle in the place of its weights is run."""

import json
import pickle
from pathlib import Path

import pytest

from monitor.analysis.model import SentimentModel
from monitor.errors import ModelUnavailable
from tests.analysis.tiny_model import write_tiny


class Trap:
    """What leaves a file behind wherever its pickle is opened."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    """The file that is there once a trap was sprung."""
    return tmp_path / "sprung"


def test_the_trap_works(sprung: Path):
    pickle.loads(pickle.dumps(Trap(sprung)))
    assert sprung.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "model.pkl"])
def test_weights_that_are_a_pickle_are_not_opened(tmp_path: Path, sprung: Path, name: str):
    folder = write_tiny(tmp_path / "model")
    (folder / "model.onnx").unlink()
    (folder / name).write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(ModelUnavailable, match=r"pickled ones \(\.bin\) are not opened"):
        SentimentModel.load(str(folder))
    assert not sprung.exists()


def test_a_program_beside_the_weights_is_not_run(tmp_path: Path, sprung: Path):
    folder = write_tiny(tmp_path / "model")
    program = f"from pathlib import Path\nPath({str(sprung)!r}).touch()\nclass Model: pass\nclass Tokens: pass\n"
    (folder / "program.py").write_text(program)
    config = json.loads((folder / "config.json").read_text())
    named = {"auto_map": {"AutoModelForSequenceClassification": "program.Model", "AutoTokenizer": "program.Tokens"}}
    (folder / "config.json").write_text(json.dumps(config | named))
    assert SentimentModel.load(str(folder)).predict(["bad"]).probabilities[0].argmax() == 0
    assert not sprung.exists()
