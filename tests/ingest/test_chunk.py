"""Sentences and passages: exact spans, nothing lost, nothing cut in two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import MAX_LIST_CHARS, TARGET_CHARS, chunk
from ingest.sentences import MAX_CHARS, refers_back, split_sentences
from tests.ingest.pages import cleaned, cleaned_text


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("逾期后怎么办？先还款。再协商！", ["逾期后怎么办？", "先还款。", "再协商！"]),
        ("点击“我要还款！”按钮。然后完成", ["点击“我要还款！”按钮。", "然后完成"]),
        ("客服:4001001000(此为示例。请以实际为准)。", ["客服:4001001000(此为示例。请以实际为准)。"]),
        ("登录https://a.cn/x?b=1;c=2查看。然后还款。", ["登录https://a.cn/x?b=1;c=2查看。", "然后还款。"]),
        ("利率为0.05%。年化18.25%；按日计息", ["利率为0.05%。", "年化18.25%；", "按日计息"]),
        ("真的吗?!可以的。", ["真的吗?!", "可以的。"]),
        ("第一行\n第二行。", ["第一行", "第二行。"]),
        ("他说（见上文", ["他说（见上文"]),
    ],
)
def test_where_sentences_end(text, expected):
    assert sentences(text) == expected


@given(st.text("逾期还款。！？;；,，“”（）()\n 1.a", max_size=400))
def test_sentences_cover_all_but_blanks_in_order(text):
    spans = split_sentences(text, 0, len(text))
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all("\n" not in text[a:b] and text[a:b] == text[a:b].strip() for a, b in spans)


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004", "law_site.txt", "finance_site.html"])
def test_passages_hold_every_block_but_headings_and_keep_to_their_section(name):
    article = cleaned(name)
    passages = chunk(article)
    covered = {i for p in passages for s in p.sentences for i in range(s.start, s.end)}
    for block in article.blocks:
        inside = [i for i in range(block.start, block.end) if not article.text[i].isspace()]
        held = [i in covered for i in inside]
        assert not any(held) if block.kind in ("heading", "title") else all(held)
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        for heading in passage.heading:
            assert heading not in passage.text.split("\n")
    assert len({p.passage_id for p in passages}) == len(passages)


def test_heading_path_is_context():
    passages = chunk(cleaned("001"))
    (passage,) = [p for p in passages if p.text.startswith("与客服协商是否可以将逾期金额分期偿还")]
    assert passage.heading == ("七、协商还款计划", "7.1 分期还款")
    assert passage.embedded_text.split("\n")[:3] == ["花呗逾期怎么沟通", "七、协商还款计划", "7.1 分期还款"]


def test_a_list_stays_with_the_line_that_introduces_it():
    (passage,) = [p for p in chunk(cleaned("002")) if "信用记录受损" in p.text]
    assert passage.text.startswith("借呗逾期的后果主要包括:")
    assert len(passage.sentences) == 4


def test_sentences_that_hold_restored_words_are_marked():
    (passage,) = [
        p for p in chunk(cleaned("003")) if p.text.startswith("催收主要分为电话催收、短信催收和上门催收。")
    ]
    assert [s.restored for s in passage.sentences] == [True, False]


def long_page() -> str:
    body = "".join(
        f"第{i}条建议是保持冷静并且如实说明自己的第{i}种情况，不要隐瞒事实。" for i in range(1, 40)
    )
    return f"借呗逾期建议\n一、建议\n{body}\n二、结尾\n借款人应当按时还款。"


def test_long_sections_overlap_by_a_whole_sentence():
    passages = [p for p in chunk(cleaned_text(long_page())) if p.heading == ("一、建议",)]
    assert len(passages) > 3
    for left, right in pairwise(passages):
        assert right.sentences[0] == left.sentences[-1]
    assert all(len(p.text) <= TARGET_CHARS + MAX_CHARS for p in passages)


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_nothing_is_said_again_that_says_nothing_without_what_stands_before_it(name):
    for left, right in pairwise(chunk(cleaned(name))):
        again = right.sentences[0] == left.sentences[-1]
        assert not (again and refers_back(right.text[: right.sentences[0].end - right.start]))


def test_ids_depend_on_their_own_section_alone():
    before = chunk(cleaned_text(long_page()))
    after = chunk(cleaned_text(long_page().replace("按时还款", "提前还款")))
    assert [p.passage_id for p in before[:-1]] == [p.passage_id for p in after[:-1]]
    assert before[-1].passage_id != after[-1].passage_id


def test_no_passage_is_longer_than_a_list_may_be():
    for name in ("000", "001", "002", "003", "004"):
        assert all(len(p.text) <= MAX_LIST_CHARS for p in chunk(cleaned(name)))


def test_a_passage_that_names_another_product_is_about_that_one():
    text = "借呗逾期怎么办\n一、借呗\n借呗逾期后应当尽快联系客服说明情况并且申请延期。\n二、花呗\n花呗逾期后会影响信用，应当尽快还清全部欠款。"
    products = {p.heading[-1]: p.product for p in chunk(cleaned_text(text))}
    assert products == {"一、借呗": ("借呗",), "二、花呗": ("花呗",)}


def test_lettered_conditions_stay_with_what_introduces_them():
    conditions = "(a) 账户开立满6个月，并且最近三个月之内没有申请过任何一种延期或者减免；\n(b) outstanding balance 不超过 HK$50,000，而且没有被移交给外部的机构；\n(c) 提交 proof of hardship，如医生证明、离职证明或者当地民政部门出具的困难证明，证明的日期应当在三个月之内。"
    article = cleaned_text(
        "困难援助计划怎么申请\n"
        + "因为失业、患病或者家里遭遇变故而暂时无力还款的用户，可以向平台申请困难援助，审核通过之后利率会降低，还款期限也会延长。"
        * 3
        + f"\n申请人应当同时符合下列条件，缺少任何一项的都不会通过审核，已经提交的材料也不予退还，请在提交之前逐项核对：\n{conditions}\n审核结果在十个工作日之内以短信的方式通知申请人。"
    )
    assert any(conditions in passage.text for passage in chunk(article))


@pytest.mark.parametrize("border", [" | ", "\t"])
def test_the_rows_of_a_table_stay_with_its_head(border):
    rows = [
        ("项目", "正常还款的用户", "逾期之后没有协商的用户", "协商成功之后的用户"),
        ("违约金", "不收取", "按最低还款额未还部分的百分之五收取", "停止收取"),
        ("催收方式", "没有", "电话、短信、信函以及上门催收", "停止催收，只在还款日提醒"),
    ]
    table = "\n".join(border.join(row) for row in rows)
    before = "信用卡逾期之后，发卡银行会根据用户的还款情况采取不同的处理方式，各项费用也不一样，用户应当提前了解清楚，避免产生不必要的损失。"
    article = cleaned_text(
        f"逾期的费用对比\n{before}{before[::-1]}。\n{table}\n以上费用以合同的约定为准，不同的银行会有差别。"
    )
    assert any(table in passage.text for passage in chunk(article))
