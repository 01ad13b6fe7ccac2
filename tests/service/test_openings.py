"""How answers to yes/no questions begin, on an article that nothing was fitted on."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evals.other_articles import open_articles
from ingest.index import Index
from ingest.sentences import refers_back
from service.answer import Answerer
from service.compose.anaphor import standing_alone, with_what_it_refers_to
from service.compose.openings import CONSIDERED, find_openings
from service.compose.stance import find_stance
from service.compose.wording import find_asked
from service.retrieve import Hit
from service.schema import AskRequest
from service.settings import ServiceSettings
from service.sources import number_sources

ARTICLE = """江湾游泳馆入场须知

一、入场
身高不足一米二的孩子不能单独下水，须有成人陪同。
饮料和零食一律不得带入泳池区，储物柜免费使用。
办卡不收押金，丢卡补办收二十元。
孕妇和有心脏病的人谢绝入场。

二、退卡
次卡售出后不退不换，也不能转让给别人。
年卡开卡七天内没有用过的，可以全额退款。
停馆检修期间不计入有效期，会员不用另外申请。

三、课程
大人的课在周末晚上，孩子的课在周六上午。
请假的课可以在当月补上，过了当月作废。
"""
OPENS = {
    "次卡能转给朋友吗": "不可以",
    "可以带吃的进泳池吗": "不可以",
    "孩子一个人能下水吗": "不可以",
    "办卡要交押金吗": "不用",
    "请假的课能补吗": "可以",
}
# What decides these is another case than the asker's, or has to be worked out.
LEFT_OPEN = [
    "上个月请的假这个月能补课吗",
    "周日上午有孩子的课吗",
    "丢了卡补办要钱吗",
]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Answerer:
    """An answerer over one article on something else, without known questions."""
    source = tmp_path_factory.mktemp("pool")
    (source / "raw").mkdir()
    (source / "raw" / "pool.txt").write_text(ARTICLE, encoding="utf-8")
    settings = ServiceSettings(corpus_dir=source, model_dir=model_dir)
    return open_articles(source, tmp_path_factory.mktemp("pool-built"), settings)


@pytest.mark.parametrize("question", OPENS)
def test_an_answer_begins_with_what_the_deciding_sentence_says(pool: Answerer, question: str):
    answer = pool.ask(AskRequest(question=question), []).answer
    assert answer.startswith(OPENS[question]), answer


@pytest.mark.parametrize("question", LEFT_OPEN)
def test_an_answer_does_not_begin_with_a_yes_or_no_of_another_case(pool: Answerer, question: str):
    answer = pool.ask(AskRequest(question=question), []).answer
    assert answer.startswith("《江湾游泳馆入场须知》说:"), answer


def test_the_deciding_sentence_leads(pool: Answerer):
    answer = pool.ask(AskRequest(question="次卡能退吗"), [])
    assert "次卡售出后不退不换" in answer.sentences[0].text


# What is quoted for these is on their subject and says none of it; nearest to a yes by what the search makes of the words.
ONLY_NEAR = [
    "爆通讯录这种事犯法不",
    "催收的天天骂人违法吧",
    "花呗收这个滞纳金违法吗",
    "花呗会轰炸我家里人吗",
    "借呗额度是不是最少二十万",
    "协商的申请交上去当天就能有结果吗",
    "借呗的事都解决了,还能接着在网上讨论吗",
    "花呗逾期还清了,额度会降吗",
    "我是不是被花呗起诉了",
]
SAID = {
    "催收会不会上门啊": "会",
    "借呗一直不还,会不会被起诉": "有可能",
    "催收骂人的话可以投诉吗": "可以",
    "花呗欠得多,会不会被追究法律责任": "有可能",
    "花呗的逾期费用能减免吗": "有可能",
}


@pytest.mark.parametrize("question", ONLY_NEAR)
def test_what_is_only_near_the_thing_asked_about_opens_nothing(client: TestClient, question: str):
    answer = client.post("/ask", json={"question": question}).json()["answer"]
    assert not re.match("(?:会|可以|有|是的|有可能[^:]*|不是这样)(?:[(][^)]*[)])?:", answer), answer


@pytest.mark.parametrize("question", SAID)
def test_what_is_said_in_the_words_of_the_articles_opens_the_answer(client: TestClient, question: str):
    answer = client.post("/ask", json={"question": question}).json()["answer"]
    assert answer.startswith(SAID[question]), answer


def test_a_verdict_does_not_begin_in_mid_air(client: TestClient):
    response = client.post("/ask", json={"question": "借呗逾期会影响以后办信用卡吗"}).json()
    first, quote = response["sentences"][0]["text"], response["citations"][0]["quote"]
    assert re.match("会(?:[(]借呗[)])?:逾期还款会对个人信用记录造成负面影响", first), first
    assert "这将影响未来申请贷款或信用卡的能力" in first
    assert quote in client.get("/articles/000_7ee602f1ee2344e0").json()["text"]


def test_a_sentence_that_refers_back_is_widened_to_what_tells_what_it_means(index: Index):
    hits = [
        Hit(row, passage, 1.0, {})
        for row, passage in enumerate(index.passages)
        if passage.article_id == "000_7ee602f1ee2344e0"
    ]
    sources = number_sources(hits, index.articles)
    back = [source for source in sources if refers_back(source.folded)]
    assert back
    for source in back:
        whole = with_what_it_refers_to(source, sources)
        assert whole is not None
        assert not refers_back(whole.folded)
        assert whole.text.endswith(source.text)
        assert "\n" not in whole.text
        assert with_what_it_refers_to(source, [source]) is None


def test_a_sentence_that_hardly_answers_opens_nothing():
    question, sentence = "办卡要交押金吗", "办卡不收押金"
    sure, unsure = (find_openings(question, [sentence], [score], [False])[0] for score in (0.97, 0.02))
    assert sure is not None
    assert sure.says == "no"
    assert unsure is None


def test_another_sentence_that_says_the_opposite_makes_it_less_sure():
    question, denies, allows = "取现的钱能分期吗", "取现的金额不能分期", "取现的金额也可以分期"
    alone = find_openings(question, [denies], [0.8], [False])[0]
    beside = find_openings(question, [denies, allows], [0.8, 0.9], [False, False])[0]
    assert alone is not None
    assert beside is None


def test_only_the_best_sentences_open():
    sentences = ["办卡不收押金"] * (CONSIDERED + 2)
    openings = find_openings("办卡要交押金吗", sentences, [0.97] * len(sentences), [False] * len(sentences))
    assert [opening is not None for opening in openings] == [True] * CONSIDERED + [False] * 2
    assert find_openings("办卡要交押金吗", [], [], []) == []


def test_what_is_read_in_other_words_than_the_rules_foresee():
    stance = find_stance("客人的狗能带进来吗", "导盲犬以外的宠物谢绝入内")
    assert stance.no > 0.5 > stance.yes


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("我不会用智能手机,电脑上能不能找到客服", False),
        ("听说逾期不影响征信,是真的吧", True),
        ("逾期不影响征信对吧", True),
        ("晚还几天没有费用的吧", True),
    ],
)
def test_what_is_expected_is_read_in_the_clause_that_asks(question: str, denied: bool):
    assert find_asked(question).denied is denied


def test_what_refers_back_is_quoted_with_what_it_refers_to_unless_that_was_just_said(index: Index):
    hits = [
        Hit(row, passage, 1.0, {})
        for row, passage in enumerate(index.passages)
        if passage.article_id.startswith("004")
    ]
    sources = number_sources(hits, index.articles)
    at = next(at for at, source in enumerate(sources) if source.text.startswith("这样做有助于"))
    before, back = sources[at - 1 : at + 1]
    assert standing_alone([before, back], sources) == [before, back]
    for chosen in ([back], [sources[0], back]):
        assert standing_alone(chosen, sources)[-1].text == before.text + back.text
