"""Cleaning: what of a page is the article, how it is structured, and that every character leads back to the crawl."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import RejectedError
from ingest.repair import replay
from tests.ingest.pages import PAGES, SOURCES, cleaned, cleaned_text, outline, rules, texts

ALL = [p.name for p in (*sorted(SOURCES.glob("*.txt")), *sorted(PAGES.iterdir()))]
SITE_WORDS = re.compile(
    r"打开APP|最新文章|随机看看|延伸阅读|精彩评论|删帖|15070879527|3590931873|上一篇|下一篇|本文链接|特别声明|声明[:：]|浏览|版权所有|"
    r"ICP备|相关推荐|责任编辑|公众号|微信|13800138000|大家都在搜|首页|Copyright|http"
)


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_the_site_is_left(name):
    article = cleaned(name)
    assert not SITE_WORDS.search(article.text)


@pytest.mark.parametrize("name", ALL)
def test_blocks_cover_the_text_and_edits_lead_back_to_the_page(name):
    article = cleaned(name)
    at = 0
    for block in article.blocks:
        assert block.start == at
        assert block.end > block.start
        assert (block.level > 0) == (block.kind == "heading")
        at = block.end + 1
    assert at == len(article.text) + 1
    assert article.text == "\n".join(article.text[b.start : b.end] for b in article.blocks)


def test_numbered_headings_of_two_styles_nest():
    assert outline(cleaned("001"))[:6] == [
        "小编导语",
        "一、了解花呗逾期的后果",
        "  1.1 信用影响",
        "  1.2 逾期费用",
        "  1.3 法律风险",
        "二、逾期后的心理准备",
    ]


def test_arabic_headings_with_decimals_below_nest():
    headings = outline(cleaned("000"))
    assert headings[:3] == ["小编导语", "1. 了解逾期后果", "  1.1 逾期利息"]
    assert "  5.1 逾期后可以申请延期吗?" in headings
    assert headings[-1] == "6. 结束语"
    assert "  3.2 电话客服" in headings


def test_parts_and_labelled_lines_without_numbers():
    article = cleaned("002")
    assert outline(article)[1:4] == ["第一部分:借呗逾期的基本概念", "  1.1 借呗是什么?", "  1.2 逾期的定义"]
    assert "高额利息和罚金:逾期后会产生额外的利息和罚款,增加还款负担。" in texts(article, "list_item")
    assert texts(article, "title") == []


def test_numbered_paragraphs_are_list_items_not_headings():
    article = cleaned("004")
    assert outline(article) == []
    items = texts(article, "list_item")
    assert len(items) == 14
    assert items[0].startswith("1. 客服热线:")
    assert items[-1].startswith("4. 遵守预约条款:")


def test_repeated_title_and_lead_stay_once():
    article = cleaned("003")
    assert texts(article, "title") == ["逾期被催收怎么沟通客服更有效?"]
    assert article.text.count("逾期被催收怎么沟通客服") == 1
    assert article.text.count("面对催收,很多人会感到焦虑和无助") == 1
    assert {"repeated_title", "repeated_lead", "page_head", "byline", "takedown_contact"} <= rules(article)


def test_bylines_become_metadata():
    third, law, html = cleaned("003"), cleaned("law_site.txt"), cleaned("finance_site.html")
    assert (third.published, third.author) == ("2024-10-16", "伏忱蕊")
    assert (law.published, law.author, law.site) == ("2022-03-04", "张律师", "法律快讯网")
    assert (html.published, html.title) == ("2023-05-18", "花呗逾期一天会上征信吗？花呗逾期后果详解")


def test_products():
    products = {name[:3]: cleaned(name).product for name in ALL[:5]}
    assert products == {
        "000": ("借呗",),
        "001": ("花呗",),
        "002": ("借呗",),
        "003": ("通用",),
        "004": ("unknown",),
    }
    assert cleaned("old_site_gbk.html").product == ("unknown",)
    assert cleaned("bounds.txt").product == ("通用",)


def test_warnings():
    codes = {name[:3]: {w.code for w in cleaned(name).warnings} for name in ALL[:5]}
    assert {"example_number", "site_contact"} <= codes["002"]
    assert {"machine_reworded", "product_deleted", "unnamed_lender_number"} <= codes["004"]
    for name in ("000", "001", "003"):
        assert not codes[name] & {
            "machine_reworded",
            "product_deleted",
            "example_number",
            "unnamed_lender_number",
        }
    article = cleaned("002")
    (number,) = [w for w in article.warnings if w.code == "example_number"]
    assert article.text[number.start : number.end] == "4001001000"
    assert "old" in {w.code for w in cleaned("old_site_gbk.html").warnings}


def test_html_keeps_headings_items_tables_and_drops_what_is_around():
    article = cleaned("finance_site.html")
    assert outline(article) == ["一、花呗逾期一天会上征信吗", "二、花呗逾期有哪些后果", "三、逾期后怎么办"]
    assert "影响芝麻信用分；" in texts(article, "list_item")
    assert "30天以上 | 上报征信" in texts(article, "paragraph")
    assert "尽快还清欠款&利息" in article.text


def test_bold_lines_are_headings_and_an_agents_account_goes():
    article = cleaned("old_site_gbk.html")
    assert outline(article) == ["协商的前提", "协商的方法", "协商成功后"]
    assert "advert" in rules(article)
    assert "xieshang888" not in article.text


def test_markdown_levels_and_emphasis():
    article = cleaned("guide.md")
    assert outline(article) == ["协商前的准备", "怎么和客服沟通", "  说明困难", "  提出方案"]
    assert "所有债务" in article.text
    assert not re.search(r"[*#\[\]]|https", article.text)
    assert (article.author, article.published) == ("小林", "2024-06-01")


def test_bracketed_chinese_numerals_lie_below_plain_ones_and_short_lists_are_lists():
    article = cleaned("law_site.txt")
    assert outline(article)[1:4] == ["二、被起诉后应当怎么做", "  （一）核实起诉是否真实", "  （二）积极应诉"]
    assert texts(article, "list_item") == [
        "1. 身份证复印件",
        "2. 借款合同及还款记录",
        "3. 收入证明、困难证明",
    ]
    assert "12378" in article.text


def test_printed_lines_become_paragraphs():
    article = cleaned("printed.txt")
    assert "所以" not in article.text
    assert "部分用户可以在还款页面看到“延期还款”入口。如果没有入口，可以联系客服申请" in article.text
    assert outline(article)[0] == "问：借呗可以延期还款吗？"


def test_a_page_in_one_line_gets_its_lines_back():
    article = cleaned("run_on.txt")
    assert article.title == "借呗逾期会怎么样？"
    assert outline(article) == ["一、产生罚息", "二、影响征信", "三、被催收", "四、被起诉"]
    assert article.published == "2023-08-09"


def test_a_paragraph_that_names_an_official_complaint_line_stays():
    article = cleaned_text(
        "借呗逾期怎么办\n如遇暴力催收，可以拨打12378投诉，也可以向警方报案，并保存好通话录音。\n借款人应当尽快还款。"
    )
    assert "12378" in article.text
    assert "site_contact" not in {w.code for w in article.warnings}


def test_a_short_sentence_above_the_title_stays():
    article = cleaned_text(
        "很多人问过这个。\n花呗逾期怎么和客服协商\n花呗逾期之后应当主动联系客服，说明自己的经济状况，争取延期还款，避免影响信用。"
    )
    assert article.text.startswith("很多人问过这个。\n花呗逾期怎么和客服协商\n")


KEPT = [
    "打开支付宝APP查看逾期金额和还款日期",
    "4.2 微信",
    "3、在线咨询",
    "上一篇文章讲了花呗逾期的后果，这一篇讲怎么和客服协商。",
    "如对账单有异议，请及时联系客服核对，并且保留好相关凭证。",
    "如需删除错误的征信记录，可以拨打400-810-8866向征信中心提出异议申请。",
    "也可以发送邮件至kefu@alipay.com联系客服，说明自己的情况。",
    "如遇诈骗，可以向公安机关举报，举报电话110。",
    "还款来源：工资收入和兼职收入。",
    "2023年5月1日起，最低还款额的比例由平台自行决定。",
    "平台不得代表用户作出承诺，用户的观点应当得到尊重。",
]


@pytest.mark.parametrize("line", KEPT)
def test_lines_that_only_look_like_the_sites_stay(line):
    before = "花呗逾期之后应当主动联系客服，说明自己的经济状况，争取延期还款，避免影响信用。"
    after = "协商的时候请保持冷静，如实说明自己的困难，并且保存好沟通记录，以便日后查证。"
    assert line in cleaned_text(f"花呗逾期怎么办\n{before}\n{line}\n{after}").text


def test_a_takedown_contact_goes_from_the_middle_of_a_long_paragraph():
    article = cleaned_text(
        "花呗逾期怎么办\n花呗逾期后应当尽快还款，避免影响征信记录。如果暂时没有能力还款，可以联系官方客服说明情况，申请分期还款或者延期还款。"
        "本站内容如有侵权请联系我们删除，电话13912345678。协商时请保持冷静，如实说明自己的经济状况和还款意愿。"
    )
    assert "13912345678" not in article.text
    assert "协商时请保持冷静" in article.text


def test_a_forum_page_in_traditional_script():
    article = cleaned("forum_hant.html")
    assert (article.title, article.product, article.published) == ("借呗逾期怎么办", ("借呗",), "2023-07-08")
    assert outline(article) == ["一、先打电话给客服", "二、写好还款计划"]
    assert "莫欺少年穷" not in article.text


def test_the_answer_of_a_law_site_without_its_agents():
    article = cleaned("lawyer_answer.txt")
    assert outline(article) == ["律师解答"]
    assert len(texts(article, "list_item")) == 3
    assert "400-123-4567" not in article.text


def test_a_page_of_furniture_alone_is_rejected():
    with pytest.raises(RejectedError):
        cleaned_text("打开APP体验更佳\n最新文章\n随机看看\n上一篇：花呗怎么还款\n下一篇：借呗怎么还款")


LINES = st.text("逾期还款客服花呗借呗一二1.、（）:。,?! \t打开APP最新文章", max_size=40)


@given(st.lists(LINES, min_size=1, max_size=12))
def test_any_page_keeps_its_provenance_or_is_rejected(lines):
    page = (
        "花呗逾期后应当主动与客服沟通，说明自己的经济状况，争取延期还款，并且保存好沟通记录，避免影响信用。\n"
        + "\n".join(lines)
    )
    try:
        article = cleaned_text(page)
    except RejectedError:
        return
    assert replay(page, article.edits) == article.text
    assert article.text == "\n".join(article.text[b.start : b.end] for b in article.blocks)
    for block in article.blocks:
        start, end = article.raw_span(block.start, block.end)
        assert 0 <= start < end <= len(page)
