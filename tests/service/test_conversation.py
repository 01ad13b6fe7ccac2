"""Turns of a conversation: what leans on the turn before is answered with it, what stands alone is not."""

import pytest

from tests.service.test_ask import ask

BORROWER = ["花唄逾期會影響徵信嗎", "借贝预期了咋整", "借呗客服电话多少"]


def turns(*questions):
    return [{"role": "user", "content": question} for question in questions]


@pytest.mark.parametrize(
    ("earlier", "question", "about"),
    [
        (["借呗逾期会影响信用吗"], "那花呗呢", "信用"),
        (["借呗怎么跟客服协商"], "具体要准备什么", "准备"),
        (["花呗可以分期还款吗"], "如果他们不同意呢", "客服"),
        (["催收有哪些形式", "谢谢"], "会到家里来吗", "上门"),
        (["你吃饭没", "借呗逾期了会怎样"], "会上征信不", "信用"),
    ],
)
def test_what_leans_on_the_turn_before_is_answered_with_it(client, earlier, question, about):
    answer = ask(client, question, history=turns(*earlier))
    assert answer["status"] == "answered"
    assert about in answer["answer"]


@pytest.mark.parametrize(
    "question",
    ["余额宝收益怎么算", "借呗逾期会坐牢吗", "那明天会下雨吗", "谢谢啦", "今天好累", "怎么做红烧肉"],
)
def test_what_the_articles_do_not_cover_is_not_answered_with_the_turn_before(client, question):
    answer = ask(client, question, history=turns(*BORROWER))
    assert answer["status"] == "abstained", answer["answer"]


@pytest.mark.parametrize(
    "question",
    ["借呗逾期可以申请延期吗", "协商还款要交哪些证明材料", "催收有哪几种形式", "花呗逾期费用能减免吗"],
)
def test_a_question_that_stands_alone_is_answered_as_it_is_alone(client, question):
    alone, later = ask(client, question), ask(client, question, history=turns("借呗客服态度不好怎么办"))
    quotes = [[citation["quote"] for citation in answer["citations"]] for answer in (alone, later)]
    assert later["query"]["rewritten"] is None
    assert quotes[0][0] == quotes[1][0]


def test_despair_in_the_middle_of_a_conversation_is_heard(client):
    answer = ask(client, "我不想活了", history=turns(*BORROWER))
    assert "12356" in answer["answer"]


CHATTER = "啊" * 7000


def through_ask(client, earlier, question):
    return ask(client, question, history=turns(*earlier))


def through_chat(client, earlier, question):
    messages = [{"role": "user", "content": said} for said in (*earlier, question)]
    return client.post("/v1/chat/completions", json={"messages": messages}).json()["x_jiewen"]


@pytest.mark.parametrize("door", [through_ask, through_chat])
def test_a_long_conversation_takes_no_more_work_than_a_short_one(client, door, monkeypatch):
    listener = client.app.state.jiewen.answerer.listener
    heard = []
    understand = listener.understand

    def hear(question, **how):
        heard.append(question)
        return understand(question, **how)

    monkeypatch.setattr(listener, "understand", hear)
    answer = door(client, [CHATTER] * 40 + ["借呗逾期会影响信用吗"], "那花呗呢")
    assert answer["query"]["rewritten"] == "花呗逾期会影响信用吗"
    assert len(heard) < 12
    assert max(map(len, heard)) <= 2000
