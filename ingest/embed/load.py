"""Chooses the embedder: for a build by the settings, for a reader by what the index records."""

import os
from pathlib import Path

from ingest.embed.packed import MODEL
from ingest.embed.spec import Backend, Embedder, EmbedderSpec, EmbedError, ModelReader
from ingest.settings import IngestSettings


def build_embedder(settings: IngestSettings) -> Embedder:
    """Return the embedder that a new build uses.

    Backend ``auto`` is ONNX Runtime for the packaged model and torch for any other.

    Raises:
        EmbedError: the model cannot be loaded, or the backend cannot run it.
    """
    backend = settings.backend
    if backend == "auto":
        backend = "onnx" if settings.model == MODEL else "torch"
    if backend not in ("onnx", "torch"):
        raise EmbedError(f"backend {backend} is not one of auto, onnx, torch")
    model_dir = settings.model_dir or settings.corpus_dir / "models"
    return _load(
        settings.model,
        "onnx" if backend == "onnx" else "torch",
        model_dir=model_dir,
        threads=settings.threads,
        offline=settings.offline,
    )


def load_embedder(spec: EmbedderSpec, *, model_dir: Path, threads: int, offline: bool) -> Embedder:
    """Return the embedder that an index was built with; ``threads`` 0 = all cores.

    Raises:
        EmbedError: it cannot be loaded, or what is installed now would give other vectors.
    """
    embedder = _load(
        spec.model,
        spec.backend,
        model_dir=model_dir,
        threads=threads,
        offline=offline,
        revision=spec.revision,
    )
    if embedder.spec != spec:
        raise EmbedError(f"the index was built with {spec}, but here is {embedder.spec}; run ingest build")
    return embedder


def token_reader(embedder: Embedder | None, *, model_dir: Path) -> ModelReader:
    """Return what reads tokens with the packaged model: ``embedder`` where it is that, else the model loaded beside it.

    Raises:
        EmbedError: the model cannot be unpacked.
    """
    from ingest.embed.onnx_backend import OnnxEmbedder

    return embedder if isinstance(embedder, OnnxEmbedder) else OnnxEmbedder.packaged(model_dir, threads=1)


def _load(
    model: str, backend: Backend, *, model_dir: Path, threads: int, offline: bool, revision: str | None = None
) -> Embedder:
    """Import only the backend that is asked for: torch alone costs seconds and hundreds of megabytes."""
    threads = threads or os.cpu_count() or 1
    if backend == "onnx":
        if model != MODEL:
            raise EmbedError(f"backend onnx runs only {MODEL}; use torch for {model}")
        from ingest.embed.onnx_backend import OnnxEmbedder

        return OnnxEmbedder.packaged(model_dir, threads=threads)
    from ingest.embed.torch_backend import TorchEmbedder

    return TorchEmbedder(model, model_dir=model_dir, threads=threads, offline=offline, revision=revision)
