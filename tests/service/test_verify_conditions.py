"""Conditions through ``judge``: kept in other words, told from the other end or rightly left out; dropped, turned round or put in."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import TokenReader
from service.verify import Evidence, Verdict, judge

DEPOSIT = "客人提前三天取消预订并得到民宿确认的,定金全额退还;未提前取消的,定金不退"
LEAVE = "经部门主管书面同意,员工可以把未休的年假转到下一年度使用"
SCHOOL = "只有户籍和房产都在学区内的儿童,才能优先录取"
TOOLS = "除易燃物品外,乘客可以随身携带工具上车"
SIGNING = "会员连续签到满7天的,可以领取礼品"
CREDIT = "系统会视用户的还款情况恢复部分额度"


@pytest.fixture(scope="module")
def verdict(tokens: TokenReader) -> Callable[..., Verdict]:
    """A function that returns the verdict on a claim that cites a quote of any lender."""

    def judged(claim: str, quote: str) -> Verdict:
        return judge(claim, [Evidence(quote, quote, ("通用",))], tokens)

    return judged


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        pytest.param(DEPOSIT, "提前三天取消、民宿也确认了,定金全退", id="in other words"),
        pytest.param(DEPOSIT, "没有提前取消的,定金不退", id="the other case alone"),
        pytest.param(LEAVE, "员工想把没休的年假转到下一年,要部门主管书面同意", id="told as what is needed"),
        pytest.param(LEAVE, "部门主管书面同意的,没休完的年假可以转到下一年度用", id="marked otherwise"),
        pytest.param(SIGNING, "签到没满7天的会员不能领取礼品", id="denied on both sides"),
        pytest.param(SCHOOL, "户籍、房产都在学区里的儿童才能优先录取", id="joined otherwise"),
        pytest.param(SCHOOL, "房产不在学区内的儿童,不能优先录取", id="one of two denied"),
        pytest.param(TOOLS, "乘客可以随身携带工具上车,易燃物品除外", id="an exception moved"),
    ],
)
def test_a_condition_may_be_told_in_other_words(
    verdict: Callable[..., Verdict], quote: str, claim: str
) -> None:
    assert verdict(claim, quote).support == "supported"


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        pytest.param(DEPOSIT, "客人取消预订的,定金全额退还", id="dropped"),
        pytest.param(DEPOSIT, "客人提前三天取消预订的,定金全额退还", id="one of two dropped"),
        pytest.param(DEPOSIT, "未提前取消的,定金全额退还", id="of the other case"),
        pytest.param(LEAVE, "员工可以把未休的年假转到下一年度使用", id="consent dropped"),
        pytest.param(
            LEAVE, "不经部门主管同意,员工也可以把未休的年假转到下一年度使用", id="denied on one side"
        ),
        pytest.param(
            LEAVE, "经部门主管书面同意并扣除一天工资,员工可以把未休的年假转到下一年度使用", id="put in"
        ),
        pytest.param(LEAVE, "经员工书面同意,部门主管可以把未休的年假转到下一年度使用", id="actors exchanged"),
        pytest.param(SCHOOL, "学区内的儿童都能优先录取", id="of all"),
        pytest.param(TOOLS, "乘客可以随身携带易燃物品上车", id="an exception made the rule"),
        pytest.param(TOOLS, "乘客可以随身携带任何物品上车", id="an exception dropped"),
        pytest.param(CREDIT, "系统会恢复用户的全部额度", id="some made all"),
    ],
)
def test_a_condition_dropped_changed_or_put_in_is_caught(
    verdict: Callable[..., Verdict], quote: str, claim: str
) -> None:
    assert verdict(claim, quote).support != "supported"


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("会议室须提前半小时预约", "会议室要提前30分钟预约"),
        ("单笔转出超过5万元的须人脸识别", "单笔转出5万以上的要人脸识别"),
        ("会员费逐月收取", "会员费每月收取"),
        ("加班每天不得超过3小时", "加班每天不能多于3小时"),
        ("决议须经三分之二以上业主同意", "决议须经2/3以上业主同意"),
    ],
)
def test_a_quantity_may_be_written_in_several_ways(
    verdict: Callable[..., Verdict], quote: str, claim: str
) -> None:
    assert verdict(claim, quote).support == "supported"


@given(st.text(alphabet="如果只有才可以不得经同意的除外,。;但未满且前提是就能要", max_size=40))
def test_no_condition_stops_the_verification(verdict: Callable[..., Verdict], claim: str) -> None:
    assert 0 <= verdict(claim, DEPOSIT).score <= 1
