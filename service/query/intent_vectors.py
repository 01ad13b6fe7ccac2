"""What the classifier of intents sees of a question: what the layers of the encoder make of it, and its characters."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, LayerMeans
from ingest.fold import fold

# 4096 collide: finding 87 % of the unsafe questions then costs 5.2 % of the ordinary ones in place of 3.9 %.
BUCKETS = 16384
LONGEST_GRAM = 3

# Dimensions that the joined layers are laid down to; with 256 three in a hundred unsafe questions more are missed.
AXES = 384

Array = NDArray[np.float32]

_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Space:
    """Where questions lie: ``means`` (k, d) centre each layer, ``axes`` (k·d, r) are the principal axes of all together.

    Layers are joined because each tells something else: the middle ones what is asked for, the last one what about.
    """

    means: Array
    axes: Array

    @classmethod
    def fit(cls, layers: LayerMeans) -> "Space":
        """Return the space in which the texts with these ``layers`` (n, k, d) spread most."""
        means = layers.mean(axis=0)
        joined = _joined(layers, means).astype(np.float64)
        _, axes = np.linalg.eigh(joined.T @ joined)
        return cls(means, axes[:, ::-1][:, :AXES].astype(np.float32))

    def place(self, layers: LayerMeans) -> Array:
        """Return the unit vectors (n, r) of texts with these ``layers`` (n, k, d)."""
        return _unit(_joined(layers, self.means) @ self.axes)


def read_layers(texts: Sequence[str], embedder: Embedder) -> LayerMeans:
    """Return what the encoder makes of ``texts``, shape (n, k, d)."""
    return embedder.layer_means([_bare(text) for text in texts])


def count_grams(texts: Sequence[str]) -> Array:
    """Return the unit vectors (n, BUCKETS) of square-rooted counts of hashed character n-grams."""
    counts = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(map(_bare, texts)):
        for size in range(1, LONGEST_GRAM + 1):
            for start in range(len(text) - size + 1):
                counts[row, zlib.crc32(text[start : start + size].encode()) % BUCKETS] += 1
    return _unit(np.sqrt(counts))


def _joined(layers: LayerMeans, means: Array) -> Array:
    """Return the layers (n, k, d) centred, each of the same length, side by side (n, k·d)."""
    return _unit(layers - means).reshape(len(layers), -1)


def _unit(vectors: NDArray[np.float32]) -> Array:
    """Return ``vectors`` (..., d) of length 1 each; nothing stays nothing."""
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-9))
    return unit


def _bare(text: str) -> str:
    """Return ``text`` without marks, which say how somebody types, not what they want."""
    return _MARKS.sub("", fold(text))
