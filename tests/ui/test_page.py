"""The page as Streamlit runs it, against the scripted service: what is sent, what is shown, what can be clicked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import ui.app
from tests.ui.scripted import Script, answer, article, free_port

QUESTION = "借呗逾期怎么跟客服说？"


@pytest.fixture
def page(service_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page, opened for the first time."""
    monkeypatch.setenv("JIEWEN_SERVICE_URL", service_url)
    yield AppTest.from_file(str(Path(ui.app.__file__)), default_timeout=20).run()
    st.cache_resource.clear()


def shown(page: AppTest) -> str:
    """All HTML on the page, in order."""
    assert not page.exception
    bodies = [element.proto.body for element in page.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def ask(page: AppTest, question: str = QUESTION) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_a_question_is_answered_with_its_source(page: AppTest, script: Script):
    html = shown(ask(page))
    assert QUESTION in html
    assert "<mark>在联系借呗客服之前" in html
    assert "jw-growing" not in html
    assert [asked["question"] for asked in script.asked] == [QUESTION]
    assert script.asked[0]["script"] == "auto"
    assert script.asked[0]["product"] is None


def test_an_article_is_fetched_once_for_all_answers_that_cite_it(page: AppTest, script: Script):
    script.calls.clear()
    ask(page)
    assert script.calls == ["/ask", "/articles/scripted"]
    html = shown(ask(page, "那怎么准备个人信息？"))
    assert script.calls == ["/ask", "/articles/scripted", "/ask"]
    assert html.count("<mark>在联系借呗客服之前") == 2
    assert html.count("注冊手機號。</span></mark>") == 2


def test_an_example_is_asked_by_a_click(page: AppTest, script: Script):
    example = page.button[0].label
    page.button[0].click().run()
    assert script.asked[0]["question"] == example
    assert example in shown(page)
    assert example not in labels(page)


def test_a_chosen_product_restricts_the_question(page: AppTest, script: Script):
    page.get("button_group")[0].set_value("花呗").run()
    ask(page)
    assert script.asked[0]["product"] == "花呗"


def test_a_follow_up_takes_the_conversation_along(page: AppTest, script: Script):
    ask(page)
    ask(page, "那花呗呢？")
    assert script.asked[1]["history"] == [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": script.answer.answer},
    ]
    assert "那花呗呢？" in shown(page)


def test_a_new_conversation_forgets_the_old_one(page: AppTest, script: Script):
    ask(page)
    page.button(key="restart").click().run()
    assert QUESTION not in shown(page)
    ask(page, "另一个问题")
    assert script.asked[-1]["history"] == []


def test_clarify_offers_both_products_and_asks_again(page: AppTest, script: Script):
    script.answer = answer(loose="您问的是花呗还是借呗？", status="clarify", reason="ambiguous_product")
    ask(page, "逾期了会怎样")
    page.button(key="clarify-0-花呗").click().run()
    assert (script.asked[1]["question"], script.asked[1]["product"]) == ("逾期了会怎样", "花呗")


@pytest.mark.parametrize(("thumb", "verdict"), [(1, "up"), (0, "down")])
def test_thumbs_reach_the_service(page: AppTest, script: Script, thumb, verdict):
    ask(page)
    page.feedback(key="feedback-0").set_value(thumb).run()
    assert script.feedback == [
        {"answer_id": "ask_scripted", "verdict": verdict, "sentence": None, "comment": None}
    ]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ((503, "no index", 5), ["还没有准备好", "5 秒", "ingest build"]),
        ((429, "slow down", 9), ["问得太快", "9 秒"]),
        ((422, "question: too long", None), ["没法接收", "too long"]),
        ((401, "no key", None), ["JIEWEN_API_KEY"]),
        ((500, "it broke", None), ["出了差错"]),
    ],
)
def test_errors_are_explained(page: AppTest, script: Script, problem, said):
    script.problem = problem
    html = shown(ask(page))
    assert all(part in html for part in said)


def test_an_error_is_explained_in_the_script_of_the_question(page: AppTest, script: Script):
    script.problem = (429, "slow down", 9)
    assert "請等 9 秒再試一次" in shown(ask(page, "花唄逾期會影響徵信嗎？"))
    assert "再試一次" in labels(page)


def test_after_an_error_the_same_question_can_be_asked_again(page: AppTest, script: Script):
    script.problem = (503, "no index", None)
    ask(page)
    script.problem = None
    page.button(key="again-0").click().run()
    assert "<mark>" in shown(page)
    assert script.asked[-1]["history"] == []


def test_a_refused_question_is_not_offered_again(page: AppTest, script: Script):
    script.problem = (422, "question: too long", None)
    ask(page)
    assert "再试一次" not in labels(page)


def test_a_service_that_is_down_is_said_before_anyone_asks(monkeypatch: pytest.MonkeyPatch):
    address = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("JIEWEN_SERVICE_URL", address)
    page = AppTest.from_file(str(Path(ui.app.__file__)), default_timeout=20).run()
    assert all(part in shown(page) for part in ("没有在运行", address, "make run"))
    ask(page)
    assert all(part in shown(page) for part in (QUESTION, "没有在运行", "make run"))
    assert "再试一次" in labels(page)
    st.cache_resource.clear()


def test_a_missing_article_leaves_the_quote(page: AppTest, script: Script):
    script.articles.clear()
    html = shown(ask(page))
    assert article().edits[0].after in html
    assert "取不到" in html


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("JIEWEN_SERVICE_ULR", "x", "JIEWEN_SERVICE_ULR"), ("JIEWEN_SERVICE_URL", "localhost", "service_url")],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name, value, said):
    monkeypatch.setenv(name, value)
    page = AppTest.from_file(str(Path(ui.app.__file__)), default_timeout=20).run()
    assert said in page.error[0].value
