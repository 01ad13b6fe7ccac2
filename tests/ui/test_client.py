"""The client against a real server that speaks the wire, in good and in bad days."""

import socket
from contextlib import closing

import pytest

from service.schema import AnswerSentence, AnswerWarning, AskRequest, AskResponse, FeedbackIn
from tests.ui.scripted import Script, answer, article, free_port
from ui.client import ServiceClient
from ui.errors import (
    BrokenReplyError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    ServiceDownError,
    ServiceFailedError,
    ServiceSlowError,
    TooManyRequestsError,
    UnauthorizedError,
)

QUESTION = AskRequest(question="借呗逾期怎么跟客服说？")


def ask(client: ServiceClient) -> list[AnswerSentence | AnswerWarning | AskResponse]:
    return list(client.ask(QUESTION))


def test_the_answer_comes_sentence_by_sentence_and_whole_at_the_end(client: ServiceClient, script: Script):
    caveat = AnswerWarning(code="example_number", message="只是示例。", n=1)
    script.answer = answer(article(), warnings=(caveat,))
    assert ask(client) == [*script.answer.sentences, caveat, script.answer]
    assert script.asked[0]["stream"] is True
    assert script.asked[0]["question"] == QUESTION.question


def test_line_separators_inside_an_answer_do_not_break_the_stream(client: ServiceClient, script: Script):
    script.answer = answer(loose="第一行\u2028第二行\x85第三行", status="abstained", reason="not_covered")
    assert ask(client) == [script.answer]


def test_articles_and_verdicts(client: ServiceClient, script: Script):
    assert client.ready().model == "scripted"
    assert client.article("scripted") == article()
    verdict = FeedbackIn(answer_id="ask_1", verdict="down", comment="不对")
    assert client.send_feedback(verdict).answer_id == "ask_1"
    assert script.feedback == [verdict.model_dump()]


def test_an_article_id_stays_one_piece_of_the_address(client: ServiceClient, script: Script):
    script.articles["甲?乙#丙"] = article("甲?乙#丙")
    assert client.article("甲?乙#丙").article_id == "甲?乙#丙"


def test_the_key_goes_along(service_url: str, script: Script):
    with closing(ServiceClient(service_url, api_key="a-secret-key", read_timeout_s=2.0)) as client:
        client.ready()
    assert script.headers[0]["authorization"] == "Bearer a-secret-key"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidRequestError),
        (413, InvalidRequestError),
        (422, InvalidRequestError),
        (401, UnauthorizedError),
        (404, NotFoundError),
        (500, ServiceFailedError),
    ],
)
def test_each_status_is_its_own_error(client: ServiceClient, script: Script, status, error):
    script.problem = (status, "the detail", None)
    with pytest.raises(error, match="the detail"):
        ask(client)
    with pytest.raises(error, match="the detail"):
        client.article("scripted")


@pytest.mark.parametrize(("status", "error"), [(503, NotReadyError), (429, TooManyRequestsError)])
@pytest.mark.parametrize("retry_after_s", [7, None])
def test_a_busy_service_says_when_to_come_back(
    client: ServiceClient, script: Script, status, error, retry_after_s
):
    script.problem = (status, "not now", retry_after_s)
    with pytest.raises(error) as caught:
        ask(client)
    assert caught.value.retry_after_s == retry_after_s


def test_nobody_listens():
    address = f"http://127.0.0.1:{free_port()}"
    with (
        closing(ServiceClient(address, read_timeout_s=2.0)) as client,
        pytest.raises(ServiceDownError, match="no service at"),
    ):
        client.ready()


def test_silence_has_a_limit(service_url: str, script: Script):
    script.silence_s = 1.0
    with closing(ServiceClient(service_url, read_timeout_s=0.2)) as client, pytest.raises(ServiceSlowError):
        ask(client)


@pytest.mark.parametrize(
    "stream",
    [
        [],
        ['event: sentence\ndata: {"text": "half"}\n\n'],
        ["event: final\ndata: not json\n\n"],
        ["event: final\ndata: {}\n\n"],
        ["event: retrieval\ndata: {}\n\n"],
    ],
    ids=["empty", "a field missing", "no json", "another message", "no end"],
)
def test_a_stream_that_breaks_the_contract(client: ServiceClient, script: Script, stream):
    script.stream = stream
    with pytest.raises(BrokenReplyError):
        ask(client)


def test_an_error_in_the_middle_of_a_stream(client: ServiceClient, script: Script):
    problem = '{"type":"t","title":"Internal","status":500,"detail":"it broke","instance":"/ask"}'
    sentence = script.answer.sentences[0]
    script.stream = [
        f"event: sentence\ndata: {sentence.model_dump_json()}\n\n",
        f"event: error\ndata: {problem}\n\n",
    ]
    events = client.ask(QUESTION)
    assert next(events) == sentence
    with pytest.raises(ServiceFailedError, match="it broke"):
        next(events)


def test_another_program_on_the_port_that_says_nothing():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        closing(ServiceClient(f"http://127.0.0.1:{listener.getsockname()[1]}", read_timeout_s=0.2)) as client,
        pytest.raises(ServiceSlowError),
    ):
        client.ready()
