"""The page: a chat with the service, answer by answer with its sources. Run by ``ui`` under Streamlit.

Streamlit runs this script anew at every input. What lasts is in the session: ``exchanges``, what was asked and
answered, and ``queue``, what is still to be asked. Inputs only change these two, in callbacks; drawing follows.
"""

import logging
from pathlib import Path

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from ingest.settings import SettingsError
from service.schema import MAX_QUESTION_CHARS, AskResponse, FeedbackIn
from ui.articles import CitedArticles
from ui.asking import ask
from ui.client import ServiceClient
from ui.conversation import PRODUCT_CHOICES, Exchange, Question, asked_product
from ui.errors import ServiceError
from ui.failure import failure_of
from ui.render import failure_html, header_html, question_html
from ui.settings import UiSettings
from ui.words import in_script_of

HERE = Path(__file__).parent
EXAMPLES = (
    "借呗逾期后可以申请延期吗？",
    "花唄逾期會影響徵信嗎？",
    "花呗还不上可以分期吗？",
    "被催收骚扰可以投诉吗？",
)
_log = logging.getLogger("jiewen.ui")


def main() -> None:
    """Draw the page, and answer what is waiting."""
    st.set_page_config(page_title="借问", page_icon=str(HERE / "icon.svg"), layout="centered")
    st.html(HERE / "style.css")
    try:
        settings = UiSettings()
    except (SettingsError, ValidationError) as error:
        st.error(f"设置有误：{error}")
        return
    key = settings.api_key.get_secret_value() if settings.api_key else None
    client, articles = _service(settings.service_url, key, settings.read_timeout_s)
    exchanges: list[Exchange] = st.session_state.setdefault("exchanges", [])
    queue: list[Question] = st.session_state.setdefault("queue", [])
    begun = bool(exchanges or queue)
    st.html(header_html(compact=begun))
    if not begun:
        _welcome(client, settings.service_url)
    for position, exchange in enumerate(exchanges):
        is_last = position == len(exchanges) - 1 and not queue
        with _assistant_after(exchange.question):
            _outcome(exchange, client, st.empty(), position=position, is_last=is_last)
    _input_row(begun=begun)
    while queue:
        question, position = queue[0], len(exchanges)
        with _assistant_after(question):
            place = st.empty()
            exchange = ask(question, exchanges, client, articles, settings.service_url, place.html)
            _outcome(exchange, client, place, position=position, is_last=len(queue) == 1)
        # An input that came meanwhile has started the script anew beside this run, with the question still in the
        # queue. Drawing has ended this run then; where it slipped through, the first of the two settles the question.
        if queue and queue[0] is question:
            exchanges.append(exchange)
            queue.pop(0)


@st.cache_resource(on_release=lambda service: service[0].close())
def _service(
    service_url: str, api_key: str | None, read_timeout_s: float
) -> tuple[ServiceClient, CitedArticles]:
    """Return the connection that all readers share, and the articles that were fetched over it."""
    client = ServiceClient(service_url, api_key=api_key, read_timeout_s=read_timeout_s)
    return client, CitedArticles(client.article)


def _welcome(client: ServiceClient, service_url: str) -> None:
    """Offer questions to click; say at once when nobody would answer them."""
    try:
        client.ready()
    except ServiceError as error:
        _log.warning("not ready: %s", error)
        st.html(failure_html(failure_of(error, service_url), ""))
    st.html('<p class="jw-hint">可以这样问：</p>')
    for example in EXAMPLES:
        asked = Question(example, None)
        st.button(example, key=f"example-{example}", on_click=_submit, args=(asked,), width="stretch")


def _input_row(*, begun: bool) -> None:
    with st.bottom:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.pills(
                "问的是哪个产品",
                PRODUCT_CHOICES,
                default=PRODUCT_CHOICES[0],
                required=True,
                key="product",
                label_visibility="collapsed",
            )
            if begun:
                st.button("新对话", key="restart", type="tertiary", on_click=_restart)
        st.chat_input(
            "说说您的情况，想问什么", key="question", max_chars=MAX_QUESTION_CHARS, on_submit=_submit_typed
        )


def _assistant_after(question: Question) -> DeltaGenerator:
    """Draw the question; return the place of its answer."""
    with st.chat_message("user"):
        st.html(question_html(question.text, question.product))
    return st.chat_message("assistant")


def _outcome(
    exchange: Exchange, client: ServiceClient, place: DeltaGenerator, *, position: int, is_last: bool
) -> None:
    """Draw the answer, or why there is none, in ``place``; under the last one, what can be done next."""
    asked = exchange.question
    if exchange.failure is not None:
        place.html(failure_html(exchange.failure, asked.text))
        if is_last and exchange.failure.again:
            st.button(in_script_of(asked.text, "再试一次"), key=f"again-{position}", on_click=_ask_again)
    if exchange.answer is None:
        return
    place.html(exchange.html)
    if is_last and exchange.answer.status == "clarify":
        with st.container(horizontal=True):
            for product in PRODUCT_CHOICES[1:]:
                label = in_script_of(asked.text, f"我问的是{product}")
                clear = Question(asked.text, asked_product(product))
                st.button(label, key=f"clarify-{position}-{product}", on_click=_submit, args=(clear,))
    _verdict(exchange.answer, client, key=f"feedback-{position}")


def _verdict(answer: AskResponse, client: ServiceClient, *, key: str) -> None:
    def send() -> None:
        verdict = st.session_state[key]
        if verdict is None:
            return
        try:
            client.send_feedback(FeedbackIn(answer_id=answer.id, verdict="up" if verdict else "down"))
        except ServiceError as error:
            _log.warning("verdict not stored: %s", error)
            st.toast("没能记下您的评价，请稍后再点一次。")
        else:
            st.toast("记下了，谢谢。")

    st.feedback("thumbs", key=key, on_change=send)


def _submit_typed() -> None:
    text = str(st.session_state.question or "").strip()
    if text:
        _submit(Question(text, asked_product(st.session_state.product)))


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
