"""For operators: health, readiness, metrics, reload, feedback."""

import logging

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from ingest.embed import EmbedError
from ingest.index import IndexBroken
from service.answer import Answerer
from service.errors import BROKEN_RETRY_AFTER_S, ProblemError
from service.query.mask import mask
from service.schema import Feedback, FeedbackIn, FeedbackList, Health, Ready
from service.state import CurrentAnswerer, CurrentState, State

PEERS_WITHIN_S = 60.0
"""A reload waits so long for the other worker processes, which find a new index within a second and load it."""

router = APIRouter()
_log = logging.getLogger("jiewen.service")


@router.get("/healthz")
def healthz() -> Health:
    """Alive."""
    return Health(status="ok")


@router.get("/readyz")
def readyz(state: CurrentState, answerer: CurrentAnswerer) -> Ready:
    """The index is loaded and its model matches; 503 until then."""
    return _ready(state, answerer)


def _ready(state: State, answerer: Answerer) -> Ready:
    return Ready(
        status="ready",
        build=answerer.index.manifest.build,
        articles=len(answerer.index.articles),
        passages=len(answerer.index.passages),
        model=answerer.index.manifest.embedder.model,
        llm=state.generator.name if state.generator is not None else None,
    )


@router.get("/metrics")
def metrics(state: CurrentState) -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.post("/admin/reload")
def reload(state: CurrentState) -> Ready:
    """Swap to the newest index, in every worker process; requests under way finish on the old one."""
    try:
        answerer = state.reload()
    except (IndexBroken, EmbedError) as error:
        detail = f"the newest index cannot be served: {error}"
        raise ProblemError(503, detail, retry_after_s=BROKEN_RETRY_AFTER_S) from error
    if not state.peers.all_serve(answerer.index.manifest.build, within_s=PEERS_WITHIN_S):
        _log.warning("a worker process still serves another index %g s after a reload", PEERS_WITHIN_S)
    return _ready(state, answerer)


@router.post("/feedback", status_code=201)
def add_feedback(feedback: FeedbackIn, state: CurrentState) -> Feedback:
    """Store a reader's verdict, personal data masked."""
    if feedback.comment is not None:
        feedback = feedback.model_copy(update={"comment": mask(feedback.comment)[0]})
    return state.store.add_feedback(feedback)


@router.get("/feedback")
def list_feedback(state: CurrentState) -> FeedbackList:
    """Return all feedback, oldest first."""
    return FeedbackList(feedback=state.store.feedback())
