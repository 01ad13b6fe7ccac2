"""In which order an answer comes onto the page, and what is fetched for it."""

import pytest

from service.schema import ArticleOut
from tests.ui.scripted import Script, answer, article
from ui.articles import CitedArticles
from ui.asking import ask
from ui.client import ServiceClient
from ui.conversation import Question
from ui.settings import UiSettings

QUESTION = Question("借呗逾期怎么跟客服说？", None)


def test_the_whole_answer_is_shown_before_any_article_is_fetched(client: ServiceClient, service_url: str):
    shown: list[str] = []
    before: list[str] = []

    def fetch(article_id: str) -> ArticleOut:
        before.append(shown[-1])
        return client.article(article_id)

    exchange = ask(QUESTION, [], client, CitedArticles(fetch), service_url, shown.append)
    (drawn,) = before
    assert "有据可查" in drawn
    assert "准备好个人信息" in drawn
    assert 'aria-busy="true"' in drawn
    assert "<details" not in drawn
    assert "<details" in exchange.html
    assert "aria-busy" not in exchange.html


def test_an_article_that_was_built_anew_is_fetched_anew(
    client: ServiceClient, service_url: str, script: Script
):
    fetched: list[str] = []

    def fetch(article_id: str) -> ArticleOut:
        fetched.append(article_id)
        return client.article(article_id)

    articles = CitedArticles(fetch)
    for quote in (
        "在联系客服之前，准备好信息。",
        "打电话之前，先想好要说的话。",
        "打电话之前，先想好要说的话。",
    ):
        of = article(quote=quote)
        script.articles["scripted"], script.answer = of, answer(of)
        html = ask(QUESTION, [], client, articles, service_url, lambda _: None).html
        assert f"<mark>{quote}</mark>" in html
        assert "取不到" not in html
    assert len(fetched) == 2


def test_the_page_waits_as_long_as_the_service_may_take(monkeypatch: pytest.MonkeyPatch):
    assert UiSettings().read_timeout_s == 90
    monkeypatch.setenv("JIEWEN_LLM_TIMEOUT_S", "600")
    assert UiSettings().read_timeout_s > 600
