"""A cross-encoder that reads question and passage together: slower than every leg, so it only reorders the first hits."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.embed import EmbedError

RERANKED = 20
"""Hits that are read again."""

BATCH = 4
MAX_TOKENS = 512


class Reranker(Protocol):
    """Judges how well passages answer a question."""

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return a score in [0, 1] for each of ``passages`` (n,)."""
        ...


class CrossEncoderReranker:
    """A cross-encoder with one label, through sentence-transformers.

    Raises:
        EmbedError: there is no such model, it cannot be reached, or it does not give one score a pair.
    """

    def __init__(self, model: str, *, threads: int, offline: bool) -> None:
        # Read once by huggingface_hub when it is imported; without it a hub out of reach costs a minute of retries.
        os.environ["HF_HUB_OFFLINE"] = "1" if offline else "0"
        # Imported only where a reranker is set: torch alone costs seconds and hundreds of megabytes.
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads or os.cpu_count() or 1)
        try:
            self._model = CrossEncoder(model, device="cpu", local_files_only=offline, max_length=MAX_TOKENS)
        except (OSError, ValueError, ImportError) as error:
            hint = "; JIEWEN_OFFLINE=0 lets it be downloaded" if offline and not Path(model).is_dir() else ""
            raise EmbedError(f"cannot load the reranker {model}{hint}: {error}") from error
        if self._model.num_labels != 1:
            raise EmbedError(f"the reranker {model} gives {self._model.num_labels} scores a pair, not one")
        self._activation = torch.nn.Sigmoid()

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return the probability that each of ``passages`` (n,) answers ``query``."""
        pairs = [(query, passage) for passage in passages]
        scores: NDArray[np.float32] = np.asarray(
            self._model.predict(
                pairs, batch_size=BATCH, show_progress_bar=False, activation_fn=self._activation
            ),
            dtype=np.float32,
        )
        return scores


def load_reranker(model: str | None, *, threads: int, offline: bool) -> Reranker | None:
    """Return the reranker of a hub id or local directory, or None where none is set.

    Raises:
        EmbedError: it cannot be loaded.
    """
    return CrossEncoderReranker(model, threads=threads, offline=offline) if model else None
