"""Articles of other subjects, without known questions, as a user adds his own: built where they are needed."""

import shutil
from pathlib import Path

from ingest.build import build
from ingest.embed import build_embedder
from ingest.settings import IngestSettings
from service.answer import Answerer
from service.settings import ServiceSettings
from service.state import build_state


def open_articles(source: Path, folder: Path, settings: ServiceSettings) -> Answerer:
    """Return what answers over the articles of ``source`` (a folder with ``raw/``), built in ``folder``.

    Raises:
        CorpusError: the folder has no articles.
    """
    shutil.copytree(source / "raw", folder / "raw")
    model_dir = settings.model_dir or settings.corpus_dir / "models"
    embedder = build_embedder(IngestSettings(corpus_dir=folder, model_dir=model_dir))
    build(folder, embedder, max_reject_rate=0.0)
    answerer = build_state(ServiceSettings(corpus_dir=folder, model_dir=model_dir)).answerer
    if answerer is None:
        raise RuntimeError(f"{source}: was built and cannot be opened")
    return answerer
