"""Cleaning: what of a page is the article, how it is structured, and that every character leads back to the crawl."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.page import Page
from ingest.clean.repeats import MIN_LEAD_CHARS, _without_label_at_end, repeated_text
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


@pytest.mark.parametrize(("written", "published"), [("2023-02-28", "2023-02-28"), ("2023-02-30", None)])
def test_a_byline_with_a_day_that_the_calendar_lacks_dates_nothing(written, published):
    body = "借呗逾期之后应当尽快联系客服，说明逾期的原因，并且提出能够做到的还款方案。"
    assert cleaned_text(f"借呗逾期怎么办\n发布时间：{written}\n{body}\n{body[::-1]}").published == published


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
    "以上是协商还款时需要准备的材料，缺少任何一项都可能影响审核结果。",
    "借款人希望减免利息的，可以在电话中向客服提出申请。",
    "最后，希望延期的用户应当在还款日之前提出申请。",
    "收入>支出的时候，再考虑提前还款。",
    "凡是宣称不成功不收费、并留下400-123-4567一类电话的，都是骗子。",
    "如果接到自称债务优化公司的来电（如400-888-9999），不要理会。",
    "广告：信息流里的贷款广告要谨慎点击。",
    "征信中心客服热线400-810-8866，可以免费咨询查询方法。",
    "网商银行客服电话是400-888-8888，可办理贷款申请。",
    "付费展示的内容应当标明“广告”，例如在角落里写上【广告】。",
    "在首页点击“推广”标签即可关闭个性化广告。",
    "（推广期内免手续费）首次分期的用户可以享受优惠。",
    "转载他人文章应当取得著作权人的许可，并支付报酬。",
    "以上结果由系统自动生成，人工客服无法更改。",
    "对您的征信是否有影响，要看逾期的天数。",
    "报告共12页，第3页是信贷记录。",
]


@pytest.mark.parametrize("line", KEPT)
def test_lines_that_only_look_like_the_sites_stay(line):
    before = "花呗逾期之后应当主动联系客服，说明自己的经济状况，争取延期还款，避免影响信用。"
    after = "协商的时候请保持冷静，如实说明自己的困难，并且保存好沟通记录，以便日后查证。"
    assert line in cleaned_text(f"花呗逾期怎么办\n{before}\n{line}\n{after}").text


ADVERTS = [
    "（广告）低息贷款",
    "[AD] 信用卡代还",
    "广告 | 急用钱加微信 abc12345",
    "信用卡代还 随用随还 [推广]",
    "低息贷款 当天放款 无抵押 拨打 400-333-4444",
    "额度低？强开渠道，秒到账，咨询 0755-12345678",
    "有需求的加 13800001234",
    "最高20万额度，3分钟到账，立即申请",
]


@pytest.mark.parametrize("line", ADVERTS)
def test_marked_adverts_and_offers_go(line):
    before = "花呗逾期之后应当主动联系客服，说明自己的经济状况，争取延期还款，避免影响信用。"
    after = "协商的时候请保持冷静，如实说明自己的困难，并且保存好沟通记录，以便日后查证。"
    article = cleaned_text(f"花呗逾期怎么办\n{before}\n{line}\n{after}")
    assert article.text == f"花呗逾期怎么办\n{before}\n{after}"
    assert "advert" in rules(article)


def test_of_a_long_paragraph_only_the_offer_goes():
    text = "花呗逾期之后应当主动联系客服，说明自己的经济状况，争取延期还款，避免影响信用。" * 3
    article = cleaned_text(f"花呗逾期怎么办\n{text}急用钱请拨打400-333-4444。{text[::-1][1:]}。")
    assert "400-333-4444" not in article.text
    assert text in article.text


def test_a_cell_of_a_table_is_no_page_number():
    article = cleaned_text(
        "车贷首付怎么付\n车贷的首付比例和期限，由贷款公司按照车辆的种类决定，具体如下。\n种类\n首付\n新车\n1/5\n二手车\n1/3\n首付交得越多，每个月还的就越少，利息也越低，但是手头的钱也会跟着变少。"
    )
    assert "1/5" in article.text


def test_a_numbered_series_is_of_one_kind():
    text = "账单在每个月的{n}号到期，请在到期之前把钱存进绑定的银行卡。" * 3
    heads = [
        "1. Due date and grace period 还款日与宽限期",
        "2. Late fee 逾期费用",
        "3. 没有按时收到账单、收到的账单有误，或者账单上的金额与自己的记录不一致",
        "4. 退款",
    ]
    assert (
        outline(
            cleaned_text(
                "还款规则\n" + "\n".join(f"{head}\n{text.format(n=n)}" for n, head in enumerate(heads))
            )
        )
        == heads
    )


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


# What an editor would strike out of each page, and keep of it, read off the pages themselves.
EDITED = {
    "portal_card.html": (
        ["一、信用卡逾期三个月的后果", "二、逾期三个月之后怎么办", "三、协商失败怎么办"],
        ["额度最高30万", "王芳", "京东白条", "138****2211", "以上就是"],
    ),
    "wechat_export.html": (
        ["01 官方客服的回访电话", "02 法院的送达电话", "03 调解中心的电话", "写在最后"],
        ["蓝字", "END", "二维码", "往期", "在看", "今天小编"],
    ),
    "forum_thread.html": (
        [],
        ["积分", "新手上路", "楼主", "上岸老哥", "签名", "zhaiwu6688", "登录", "只看该作者"],
    ),
    "zhidao.html": (["其他回答"], ["匿名用户", "律行天下", "推荐于", "踩", "知道合伙人", "APP"]),
    "gbk_outline.txt": (
        [
            "一、逾期的后果",
            "  (一)经济上的后果",
            "  (二)信用上的后果",
            "二、协商还款的步骤",
            "  (一)准备材料",
            "    1.身份材料",
            "    2.困难证明",
            "  (二)联系平台",
            "三、常见误区",
            "  误区一：逾期之后失联就可以不还。",
            "  误区二：找代理维权机构可以免除债务。",
        ],
        ["打印", "0755", "首页", "字体"],
    ),
    "qa_pairs.txt": (
        [
            "问：花呗逾期几天会上征信？",
            "问：花呗没有宽限期吗？",
            "问：花呗逾期之后还能分期吗？",
            "问题四：花呗逾期，会联系我的家人吗？",
            "Q5：被不当催收怎么投诉？",
        ],
        ["消费者教育", "陈一"],
    ),
    "rate_table.html": (
        ["花呗账单分期费率", "花呗分期怎么申请", "提前还款收手续费吗", "  分期后提前还清", "  逾期后还款"],
        ["转载", "标签", "猜你喜欢", "小贷"],
    ),
    "weilidai.txt": (
        ["微粒贷逾期的后果", "微粒贷逾期怎么协商"],
        [">>>", "融事通", "热门标签", "以上就是", "哪个利息低"],
    ),
    "repeated_lead.txt": (
        ["一、什么是停息挂账", "二、借呗协商的要点", "三、法律依据", "  《中华人民共和国民法典》"],
        ["小编", "3分钟", "立即咨询", "13800001111", "坐牢", "人看过"],
    ),
    "mobile_br.html": (
        ["1、逾期时间短", "2、逾期时间长", "3、多次逾期"],
        ["jiebei2020", "当前位置", "电脑版", "字号", "突然没了"],
    ),
    "toutiao_copy.txt": (
        ["01 先看是否上征信", "02 再看利息的高低", "03 最后看金额大小", "💡 温馨提示"],
        ["老周，专注", "#花呗逾期#", "举报", "张三", "创作者", "点赞"],
    ),
    "contents_and_card.html": (
        [
            "一、先分析平台不同意的原因",
            "二、多次沟通的技巧",
            "  1. 换时间",
            "  2. 换说法",
            "三、向监管部门投诉",
        ],
        ["目录", "免费咨询", "13900002222", "执业10年", "关键词", "几天算逾期"],
    ),
    "answer_page.txt": ([], ["关注者", "158,932", "赞同", "条评论", "继续浏览", "著作权", "个回答", "谢邀"]),
    "decimal.txt": (
        [
            "1 还款方式",
            "  1.1 自动还款",
            "    1.1.1 设置方法",
            "    1.1.2 注意事项",
            "  1.2 主动还款",
            "2 逾期处理",
            "  2.1 逾期影响",
            "  2.2 逾期联系",
        ],
        [],
    ),
    "cms.txt": ([], ["网站首页", "admin", "End", "没有了", "字体", "网友评论", "没有任何评论"]),
    "hong_kong.txt": (
        ["第1招：主动联络客服", "第2招：准备证明文件", "第3招：提出可行方案"],
        ["ADVERTISEMENT", "▼", "陈小明", "App", "Facebook", "点样查"],
    ),
    "comparison.md": (["一张表看懂", "协商要点"], ["转载", "**", "flow", "example.com"]),
    "law_questions.txt": (
        ["花呗逾期多久会被起诉?"],
        ["律师提示", "以上是", "13811112222", "400-888-9999", "免费", "浏览量"],
    ),
    "diary.html": (
        ["一、协商前的准备", "二、协商的过程", "三、结果"],
        ["点赞", "APP", "赞赏", "谢谢分享", "专题", "那些坑"],
    ),
    "emoji.txt": (
        ["🔸一、为什么要协商", "🔸二、怎么协商"],
        ["# ", "关注我", "全文完", "置顶"],
    ),
    "steps_bracket.txt": (
        [
            "◆ 第一步 整理债务",
            "◆ 第二步 准备证明",
            "◆ 第三步 拨打客服电话",
            "◆ 第四步 跟进结果",
            "【重要提醒】",
        ],
        ["END", "二维码", "hezuo2024", "债务互助联盟"],
    ),
    "printed_adverts.txt": (
        ["一、逾期之后会发生什么", "二、可以怎样协商", "三、协商时的注意事项", "四、还清之后"],
        [
            "广告",
            "秒下款",
            "老周",
            "/ 4",
            "- 2 -",
            "页",
            "喜欢",
            "蓝字",
            "帮助",
            "首发",
            "推荐",
            "updated",
            "helpful",
        ],
    ),
}


@pytest.mark.parametrize("name", EDITED)
def test_pages_of_many_makes_read_as_edited(name):
    headings, struck = EDITED[name]
    article = cleaned(name)
    assert outline(article) == headings
    assert [words for words in struck if words in article.text] == []


def test_facts_of_pages_of_many_makes():
    facts = {name: (a.product, a.published, a.author, a.site) for name in EDITED for a in [cleaned(name)]}
    assert facts == {
        "portal_card.html": (("unknown",), "2021-08-17", "李晓云", "某某财经网"),
        "wechat_export.html": (("花呗",), "2023-11-02", None, "债务小讲堂"),
        "forum_thread.html": (("unknown",), "2022-06-18", None, None),
        "zhidao.html": (("借呗",), "2020-03-15", None, None),
        "gbk_outline.txt": (("通用",), "2022-09-01", "佚名", "某某信用服务网"),
        "qa_pairs.txt": (("花呗",), "2023-02-14", None, "消费者教育专栏"),
        "rate_table.html": (("花呗",), "2024-01-08", None, "贷款之家"),
        "weilidai.txt": (("unknown",), "2024-05-20", None, "融事通"),
        "repeated_lead.txt": (("借呗",), "2023-07-21", None, "律图"),
        "mobile_br.html": (("借呗",), "2020-12-05", None, None),
        "toutiao_copy.txt": (("花呗", "借呗"), "2024-03-12", None, None),
        "contents_and_card.html": (("通用",), "2024-02-28", "王律师", None),
        "answer_page.txt": (("花呗",), "2023-06-01", None, None),
        "decimal.txt": (("借呗",), None, None, None),
        "cms.txt": (("花呗",), "2022-11-03", "admin", "本站原创"),
        "hong_kong.txt": (("花呗",), "2023-07-18", "陈小明", None),
        "comparison.md": (("花呗", "借呗"), "2024-04-02", "阿杰", None),
        "law_questions.txt": (("花呗",), "2023-05-06", None, "法律网整理"),
        "diary.html": (("借呗",), "2022-10-11", None, None),
        "emoji.txt": (("借呗",), None, None, None),
        "steps_bracket.txt": (("借呗",), None, "小债", "债务互助联盟"),
        "printed_adverts.txt": (("unknown",), "2024-04-09", None, None),
    }


def test_rows_of_a_table_of_data_are_lines_whatever_stands_in_their_cells():
    rows = [line for line in cleaned("rate_table.html").text.split("\n") if " | " in line]
    assert rows[:3] == ["期数 | 手续费率 | 每1000元手续费", "3期 | 2.5% | 25元", "6期 | 4.5% | 45元"]


def test_numbers_of_another_lender_are_marked_as_such():
    for name, number in (("weilidai.txt", "95384"), ("forum_thread.html", "95118")):
        article = cleaned(name)
        (found,) = [w for w in article.warnings if w.code == "unnamed_lender_number"]
        assert article.text[found.start : found.end] == number


def test_an_introduced_run_is_a_list_and_a_line_above_a_post_may_be_its_title():
    article = cleaned("qa_pairs.txt")
    assert texts(article, "list_item") == ["1. 延期还款", "2. 减免部分逾期利息"]
    thread = "借呗逾期怎么办\n楼主 发表于 2023-5-1 12:00:00 | 只看该作者\n借呗逾期两个月了，客服不同意延期，请问大家还有什么办法可以协商？"
    assert cleaned_text(thread).title == "借呗逾期怎么办"


def test_a_page_of_furniture_alone_is_rejected():
    with pytest.raises(RejectedError):
        cleaned_text("打开APP体验更佳\n最新文章\n随机看看\n上一篇：花呗怎么还款\n下一篇：借呗怎么还款")


PIECES = st.sampled_from(
    [
        "逾期之后应当主动联系客服说明情况",
        "申请延期还款或者分期还款并保存好凭证",
        "避免影响个人征信。",
        "一、",
        "。",
        "短",
    ]
)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=8))
def test_a_paragraph_that_another_holds_is_found_whatever_holds_it(lines):
    page = Page("\n".join(lines), (), "\n".join(lines), {})
    found = {change.start for change in repeated_text(page)}
    words = [_without_label_at_end(line) for line in page.lines]
    held = {
        page.lines[i].start
        for i, text in enumerate(words)
        if len(text) >= MIN_LEAD_CHARS
        and any(text in o and (len(text) < len(o) or i < j) for j, o in enumerate(words) if j != i)
    }
    assert found == held


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


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.cn/1.html", True),
        ("HTTP://example.cn/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (" javascript://example.cn/%0aalert(1)", False),
    ],
)
def test_only_addresses_of_the_web_are_handed_on(url, kept):
    page = f"---\ntitle: 花呗逾期怎么办\nurl: {url}\n---\n\n# 花呗逾期怎么办\n\n主动联系花呗客服，说明自己的情况。\n"
    assert cleaned_text(page, ".md").url == (url if kept else None)
