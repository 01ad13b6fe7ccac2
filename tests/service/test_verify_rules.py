"""What the verification catches in wording that is nearly its source's, and what it lets pass, through ``judge``."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import TokenReader
from service.verify import Evidence, Verdict, judge

LENDER = "逾期满三个月而且金额超过5000元的,平台可能会委托律师事务所起诉借款人"
BILL = "账单日之前的消费计入本期账单,账单日当天及之后的消费计入下一期"
RELIEF = "在某些情况下,金融机构可能会考虑减免部分利息,但这需要借款人提供相关证明"
RECORD = "沟通之前先准备好身份证和借款合同,沟通之后保留通话录音,避免发生争议"


@pytest.fixture(scope="module")
def verdict(tokens: TokenReader) -> Callable[..., Verdict]:
    """A function that returns the verdict on a claim that cites quotes of any lender."""

    def judged(claim: str, *quotes: str) -> Verdict:
        return judge(claim, [Evidence(quote, quote, ("通用",)) for quote in quotes], tokens)

    return judged


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("逾期满3个月、金额超过五千元的,平台可能委托律所起诉借款人", LENDER),
        ("借款人逾期满三个月且金额在5000元以上,就可能被平台委托律师事务所起诉", LENDER),
        ("账单日以前的消费算进本期账单,账单日当天和以后的算到下一期", BILL),
        ("某些情况下,金融机构可能会考虑免掉一部分利息,前提是借款人提供证明", RELIEF),
        ("沟通前先备好身份证和借款合同,沟通后要留好通话录音,免得发生争议", RECORD),
    ],
)
def test_the_same_in_other_words_passes(verdict: Callable[..., Verdict], claim: str, quote: str) -> None:
    assert verdict(claim, quote).support == "supported"


@pytest.mark.parametrize(
    ("claim", "quote", "support"),
    [
        pytest.param(
            "逾期满三个月而且金额不到5000元的,平台可能会委托律师事务所起诉借款人",
            LENDER,
            "contradicted",
            id="bound turned round",
        ),
        pytest.param(
            "逾期满三年而且金额超过5000元的,平台可能会委托律师事务所起诉借款人",
            LENDER,
            "unsupported",
            id="another unit",
        ),
        pytest.param(
            "逾期满三个月而且金额超过5000元的,借款人可能会委托律师事务所起诉平台",
            LENDER,
            "contradicted",
            id="roles turned round",
        ),
        pytest.param(
            "逾期满三个月而且金额超过5000元的,平台必定会委托律师事务所起诉借款人",
            LENDER,
            "partly",
            id="may has become must",
        ),
        pytest.param("平台可能会委托律师事务所起诉借款人", LENDER, "partly", id="condition left out"),
        pytest.param(
            "微粒贷可能会委托律师事务所起诉借款人", LENDER, "contradicted", id="a lender of another name"
        ),
        pytest.param(
            "账单日之前的消费计入下一期,账单日当天及之后的消费计入本期账单",
            BILL,
            "contradicted",
            id="exchanged",
        ),
        pytest.param(
            "在某些情况下,金融机构可能会考虑减免全部利息,但这需要借款人提供相关证明",
            RELIEF,
            "partly",
            id="some has become all",
        ),
        pytest.param("金融机构可能会考虑减免部分利息", RELIEF, "partly", id="proviso left out"),
        pytest.param(
            "沟通之前先准备好身份证和借款合同,沟通之后不用保留通话录音", RECORD, "contradicted", id="denied"
        ),
        pytest.param(
            "沟通之后再准备好身份证和借款合同", RECORD, "contradicted", id="before has become after"
        ),
        pytest.param("沟通之前先准备好身份证、借款合同和房产证", RECORD, "partly", id="an item added"),
        pytest.param("沟通之后删除通话录音,避免发生争议", RECORD, "contradicted", id="the opposite word"),
    ],
)
def test_what_is_changed_is_caught(
    verdict: Callable[..., Verdict], claim: str, quote: str, support: str
) -> None:
    assert verdict(claim, quote).support == support


STEPS = "申请减免先由客服登记,再由专员审核,审核通过后退还多收的费用"
QUERIES = "频繁申请贷款会导致征信查询次数增多"
DEARER = "分期的总费用比一次性还清高"
NUMBER = "更换手机号之前,应当先还清当期账单"


@pytest.mark.parametrize(
    ("quote", "told", "turned"),
    [
        pytest.param(STEPS, "退还多收的费用之前,专员要先审核", "先退还多收的费用,然后由专员审核", id="steps"),
        pytest.param(
            QUERIES,
            "征信查询次数增多是频繁申请贷款造成的",
            "频繁申请贷款是征信查询次数增多造成的",
            id="cause and effect",
        ),
        pytest.param(DEARER, "一次性还清的总费用比分期低", "一次性还清的总费用比分期高", id="less and more"),
        pytest.param(NUMBER, "当期账单还清了,才更换手机号", "手机号更换了,才还清当期账单", id="only then"),
    ],
)
def test_an_order_may_be_told_from_the_other_end_but_not_turned_round(
    verdict: Callable[..., Verdict], quote: str, told: str, turned: str
) -> None:
    assert verdict(told, quote).support == "supported"
    assert verdict(turned, quote).support == "contradicted"


def test_two_true_sentences_do_not_carry_what_neither_says(verdict: Callable[..., Verdict]) -> None:
    fees, course = "提前还款不收违约金", "申请材料由客服在三天内审核"
    assert verdict("提前还款不收违约金,申请材料由客服在三天内审核", fees, course).support == "supported"
    assert verdict("提前还款的申请材料由客服在三天内审核", fees, course).support != "supported"
    assert verdict("客服审核提前还款的申请材料不收违约金", fees, course).support != "supported"


@pytest.mark.parametrize(
    ("claim", "quotes", "reason"),
    [
        ("逾期满三个月而且金额不到5000元的,平台可能会委托律师事务所起诉借款人", [LENDER], "bound"),
        ("沟通之后由平台保留通话录音,避免发生争议", [RECORD], "由平台"),
        ("协议生效前7日内支付首期", ["协议生效后7日内支付首期"], "turned round"),
        ("平台可能会委托律师事务所起诉借款人", [LENDER], "逾期满三个月"),
        ("还清欠款,要先恢复额度,然后重新评估", ["还清欠款之后重新评估,然后恢复额度"], "turned round"),
        ("利息从申请当天开始按天计算", ["利息从放款当天开始按天计算"], "申请 stands for 放款"),
        (
            "提前还款的用户,申请材料由客服在三天内审核",
            ["提前还款不收违约金", "申请材料由客服在三天内审核"],
            "links",
        ),
        ("催收都违法", ["任何违法的催收行为均可投诉"], "too short"),
    ],
)
def test_the_reason_names_what_was_changed(
    verdict: Callable[..., Verdict], claim: str, quotes: list[str], reason: str
) -> None:
    result = verdict(claim, *quotes)
    assert result.support != "supported"
    assert reason in result.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("没有解押的车,是过不了户的", "没有解押的车辆不能过户。"),
        ("客服录音通常半年后就没了,投诉要趁早", "客服录音一般只保存6个月,建议用户尽早提出投诉。"),
    ],
)
def test_words_of_no_list_are_understood(verdict: Callable[..., Verdict], claim: str, quote: str) -> None:
    assert verdict(claim, quote).support == "supported"


@given(
    st.text(alphabet="逾期后平台会先联系您的,不可能被起诉和保留部分", min_size=1, max_size=30),
    st.text(max_size=30),
)
def test_no_text_stops_the_verification(verdict: Callable[..., Verdict], claim: str, quote: str) -> None:
    result = verdict(claim, quote)
    assert 0.0 <= result.score <= 1.0
    assert result.why


@given(st.sampled_from([LENDER, BILL, RELIEF, RECORD]), st.sampled_from(["1. ", "(2) ", "- ", ""]))
def test_a_sentence_of_the_source_stands_whatever_numbers_its_list(
    verdict: Callable[..., Verdict], quote: str, number: str
) -> None:
    assert verdict(quote + "。", number + quote).support == "supported"
