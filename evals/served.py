"""What the service searches and answers with, for benchmarks that need no HTTP."""

from pathlib import Path

from ingest.embed import Embedder, load_embedder, token_reader
from ingest.index import Index
from ingest.settings import IngestSettings
from service.answer import Answerer
from service.settings import ServiceSettings


def built_index(settings: IngestSettings) -> tuple[Index, Embedder]:
    """Return the index of ``settings.corpus_dir`` and the embedder that it was built with, on all cores.

    Raises:
        IndexBroken: there is no build, or a file of it is damaged.
        EmbedError: the embedder cannot be loaded.
    """
    index = Index.load(settings.corpus_dir / "index")
    model_dir = settings.model_dir or settings.corpus_dir / "models"
    return index, load_embedder(
        index.manifest.embedder, model_dir=model_dir, threads=0, offline=settings.offline
    )


def answerer_over(index: Index, embedder: Embedder, model_dir: Path) -> Answerer:
    """Return what answers over ``index`` as the service does without an LLM.

    Raises:
        EmbedError: the packaged model, which reads tokens, cannot be unpacked.
    """
    return Answerer(index, embedder, token_reader(embedder, model_dir=model_dir), ServiceSettings(), None)
