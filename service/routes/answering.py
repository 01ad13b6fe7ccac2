"""What both doors to an answer share: the earlier questions that are looked at, and events that end well or say why not."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from ingest.index import IndexBroken
from service.answer import Answerer, Event
from service.errors import problem_document
from service.query.followup import MAX_TURNS
from service.schema import MAX_QUESTION_CHARS, AskRequest, AskResponse, Problem
from service.state import State

_log = logging.getLogger("jiewen.service")


def last_questions(said: Iterable[str]) -> list[str]:
    """Return of what the asker ``said`` before, oldest first, as much as a question may lean on.

    Each turn is cut to the length of a question: a long conversation takes no more work than a short one.
    """
    return [text[:MAX_QUESTION_CHARS] for text in said if text.strip()][-MAX_TURNS:]


def answer_events(
    answerer: Answerer,
    request: AskRequest,
    earlier: Sequence[str],
    state: State,
    *,
    answer_id: str,
    instance: str,
) -> Iterator[Event | Problem]:
    """Yield the events of the answer, which gets ``answer_id`` and is counted.

    The status line is sent by then: a failure half-way is yielded as a problem document, and nothing after it.
    """
    try:
        for event in answerer.stream(request, earlier):
            if isinstance(event, AskResponse):
                count(state, event)
                yield event.model_copy(update={"id": answer_id})
            else:
                yield event
    except IndexBroken as error:
        _log.exception("the index broke while an answer was streamed")
        yield problem_document(503, str(error), instance)
    except Exception:  # noqa: BLE001 - the last resort: log it, tell the client nothing of our insides
        _log.exception("the answer failed while streaming")
        yield problem_document(500, "the service failed", instance)


def count(state: State, answer: AskResponse) -> None:
    """Count an answer for the metrics."""
    state.metrics.answers.labels(answer.status, answer.reason or "", answer.mode).inc()
