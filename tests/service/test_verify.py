"""The verdict on draft sentences, and the facts and polarities it rests on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.verify import Evidence, find_facts, judge

SOURCE = Evidence(
    "逾期还款会直接影响用户的信用记录,降低个人信用评分,90天后可能被起诉,客服热线95188",
    "花呗逾期怎么沟通\n信用影响\n逾期还款会直接影响用户的信用记录,降低个人信用评分,90天后可能被起诉,客服热线95188",
    ("花呗",),
)


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        ("逾期还款会直接影响用户的信用记录", "supported"),
        ("花呗逾期会影响信用记录,降低信用评分", "supported"),
        ("九十天后可能被起诉", "supported"),
        ("60天后可能被起诉", "unsupported"),
        ("客服热线95199", "unsupported"),
        ("借呗逾期会影响信用记录", "contradicted"),
        ("逾期还款不会影响用户的信用记录", "contradicted"),
        ("逾期还款会提高个人信用评分", "contradicted"),
        ("逾期后可以去海南旅游散心", "unsupported"),
    ],
)
def test_verdicts(sentence, support):
    assert judge(sentence, [SOURCE]).support == support, judge(sentence, [SOURCE])


def test_a_sentence_that_cites_nothing_is_unsupported():
    assert judge("逾期会影响信用", []).support == "unsupported"


def test_a_general_source_carries_a_question_about_a_product_but_not_a_claim_about_it():
    general = Evidence("逾期会影响信用记录", "催收\n逾期会影响信用记录", ("通用",))
    assert judge("逾期会影响信用记录", [general], asked_about=("借呗",)).support == "supported"
    assert judge("借呗逾期会影响信用记录", [general]).support == "contradicted"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("日利率万分之五", ["0.05%", "每天"]),
        ("年化18.25%", ["18.25%", "每年"]),
        ("九十天,3个月,两年", ["2年", "3月", "90天"]),
        ("1,000元和2万元和三千块", ["1000元", "20000元", "3000元"]),
        ("400-100-1000", ["4001001000"]),
        ("一次性还清,一对一,万一,再试一次", []),
        ("合同利率的一点五倍", ["1.5倍"]),
        ("收入的一半,三分之一,三成", ["30%", "33.3%", "50%"]),
        ("首期和次日", ["第1期", "第2天"]),
        ("早上9点到晚上十点", ["10点", "9点"]),
        ("几百到几万元不等", []),
        ("2024年10月16日", ["2024-10-16"]),
        ("《民法典》第六百七十六条", ["676", "民法典"]),
        ("www.a.com.cn和x@qq.com", ["www.a.com.cn", "x@qq.com"]),
    ],
)
def test_facts_have_one_normal_form(text, values):
    assert sorted(fact.value for fact in find_facts(text)) == values


@given(st.text())
def test_facts_never_raise(text):
    find_facts(text)


@given(st.text(alphabet="逾期还款会影响信用记录,。不可以申请延期90天95188元", min_size=1, max_size=40))
def test_a_source_supports_itself(text):
    verdict = judge(text, [Evidence(text, text, ("通用",))])
    assert verdict.support == "supported", verdict
