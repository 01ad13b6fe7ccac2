"""What a running service holds, and how it is swapped for a newer build without dropping a request."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from ingest.artifact import CURRENT
from ingest.embed import load_embedder, token_reader
from ingest.index import Index, IndexBroken
from service.answer import Answerer
from service.errors import ProblemError
from service.heap import settle
from service.llm import TextGenerator, build_generator
from service.middleware import Metrics
from service.peers import Peers
from service.settings import ServiceSettings
from service.store import Store
from service.threads import one_thread_a_question

RETRY_AFTER_S = 5


@dataclass(slots=True)
class State:
    """The parts of one process. ``answerer`` is replaced as a whole; a request keeps the one it started with."""

    settings: ServiceSettings
    store: Store
    metrics: Metrics
    generator: TextGenerator | None
    peers: Peers
    answerer: Answerer | None = None
    reloading: threading.Lock = field(default_factory=threading.Lock)
    fresh: threading.Event = field(default_factory=threading.Event)
    """Set whenever ``answerer`` is another; who warms it clears it."""
    _served: int | None = None
    """When the pointer was written, in nanoseconds, that led to what is served."""

    def reload(self) -> Answerer:
        """Load the newest build, with the embedder that its manifest names, and serve it from now on.

        Raises:
            IndexBroken: there is no build, or a file of it is damaged; the build served before stays.
            EmbedError: the embedder that the build names cannot be loaded; the same holds.
        """
        with self.reloading:
            return self._load()

    def follow(self) -> None:
        """Load the newest build if the pointer to it is not the one that led to what is served.

        Raises:
            IndexBroken: as :meth:`reload`.
            EmbedError: likewise.
        """
        with self.reloading:
            if self._pointer() not in (None, self._served):
                self._load()

    def _load(self) -> Answerer:
        # Looked at before it is read: what is written meanwhile is newer.
        pointer = self._pointer()
        index = Index.load(self.settings.corpus_dir / "index")
        model_dir = self.settings.model_dir or self.settings.corpus_dir / "models"
        embedder = load_embedder(
            index.manifest.embedder,
            model_dir=model_dir,
            threads=self.settings.threads,
            offline=self.settings.offline,
        )
        tokens = token_reader(embedder, model_dir=model_dir)
        answerer = Answerer(index, embedder, tokens, self.settings, self.generator)
        self.answerer, self._served = answerer, pointer
        self.peers.serve(index.manifest.build)
        self.fresh.set()
        settle()
        return answerer

    def _pointer(self) -> int | None:
        try:
            return (self.settings.corpus_dir / "index" / CURRENT).stat().st_mtime_ns
        except OSError:
            return None


def build_state(settings: ServiceSettings) -> State:
    """Return the state of a fresh process, the index loaded where there is one.

    Raises:
        IndexBroken: a build is there and damaged. A missing one leaves the service alive and not ready.
    """
    one_thread_a_question()
    state = State(
        settings=settings,
        store=Store(settings.data_dir / "service.sqlite3"),
        metrics=Metrics(),
        generator=build_generator(settings),
        peers=Peers(settings.data_dir / "serving" / _name(settings.corpus_dir)),
    )
    if (settings.corpus_dir / "index" / CURRENT).exists():
        state.reload()
    return state


def _name(corpus_dir: Path) -> str:
    """Return a file name that stands for the corpus: two services of other corpora may keep their data in one place."""
    return hashlib.sha256(str(corpus_dir.resolve()).encode()).hexdigest()[:16]


async def current_state(request: Request) -> State:
    """Return the state of this process; a coroutine, since FastAPI gives every plain function a thread of its own."""
    state = request.app.state.jiewen
    if not isinstance(state, State):
        raise TypeError("the application was not built by create_app")
    return state


async def current_answerer(state: Annotated[State, Depends(current_state)]) -> Answerer:
    """Return what answers, or 503 while no index is loaded."""
    if state.answerer is None:
        raise ProblemError(
            503,
            "no index is loaded; run `ingest build`, then POST /admin/reload",
            retry_after_s=RETRY_AFTER_S,
        )
    return state.answerer


CurrentState = Annotated[State, Depends(current_state)]
CurrentAnswerer = Annotated[Answerer, Depends(current_answerer)]

__all__ = ["CurrentAnswerer", "CurrentState", "IndexBroken", "State", "build_state"]
