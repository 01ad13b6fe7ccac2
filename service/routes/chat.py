"""The OpenAI-compatible door: ``/v1/chat/completions`` and ``/v1/models``.

Whatever system message a client sends, the answer is the grounded answer of ``/ask``: other messages are only read
for the question and for what was asked before.
"""

import json
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from service.answer import Answerer, new_answer_id
from service.errors import ProblemError
from service.routes.answering import answer_events, count, last_questions
from service.schema import MAX_QUESTION_CHARS, AnswerSentence, AskRequest, AskResponse, Problem
from service.state import CurrentAnswerer, CurrentState, State

MODEL = "jiewen"

router = APIRouter(prefix="/v1")


class ChatPart(BaseModel):
    """One part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """One message, as any OpenAI client sends it."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content)
        return self.content or ""


class ChatRequest(BaseModel):
    """A chat request. Clients of that API send many fields; those that do not concern a grounded answer are ignored."""

    model_config = ConfigDict(extra="allow")
    model: str = MODEL
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]
    stream: bool = False


@router.get("/models")
def models() -> dict[str, Any]:
    """Return the one model of this service."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "jiewen"}]}


@router.post("/chat/completions", response_model=None)
def complete(
    request: ChatRequest, state: CurrentState, answerer: CurrentAnswerer
) -> dict[str, Any] | StreamingResponse:
    """Answer the last user message as ``/ask`` would."""
    users = [message.text for message in request.messages if message.role == "user" and message.text.strip()]
    if not users:
        raise ProblemError(422, "messages: there is no user message to answer")
    question = users[-1]
    if len(question) > MAX_QUESTION_CHARS:
        raise ProblemError(
            422, f"messages: the last user message is longer than {MAX_QUESTION_CHARS} characters"
        )
    ask, earlier = AskRequest(question=question), last_questions(users[:-1])
    if request.stream:
        events = _chunks(answerer, ask, earlier, state)
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
    answer = answerer.ask(ask, earlier)
    count(state, answer)
    message = {"role": "assistant", "content": answer.answer, "annotations": annotations(answer)}
    return {
        **_head(answer.id, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "x_jiewen": answer.model_dump(mode="json"),
    }


def annotations(answer: AskResponse) -> list[dict[str, Any]]:
    """Return a ``url_citation`` for each marker in the answer; articles without an address are named by their path."""
    by_number = {citation.n: citation for citation in answer.citations}
    found = []
    for sentence in answer.sentences:
        for n in sentence.citations:
            citation = by_number[n]
            found.append(
                {
                    "type": "url_citation",
                    "url_citation": {
                        "url": citation.url or f"/articles/{citation.article_id}",
                        "title": citation.title,
                        "start_index": sentence.start,
                        "end_index": sentence.end,
                    },
                }
            )
    return found


def _head(answer_id: str, kind: str) -> dict[str, Any]:
    return {
        "id": answer_id.replace("ask_", "chatcmpl-"),
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


def _chunks(answerer: Answerer, ask: AskRequest, earlier: list[str], state: State) -> Iterator[str]:
    """Yield the answer in the chunks of that protocol: verified sentences as they come, then the rest, or what failed."""
    told = ""
    answer_id = new_answer_id()
    head = _head(answer_id, "chat.completion.chunk")
    yield _chunk(head, {"role": "assistant", "content": ""}, None)
    events = answer_events(
        answerer, ask, earlier, state, answer_id=answer_id, instance="/v1/chat/completions"
    )
    for event in events:
        if isinstance(event, AnswerSentence) and event.start - len(told) <= 1:
            # The only thing that stands alone between two sentences is a line break.
            piece = "\n" * (event.start - len(told)) + event.text
            told += piece
            yield _chunk(head, {"content": piece}, None)
        elif isinstance(event, AskResponse):
            if event.answer[len(told) :]:
                yield _chunk(head, {"content": event.answer[len(told) :]}, None)
            final = {"annotations": annotations(event)}
            yield _chunk({**head, "x_jiewen": event.model_dump(mode="json")}, final, "stop")
        elif isinstance(event, Problem):
            yield _data({"error": {"message": event.detail, "type": event.type, "code": event.status}})
    yield "data: [DONE]\n\n"


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None) -> str:
    return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
