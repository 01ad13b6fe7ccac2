"""The trained weights of the reader, as `python -m evals.train_reader` writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import EmbedError

FILE = "weights.npz"

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """Matrices (rows, columns) are multiplied from the right: ``x @ w.T + b``. d is the size of the encoder's states.

    ``mean`` (2, d): what questions and passages have in common, taken off first. ``nearness`` (p, d): the space in which tokens
    are compared. ``response``, ``importance`` (2 k, d), (1, d) and their biases: what a token of the question makes of being near,
    in its sentence and in the passage, and how much it counts. ``question``, ``sentence``, ``context`` (h, d): meanings as
    wholes. ``hidden`` (w, 5 h + 4), ``out`` (1, w): the network that weighs all of it.
    """

    mean: Array
    nearness: Array
    response: Array
    response_bias: Array
    importance: Array
    importance_bias: Array
    question: Array
    question_bias: Array
    sentence: Array
    sentence_bias: Array
    context: Array
    context_bias: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    out_bias: Array

    @classmethod
    def packaged(cls) -> "ReaderWeights":
        """Return the weights that come with the service."""
        with as_file(files("service.reader").joinpath(FILE)) as path:
            return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "ReaderWeights":
        """Return the weights in a file of :func:`save_weights`.

        Raises:
            EmbedError: the file holds other weights than this version reads.
        """
        with np.load(path) as arrays:
            missing = [field.name for field in fields(cls) if field.name not in arrays]
            if missing:
                raise EmbedError(f"{path} lacks {', '.join(missing)}; run python -m evals.train_reader")
            return cls(**{field.name: arrays[field.name].astype(np.float32) for field in fields(cls)})


def save_weights(path: Path, arrays: Mapping[str, NDArray[np.floating]]) -> None:
    """Write what :meth:`ReaderWeights.packaged` reads, as float16."""
    with path.open("wb") as file:
        np.savez_compressed(file, **{name: array.astype(np.float16) for name, array in arrays.items()})  # type: ignore[arg-type]
