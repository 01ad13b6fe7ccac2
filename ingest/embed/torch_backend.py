"""Any model of a hub or a local directory, through sentence-transformers; the reference for every other backend."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.embed.packed import MODEL, packed_revision
from ingest.embed.spec import EmbedderSpec, EmbedError, LayerMeans, TokenStates, Vectors, shown_layers
from ingest.embed.unpack import PASSAGE_PREFIX, QUERY_PREFIX, unpacked, write_sentence_transformer
from ingest.fold import fold

BATCH = 4
"""Texts per batch: on a processor, small batches of like length beat large padded ones."""

LAYOUT = "torch-1"


class TorchEmbedder:
    """Embeds with a ``SentenceTransformer``.

    The prefixes are the model's own prompts; a model of the E5 family that states none gets those it was trained with.

    Raises:
        EmbedError: there is no such model, or it cannot be reached.
    """

    def __init__(
        self, model: str, *, model_dir: Path, threads: int, offline: bool, revision: str | None = None
    ) -> None:
        # Read once by huggingface_hub when it is imported; without it a hub out of reach costs a minute of retries.
        os.environ["HF_HUB_OFFLINE"] = "1" if offline else "0"
        import torch
        from sentence_transformers import SentenceTransformer

        packaged = model == MODEL
        where = unpacked(model_dir, LAYOUT, write_sentence_transformer) if packaged else model
        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(
                str(where),
                device="cpu",
                local_files_only=offline,
                revision=None if packaged or Path(where).is_dir() else revision,
            )
        except (OSError, ValueError, ImportError) as error:
            hint = "; JIEWEN_OFFLINE=0 lets it be downloaded" if offline and not Path(where).is_dir() else ""
            raise EmbedError(f"cannot load the model {model}{hint}: {error}") from error
        query, passage = _prefixes(model, self._model.prompts)
        self.spec = EmbedderSpec(
            model=model,
            revision=packed_revision() if packaged else _revision(model, self._model),
            dimension=int(self._model.get_embedding_dimension() or 0),
            query_prefix=query,
            passage_prefix=passage,
            backend="torch",
        )

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question, shape (n, d)."""
        return self._embed(self.spec.query_prefix, texts, progress=False)

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return one unit vector per passage, shape (n, d); ``progress`` draws a bar on a terminal."""
        return self._embed(self.spec.passage_prefix, texts, progress=progress)

    def layer_means(self, texts: Sequence[str]) -> LayerMeans:
        """Return the mean over each question's tokens after each of the shown layers, shape (n, k, d).

        A model without a transformer inside gives its vectors, shape (n, 1, d).
        """
        import torch

        encoder = getattr(self._model[0], "auto_model", None)
        depth = getattr(getattr(encoder, "config", None), "num_hidden_layers", 0)
        if encoder is None or not depth:
            return self.embed_queries(texts)[:, None]
        means = np.empty((len(texts), len(shown_layers(depth)), encoder.config.hidden_size), np.float32)
        for row, text in enumerate(texts):
            tokens = self._model.preprocess([self.spec.query_prefix + fold(text)])
            inputs = {name: tokens[name] for name in ("input_ids", "attention_mask")}
            with torch.inference_mode():
                states = encoder(**inputs, output_hidden_states=True).hidden_states
            means[row] = [states[layer][0].mean(dim=0).numpy() for layer in shown_layers(depth)]
        return means

    def read_query(self, text: str) -> tuple[Vectors, LayerMeans]:
        """Return the vector (1, d) and the layer means (1, k, d) of one question."""
        return self.embed_queries([text]), self.layer_means([text])

    def read_quickly(self, text: str) -> tuple[Vectors, TokenStates | None]:
        """Return the vector (1, d) of one question as :meth:`embed_queries` does: there is no quicker way."""
        return self.embed_queries([text]), None

    def _embed(self, prefix: str, texts: Sequence[str], *, progress: bool) -> Vectors:
        if not texts:
            return np.empty((0, self.spec.dimension), np.float32)
        vectors: Vectors = self._model.encode(
            [prefix + fold(text) for text in texts],
            prompt="",
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=progress,
        ).astype(np.float32, copy=False)
        return vectors


def _prefixes(model: str, prompts: dict[str, str]) -> tuple[str, str]:
    """Return what the model wants before a question and before a passage."""
    query = prompts.get("query", "")
    passage = prompts.get("document") or prompts.get("passage", "")
    if not query and not passage and "e5" in Path(model).name.lower().split("-"):
        return QUERY_PREFIX, PASSAGE_PREFIX
    return query, passage


def _revision(model: str, loaded: "object") -> str:
    """Return the hub's commit of the model, or for a local directory a hash of its files' names, sizes and configs."""
    folder = Path(model)
    if not folder.is_dir():
        return str(getattr(loaded[0].auto_model.config, "_commit_hash", None) or "unknown")  # type: ignore[index]
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}\n".encode())
        if path.suffix == ".json":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
