"""``mode=llm``: the answer to a yes/no question begins with what the source says, whatever the LLM begins with."""

import pytest

from tests.service.scripted_llm import serve
from tests.service.test_ask import ask, check_citations, events
from tests.service.test_written import codes, numbered

QUESTION = "花呗逾期会影响信用吗"
DECIDES = "逾期还款会直接影响用户的信用记录"
GENERAL, ITSELF = "逾期会影响信用吗", "是的,逾期还款会对个人信用记录产生负面影响"
DELAY, DELAYED = "花呗可以延长还款期限吗", "可以请求延长还款期限"
SPLIT, SPLITTING, BESIDE = "花呗逾期的钱能不能分几期还", "是否可以将逾期金额分期偿还", "降低个人信用评分"
HEDGED, PERHAPS = "借呗会起诉吗", "借呗有权通过法律手段追讨欠款"


@pytest.fixture(scope="module")
def llm(open_service):
    with serve() as (base_url, script):
        yield open_service(llm_base_url=base_url, llm_model="m", llm_timeout_s=5.0), script


def written(llm, question, draft, deciding, beside=BESIDE):
    """Return the answer to ``question`` where the LLM writes ``draft``: {n} is the source that decides, {beside} one on something else."""
    client, script = llm
    script.manner, script.text = "say", "无法回答"
    ask(client, question)
    n = numbered(script, deciding)
    script.text = draft.format(n=n, beside=numbered(script, beside) if "{beside}" in draft else 0)
    answer = ask(client, question)
    check_citations(client, answer)
    return answer


@pytest.mark.parametrize(
    ("question", "deciding", "draft", "begins"),
    [
        (QUESTION, DECIDES, "花呗逾期还款会直接影响用户的信用记录[{n}]。", "会:花呗逾期还款会直接影响"),
        (GENERAL, ITSELF, "逾期还款会对个人信用记录产生负面影响[{n}]。", "是的:逾期还款会对"),
        (HEDGED, PERHAPS, "长时间逾期不还款,借呗有权通过法律手段追讨欠款[{n}]。", "有可能:长时间逾期"),
        # What the LLM calls certain and its source possible.
        (
            HEDGED,
            PERHAPS,
            "会的,长时间逾期不还款,借呗有权通过法律手段追讨欠款[{n}]。",
            "有可能:长时间逾期不还款",
        ),
        (
            "花呗逾期不会影响信用吧",
            DECIDES,
            "花呗逾期还款会直接影响用户的信用记录[{n}]。",
            "不是这样:花呗逾期还款会",
        ),
        # A yes or no that is a sentence of its own.
        (
            QUESTION,
            DECIDES,
            "会的。花呗逾期还款会直接影响用户的信用记录[{n}]。",
            "会的,花呗逾期还款会直接影响",
        ),
        # An LLM that begins with its own words for yes is not told to say it again.
        (QUESTION, DECIDES, "会的,花呗逾期还款会直接影响信用记录[{n}]。", "会的,花呗逾期还款会直接影响"),
        (QUESTION, DECIDES, "会直接影响用户的信用记录[{n}]。", "会直接影响用户的信用记录"),
    ],
)
def test_the_verdict_of_a_cited_source_comes_first(llm, question, deciding, draft, begins):
    answer = written(llm, question, draft, deciding)
    assert answer["mode"] == "llm"
    assert answer["answer"].startswith(begins)
    assert not codes(answer) & {"dropped_sentences", "llm_fallback"}


def test_the_deciding_sentence_is_put_in_front_where_the_llm_does_not_cite_it(llm):
    draft = "逾期还款会降低个人信用评分[{beside}]。可以与客服协商将逾期金额分期偿还[{n}]。"
    answer = written(llm, SPLIT, draft, SPLITTING)
    assert answer["mode"] == "llm"
    first, second = answer["sentences"]  # what was put in front is not said again
    assert first["text"].startswith("有可能,要看具体情况:")
    assert SPLITTING in first["text"]
    assert second["text"].startswith("逾期还款会降低")
    assert [first["citations"], second["citations"]] == [[1], [2]]
    streamed = [data["text"] for name, data in events(llm[0], SPLIT) if name == "sentence"]
    assert streamed == [first["text"], second["text"]]


def test_a_bare_yes_beside_the_matter_cites_what_decides(llm):
    forms, skills = "催收主要分为电话催收、短信催收和上门催收", "不同的催收方式,沟通技巧也有所不同"
    answer = written(llm, "催收会上门吗", f"会的,{skills}[{{beside}}]。", forms, skills)
    assert answer["answer"].startswith(f"会的,{skills}")
    assert any(forms in citation["quote"] for citation in answer["citations"])
    assert len(answer["sentences"]) == 1


@pytest.mark.parametrize(
    ("question", "deciding", "draft"),
    [
        (SPLIT, SPLITTING, "不能的,逾期还款会降低个人信用评分[{beside}]。"),
        (SPLIT, SPLITTING, "不行。逾期还款会降低个人信用评分[{beside}]。"),
        (QUESTION, DECIDES, "没有影响,信用评分低了贷款会受到影响[{n}]。"),
        (QUESTION, DECIDES, "不会影响用户的信用记录[{n}]。"),
        (DELAY, DELAYED, "如果经济情况暂时困难,不可以请求延长还款期限,给予更多的时间进行还款[{n}]。"),
        (DELAY, DELAYED, "不能,可以请求给予更多的时间进行还款[{n}]。"),
    ],
)
def test_a_sentence_that_says_the_contrary_of_the_source_is_dropped(llm, question, deciding, draft):
    answer = written(llm, question, draft, deciding)
    assert answer["mode"] == "extractive"
    assert not answer["answer"].startswith(("不", "没有"))
    assert "不可以" not in answer["answer"]


def test_the_rest_of_an_answer_survives_its_contrary_beginning(llm):
    draft = "不能的,逾期还款会降低个人信用评分[{beside}]。可以与客服协商将逾期金额分期偿还[{n}]。"
    answer = written(llm, SPLIT, draft, SPLITTING)
    assert answer["mode"] == "llm"
    assert answer["answer"].startswith("有可能,要看具体情况:可以与客服协商")
    assert "dropped_sentences" in codes(answer)


def test_other_questions_get_no_verdict(llm):
    answer = written(llm, "花呗逾期有什么后果", "逾期还款会直接影响用户的信用记录[{n}]。", DECIDES)
    assert answer["answer"].startswith("逾期还款会直接影响")
