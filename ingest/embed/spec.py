"""What an embedder is: the spec that the index manifest records, and the two methods that everyone calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Backend = Literal["onnx", "torch"]

Vectors = NDArray[np.float32]
"""Shape (n, d), every row of length 1, so that a dot product is a cosine."""

LayerMeans = NDArray[np.float32]
"""Shape (n, k, d): of each text the mean over its tokens after each of k layers, of any length."""


class EmbedError(Exception):
    """A model cannot be loaded, or is not the one that the index was built with; the message names it."""


@dataclass(frozen=True, slots=True)
class EmbedderSpec:
    """All that decides a vector: two embedders of equal spec give the same vectors for the same text.

    ``model`` is a hub id or a local directory and ``revision`` its commit or content hash; the prefixes are put before
    every text; ``backend`` is what runs the model.
    """

    model: str
    revision: str
    dimension: int
    query_prefix: str
    passage_prefix: str
    backend: Backend


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The tokens of a text as the model reads them in context.

    ``spans`` int64 (n, 2): where each stands in the text, in code points; ``states`` float32 (n, d), as the model has them.
    """

    spans: NDArray[np.int64]
    states: NDArray[np.float32]


class TokenReader(Protocol):
    """Reads a text token by token; folding is the caller's business, since the spans are of the text as given."""

    def read_tokens(self, text: str) -> TokenStates:
        """Return the tokens of ``text`` in context."""
        ...


class ModelReader(TokenReader, Protocol):
    """Reads a text as the model does when it embeds it, prefix and all."""

    def read_whole(self, text: str, *, as_passage: bool) -> TokenStates:
        """Return all that the model reads, its marks and the prefix of a question or a passage included.

        A mark has an empty span, or one before the text.
        """
        ...


class Embedder(Protocol):
    """Turns plain text into vectors; folding and prefixes are its own business."""

    @property
    def spec(self) -> EmbedderSpec:
        """What the vectors depend on."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question, shape (n, d)."""
        ...

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return one unit vector per passage, shape (n, d); ``progress`` draws a bar on a terminal."""
        ...

    def layer_means(self, texts: Sequence[str]) -> LayerMeans:
        """Return what some layers make of each question, from one pass of the model; for classifying, not for searching.

        An encoder that does not show its layers gives the vector of :meth:`embed_queries` alone, so k = 1.
        """
        ...

    def read_query(self, text: str) -> tuple[Vectors, LayerMeans]:
        """Return both for one question, shapes (1, d) and (1, k, d), in one pass where the model allows it."""
        ...

    def read_quickly(self, text: str) -> "tuple[Vectors, TokenStates | None]":
        """Return the vector (1, d) of one question and its token states, both nearly what they are, in less time where the model allows it.

        Near enough to search with; what is decided by thresholds goes by the model itself. None where no tokens are shown.
        """
        ...


def shown_layers(depth: int) -> tuple[int, ...]:
    """Return which of ``depth`` layers :meth:`Embedder.layer_means` shows, counted from 1: the upper half, evenly.

    The last layer is trained to bring question and passage together; what a question wants is clearer below it.

    >>> shown_layers(12)
    (6, 8, 10, 12)
    """
    return tuple(sorted({max(1, round(depth * share)) for share in (1 / 2, 2 / 3, 5 / 6, 1)}))
