"""The page: a chat with the service, answer by answer with its sources. Run by ``ui`` under Streamlit."""

import logging
from pathlib import Path

import streamlit as st

from ingest.settings import SettingsError
from service.schema import MAX_QUESTION_CHARS, AnswerSentence, AskResponse, FeedbackIn
from ui.client import ServiceClient
from ui.conversation import PRODUCT_CHOICES, Exchange, Question, asked_product, request_for
from ui.errors import ServiceError
from ui.evidence import Evidence, gather
from ui.failure import Failure, failure_of
from ui.render import answer_html, failure_html, growing_html, header_html, question_html
from ui.settings import UiSettings

HERE = Path(__file__).parent
EXAMPLES = (
    "借呗逾期后可以申请延期吗？",
    "花唄逾期會影響徵信嗎？",
    "还不上了，怎么跟客服开口？",
    "催收打给我家里人怎么办？",
)
log = logging.getLogger(__name__)


def main() -> None:
    """Draw the page once; Streamlit calls it again after every click."""
    st.set_page_config(page_title="借问", page_icon=str(HERE / "icon.svg"), layout="centered")
    st.html(HERE / "style.css")
    try:
        settings = UiSettings()
    except SettingsError as error:
        st.error(f"设置有误：{error}")
        return
    client = _client(settings.service_url, settings.api_key.get_secret_value() if settings.api_key else None)
    exchanges: list[Exchange] = st.session_state.setdefault("exchanges", [])
    # A question that arrives while another is being answered waits its turn: Streamlit starts the page anew at every
    # input, so the one that was interrupted is still first in the queue and is asked again.
    queue: list[Question] = st.session_state.setdefault("queue", [])
    st.html(header_html(compact=bool(exchanges or queue)))
    if not exchanges and not queue:
        _welcome(client, settings.service_url)
    for position, exchange in enumerate(exchanges):
        is_last = position == len(exchanges) - 1 and not queue
        _show(exchange, client, position=position, is_last=is_last)
    _input_row(has_conversation=bool(exchanges))
    if queue:
        exchanges.append(_ask(queue[0], exchanges, client, settings.service_url))
        queue.pop(0)
        st.rerun()


@st.cache_resource(on_release=ServiceClient.close)
def _client(service_url: str, api_key: str | None) -> ServiceClient:
    return ServiceClient(service_url, api_key=api_key)


def _welcome(client: ServiceClient, service_url: str) -> None:
    """Offer questions to click; say at once when nobody would answer them."""
    try:
        client.ready()
    except ServiceError as error:
        log.warning("not ready: %s", error)
        st.html(failure_html(failure_of(error, service_url)))
    st.html('<p class="jw-hint">可以这样问：</p>')
    for example in EXAMPLES:
        st.button(
            example,
            key=f"example-{example}",
            on_click=_submit,
            args=(Question(example, None),),
            width="stretch",
        )


def _input_row(*, has_conversation: bool) -> None:
    with st.bottom:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            choice = st.pills(
                "问的是哪个产品",
                PRODUCT_CHOICES,
                default="自动",
                required=True,
                key="product",
                label_visibility="collapsed",
            )
            if has_conversation:
                st.button("新对话", key="restart", type="tertiary", on_click=_restart)
        text = st.chat_input("说说您的情况，想问什么", key="question", max_chars=MAX_QUESTION_CHARS)
    if text and text.strip():
        _submit(Question(text.strip(), asked_product(choice)))
        st.rerun()


def _show(exchange: Exchange, client: ServiceClient, *, position: int, is_last: bool) -> None:
    """Draw one question with its answer; the last one offers what can be done next."""
    with st.chat_message("user"):
        st.html(question_html(exchange.question.text, exchange.question.product))
    with st.chat_message("assistant"):
        if exchange.failure is not None:
            st.html(failure_html(exchange.failure))
            if is_last and exchange.failure.again:
                st.button("再试一次", key="again", on_click=_ask_again)
        if exchange.answer is None:
            return
        st.html(exchange.html)
        if is_last and exchange.answer.status == "clarify":
            _offer_products(exchange.question)
        _verdict(exchange.answer, client, key=f"feedback-{position}")


def _offer_products(question: Question) -> None:
    with st.container(horizontal=True):
        for product in PRODUCT_CHOICES[1:]:
            answerable = Question(question.text, asked_product(product))
            st.button(f"我问的是{product}", key=f"clarify-{product}", on_click=_submit, args=(answerable,))


def _verdict(answer: AskResponse, client: ServiceClient, *, key: str) -> None:
    def send() -> None:
        verdict = st.session_state[key]
        if verdict is None:
            return
        try:
            client.send_feedback(FeedbackIn(answer_id=answer.id, verdict="up" if verdict else "down"))
        except ServiceError as error:
            log.warning("verdict not stored: %s", error)
            st.toast("没能记下您的评价，请稍后再点一次。")
        else:
            st.toast("记下了，谢谢。")

    st.feedback("thumbs", key=key, on_change=send)


def _ask(question: Question, before: list[Exchange], client: ServiceClient, service_url: str) -> Exchange:
    """Put the question and draw the answer as it comes, sentence by sentence."""
    with st.chat_message("user"):
        st.html(question_html(question.text, question.product))
    with st.chat_message("assistant"):
        place = st.empty()
        sentences: list[AnswerSentence] = []
        place.html(growing_html(sentences, question.text))
        try:
            for event in client.ask(request_for(question, before)):
                if isinstance(event, AskResponse):
                    return Exchange(question, event, answer_html(event, _evidence(event, client)))
                if isinstance(event, AnswerSentence):
                    sentences.append(event)
                    place.html(growing_html(sentences, question.text))
        except ServiceError as error:
            log.warning("no answer: %s", error)
            return Exchange(question, failure=failure_of(error, service_url))
    return Exchange(question, failure=Failure("服务没有给出回答。", "请再试一次。"))


def _evidence(answer: AskResponse, client: ServiceClient) -> dict[int, Evidence]:
    """Fetch what the citations open; a citation whose article cannot be fetched still shows its quote."""
    evidence: dict[int, Evidence] = {}
    articles = {}
    for citation in answer.citations:
        try:
            if citation.article_id not in articles:
                articles[citation.article_id] = client.article(citation.article_id)
        except ServiceError as error:
            log.warning("article %s not shown: %s", citation.article_id, error)
            evidence[citation.n] = Evidence(citation, None, None)
        else:
            evidence[citation.n] = gather(citation, articles[citation.article_id], client.raw)
    return evidence


def _submit(question: Question) -> None:
    st.session_state.queue.append(question)


def _ask_again() -> None:
    failed: Exchange = st.session_state.exchanges.pop()
    _submit(failed.question)


def _restart() -> None:
    st.session_state.exchanges = []
    st.session_state.queue = []


if __name__ == "__main__":
    main()
