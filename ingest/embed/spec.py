"""What an embedder is: the spec that the index manifest records, and the two methods that everyone calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Backend = Literal["onnx", "torch"]

Vectors = NDArray[np.float32]
"""Shape (n, d), every row of length 1, so that a dot product is a cosine."""


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
