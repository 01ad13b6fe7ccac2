"""The weights of the student: a shallow encoder that puts a question where the packaged model puts it, in a quarter of the time.

Knowledge distillation (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network"), for the question alone: passages keep the vectors
of the whole model (asymmetric, as in Wang and Lyu 2023, "Query Encoder Distillation via Embedding Alignment"). `python -m evals.distil`
writes the file. Matrices are 8-bit integers with one scale a row; all else is float16.
"""

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed.spec import EmbedError

FILE = "student.npz"
INT8_LIMIT = 63
"""Largest quantised weight: 7 bits, since AVX2 adds pairs of products in 16 bits and would saturate with 8."""

POSITIONS = 128
"""Tokens that it reads; a longer text is read by the model."""


class Student:
    """Matrices and vectors by the names that the packaged model gives them, with ``s`` and the number of the layer in front.

    Beside the layers there are ``s.pos``, the vectors of all positions one behind the other, and ``s.emb.ln`` of its own, and two heads, which tell what is to be added: ``s.vector`` to the mean of
    the tokens, ``s.states`` to each.
    """

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self._arrays = arrays
        self.layers = int(arrays["layers"])

    @classmethod
    def packaged(cls) -> "Student":
        """Return the student that comes with the package.

        Raises:
            EmbedError: the file is not there or is another.
        """
        with as_file(files("ingest.embed").joinpath(FILE)) as path, np.load(path) as arrays:
            return cls(dict(arrays))

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return an array that is stored as float16."""
        return self._array(name).astype(np.float32)

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix (rows, columns)."""
        weights = self._array(name).astype(np.float32)
        if weights.shape[1] != columns:
            raise EmbedError(f"{FILE}: {name} has {weights.shape[1]} columns, not {columns}")
        return weights * self._array(f"{name}.scale").astype(np.float32)[:, None]

    def _array(self, name: str) -> NDArray[np.generic]:
        if name not in self._arrays:
            raise EmbedError(f"{FILE} lacks {name}; run python -m evals.distil")
        return self._arrays[name]


def quantise(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return ``weights`` (rows, columns) as integers and the scale (rows,) of each row."""
    scale = np.maximum(np.abs(weights).max(axis=1), np.finfo(np.float32).tiny) / np.float32(INT8_LIMIT)
    return np.rint(weights / scale[:, None]).astype(np.int8), scale


def save_student(path: Path, weights: Mapping[str, NDArray[np.float32]], *, layers: int) -> None:
    """Write what :meth:`Student.packaged` reads."""
    arrays: dict[str, NDArray[np.generic]] = {"layers": np.array(layers)}
    for name, weight in weights.items():
        if weight.ndim == 1:
            arrays[name] = weight.astype(np.float16)
        else:
            arrays[name], arrays[f"{name}.scale"] = quantise(weight)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
