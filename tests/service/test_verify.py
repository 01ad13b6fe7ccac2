"""The verdict on draft sentences, and the facts and polarities it rests on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import TokenStates
from service.verify import Evidence, RecentTokens, find_facts, judge

SOURCE = Evidence(
    "逾期还款会直接影响用户的信用记录,降低个人信用评分,90天后可能被起诉,客服热线95188",
    "花呗逾期怎么沟通\n信用影响\n逾期还款会直接影响用户的信用记录,降低个人信用评分,90天后可能被起诉,客服热线95188",
    ("花呗",),
)


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        ("逾期还款会直接影响用户的信用记录", "supported"),
        ("逾期还款会影响用户的信用记录,降低个人信用评分", "supported"),
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
def test_verdicts(sentence, support, tokens):
    verdict = judge(sentence, [SOURCE], tokens)
    assert verdict.support == support, verdict


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("会的,花呗逾期还款会直接影响信用记录", True),
        ("根据文章,逾期还款会直接影响用户的信用记录", True),
        ("还会降低个人信用评分", True),
        ("不会的,逾期还款会直接影响用户的信用记录", False),
        ("会的,逾期还款不会影响用户的信用记录", False),
        ("会的,花呗90天后一定会被起诉", False),
    ],
)
def test_an_excerpt_led_in_as_one_answers_stands_and_an_assent_that_goes_against_it_falls(
    sentence, supported, tokens
):
    verdict = judge(sentence, [SOURCE], tokens)
    assert (verdict.support == "supported") == supported, verdict


def test_a_sentence_that_cites_nothing_is_unsupported(tokens):
    assert judge("逾期会影响信用", [], tokens).support == "unsupported"


def test_a_general_source_carries_a_question_about_a_product_but_not_a_claim_about_it(tokens):
    general = Evidence("逾期会影响信用记录", "催收\n逾期会影响信用记录", ("通用",))
    assert judge("逾期会影响信用记录", [general], tokens, asked_about=("借呗",)).support == "supported"
    assert judge("借呗逾期会影响信用记录", [general], tokens).support == "contradicted"


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
        ("处以2倍到5倍和2到5倍的罚款", ["2倍", "5倍"]),
        ("6到14周岁", ["14岁", "6岁"]),
        ("一次把每一期都付清,下一年再说", []),
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
def test_a_source_supports_itself(tokens, text):
    verdict = judge(text, [Evidence(text, text, ("通用",))], tokens)
    assert verdict.support == "supported", verdict


def test_what_is_the_sources_own_wording_or_another_number_is_not_read_by_the_model():
    class Unread:
        def read_tokens(self, text: str) -> TokenStates:
            raise AssertionError(text)

    assert judge(SOURCE.quote, [SOURCE], Unread()).support == "supported"
    assert judge("60天后可能被起诉", [SOURCE], Unread()).support == "unsupported"


def test_what_was_read_lately_is_not_read_again(tokens):
    read = []

    class Counting:
        def read_tokens(self, text: str) -> TokenStates:
            read.append(text)
            return tokens.read_tokens(text)

    recent = RecentTokens(Counting())
    first, second = (recent.read_tokens("逾期会影响信用") for _ in range(2))
    assert first is second
    assert read == ["逾期会影响信用"]
    assert "".join("逾期会影响信用"[start:end] for start, end in first.spans) == "逾期会影响信用"
    assert len(first.states) == len(first.spans)
