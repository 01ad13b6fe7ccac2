"""Put one question to the service and bring back everything that the page shows for it."""

import logging
from collections.abc import Callable, Sequence

from service.schema import AnswerSentence, AskResponse
from ui.articles import CitedArticles
from ui.client import ServiceClient
from ui.conversation import Exchange, Question, request_for
from ui.errors import BrokenReplyError, ServiceError
from ui.evidence import Evidence, gather
from ui.failure import failure_of
from ui.render import answer_html, growing_html

_log = logging.getLogger("jiewen.ui")


def ask(
    question: Question,
    before: Sequence[Exchange],
    client: ServiceClient,
    articles: CitedArticles,
    service_url: str,
    show: Callable[[str], object],
) -> Exchange:
    """Return the finished exchange; ``show`` gets the answer as HTML as often as it has grown by a sentence.

    It also gets the whole answer before the articles are fetched that its citations open.
    """
    sentences: list[AnswerSentence] = []
    show(growing_html(sentences, question.text))
    try:
        for event in client.ask(request_for(question, before)):
            if isinstance(event, AnswerSentence):
                sentences.append(event)
                show(growing_html(sentences, question.text))
            elif isinstance(event, AskResponse):
                show(answer_html(event, None))
                return Exchange(question, event, answer_html(event, _evidence(event, articles)))
        raise BrokenReplyError("the stream ended without a final answer")
    except ServiceError as error:
        _log.warning("no answer: %s", error)
        return Exchange(question, failure=failure_of(error, service_url))


def _evidence(answer: AskResponse, articles: CitedArticles) -> dict[int, Evidence]:
    """Return what the citations open; a citation whose article cannot be fetched still shows its quote."""
    evidence: dict[int, Evidence] = {}
    for citation in answer.citations:
        try:
            evidence[citation.n] = gather(citation, articles.cited_by(citation))
        except ServiceError as error:
            _log.warning("article %s not shown: %s", citation.article_id, error)
            evidence[citation.n] = Evidence(citation)
    return evidence
