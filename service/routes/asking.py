"""``POST /ask`` and ``POST /search``."""

import time
from collections.abc import Iterator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from service.answer import Answerer, Event, Retrieval, new_answer_id
from service.query.mask import mask
from service.routes.answering import answer_events, count, last_questions
from service.schema import (
    AnswerSentence,
    AnswerWarning,
    AskRequest,
    AskResponse,
    CleanSpan,
    PassageHit,
    Problem,
    SearchRequest,
    SearchResponse,
    SearchTimings,
)
from service.state import CurrentAnswerer, CurrentState, State

router = APIRouter()


@router.post("/ask", response_model=AskResponse)
def ask(request: AskRequest, state: CurrentState, answerer: CurrentAnswerer) -> Response:
    """Answer a question with cited, verified sentences, or say why not."""
    earlier = earlier_questions(request, state)
    if request.session_id is not None:
        state.store.add_question(request.session_id, mask(request.question)[0])
    if request.stream:
        events = _server_sent(answerer, request, earlier, state)
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
    answer = answerer.ask(request, earlier)
    count(state, answer)
    return _response(answer)


def earlier_questions(request: AskRequest, state: State) -> list[str]:
    """Return what the asker asked before: from the history sent along, else from the session."""
    if request.history:
        return last_questions(turn.content for turn in request.history if turn.role == "user")
    return state.store.questions(request.session_id) if request.session_id is not None else []


def _server_sent(answerer: Answerer, request: AskRequest, earlier: list[str], state: State) -> Iterator[str]:
    """Yield the answer as server-sent events; a failure half-way becomes an ``error`` event with a problem document."""
    events = answer_events(answerer, request, earlier, state, answer_id=new_answer_id(), instance="/ask")
    yield from map(_event, events)


def _event(event: Event | Problem) -> str:
    if isinstance(event, Retrieval):
        name, data = "retrieval", f'{{"passages":{event.passages},"query":{event.query.model_dump_json()}}}'
    elif isinstance(event, AnswerSentence):
        name, data = "sentence", _json(event)
    elif isinstance(event, AnswerWarning):
        name, data = "warning", _json(event)
    elif isinstance(event, Problem):
        name, data = "error", _json(event)
    else:
        name, data = "final", _json(event)
    return f"event: {name}\ndata: {data}\n\n"


def _json(model: BaseModel) -> str:
    return model.model_dump_json()


@router.post("/search", response_model=SearchResponse)
def search(request: SearchRequest, answerer: CurrentAnswerer) -> Response:
    """Return ranked passages, no answer."""
    began = time.perf_counter()
    query = answerer.listener.understand(request.query, product=request.product)
    found = answerer.search(query, request.top_k)
    passages = []
    for rank, hit in enumerate(found.hits, 1):
        passage = hit.passage
        passages.append(
            PassageHit(
                rank=rank,
                score=round(hit.score, 4),
                passage_id=passage.passage_id,
                article_id=passage.article_id,
                title=passage.title,
                heading=list(passage.heading),
                text=passage.text,
                clean=CleanSpan(start=passage.start, end=passage.end),
                raw=answerer.raw_span(hit.row),
                product=list(passage.product),
            )
        )
    total = (time.perf_counter() - began) * 1000
    timings = SearchTimings(
        embed=round(found.embed_ms, 2), retrieve=round(found.retrieve_ms, 2), total=round(total, 2)
    )
    return _response(SearchResponse(passages=passages, timings_ms=timings))


def _response(model: BaseModel) -> Response:
    """Return ``model`` as JSON; of a model itself FastAPI would check each field again, in another thread."""
    return Response(model.model_dump_json(), media_type="application/json")
