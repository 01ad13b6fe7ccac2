"""What the tests of all areas share: the five source articles, built once per session with the real model."""

import shutil
from pathlib import Path

import hypothesis
import pytest

from ingest.build import build
from ingest.embed import Embedder, TokenReader, build_embedder, token_reader
from ingest.index import Index
from ingest.settings import IngestSettings

# Two shared cores make a deadline per example a matter of luck.
hypothesis.settings.register_profile("jiewen", deadline=None)
hypothesis.settings.load_profile("jiewen")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """Where the packaged model is unpacked; kept between sessions, since unpacking takes half a minute."""
    return PROJECT / "corpus" / "models"


@pytest.fixture(scope="session")
def embedder(model_dir: Path) -> Embedder:
    """The real embedder of the default settings."""
    return build_embedder(IngestSettings(corpus_dir=PROJECT / "corpus", model_dir=model_dir))


@pytest.fixture(scope="session")
def tokens(embedder: Embedder, model_dir: Path) -> TokenReader:
    """What the verification reads sentences with."""
    return token_reader(embedder, model_dir=model_dir)


@pytest.fixture(scope="session")
def built_corpus(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A copy of the corpus with its index built; read-only for tests, so that the session can share it."""
    corpus_dir = copy_corpus(tmp_path_factory.mktemp("built"))
    build(corpus_dir, embedder, max_reject_rate=0.0)
    return corpus_dir


@pytest.fixture(scope="session")
def index(built_corpus: Path) -> Index:
    """The index of ``built_corpus``."""
    return Index.load(built_corpus / "index")


@pytest.fixture
def corpus_dir(tmp_path: Path, built_corpus: Path) -> Path:
    """A copy of ``built_corpus``, index included, that one test may change."""
    return Path(shutil.copytree(built_corpus, tmp_path / "corpus"))


def copy_corpus(folder: Path) -> Path:
    """Return a copy of the project's corpus in ``folder``, without index and models."""
    corpus_dir = folder / "corpus"
    shutil.copytree(PROJECT / "corpus" / "raw", corpus_dir / "raw")
    for name in ("sources.toml", "questions.tsv"):
        shutil.copy(PROJECT / "corpus" / name, corpus_dir)
    return corpus_dir
