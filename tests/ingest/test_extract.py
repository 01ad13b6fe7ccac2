"""Extraction: the text of a page in HTML or Markdown, each character found again in its source."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.extract.visible import visible
from ingest.read import raw_article
from ingest.repair import clean_to_raw, replay
from tests.ingest.pages import cleaned

PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from(
            [
                "借呗逾期后",
                "<b>应当</b>",
                "联系客服",
                "&amp;",
                "&nbsp;",
                "<a href='/x?a=1&b=2'>协商</a>",
                "，",
                "\n  ",
                "95188",
                "APP",
            ]
        ),
        min_size=3,
        max_size=12,
    ),
    min_size=2,
    max_size=8,
)


def extracted(page: str, suffix: str = ".html"):
    return extract(raw_article(page.encode(), f"corpus/raw/page{suffix}", "page", None))


@given(PARAGRAPHS)
def test_every_character_of_the_text_stands_in_the_source(paragraphs):
    body = "".join(
        "<p>" + "".join(parts) + "用户应当主动与平台客服沟通，说明自己的困难。</p>" for parts in paragraphs
    )
    page = f"<!doctype html><html><head><title>借呗逾期</title></head><body><div><article>{body}</article></div></body></html>"
    result = extracted(page)
    assert replay(page, result.edits) == result.text
    assert "主动与平台客服沟通" in result.text
    assert "amp;" not in result.text
    assert "nbsp" not in result.text
    for i, character in enumerate(result.text):
        start, end = clean_to_raw(result.edits, i, i + 1)
        if not character.isspace():
            assert character in html.unescape(page[start:end])


def test_visible_text_knows_what_encloses_it():
    page = visible("<div>甲<h2>标题</h2><ul><li>乙&lt;丙</li></ul><script>var 丁</script><b>戊</b></div>")
    assert page.text == "甲标题乙<丙戊"
    assert list(page.levels) == [0, 2, 2, 0, 0, 0, 7]
    assert list(page.items) == [0, 0, 0, 1, 1, 1, 0]
    assert len({page.lines[0], page.lines[1], page.lines[3], page.lines[6]}) == 4


def test_unclosed_and_crossing_tags_do_no_harm():
    page = "<html><body><div><p>花呗逾期后<b>应当</p><p>尽快还款</b>，并且保存好还款凭证，避免产生纠纷。<br>如有疑问，请在应用内联系客服进行咨询，不要相信他人。</div>"
    assert extracted(page).text.split("\n")[:2] == [
        "花呗逾期后应当",
        "尽快还款，并且保存好还款凭证，避免产生纠纷。",
    ]


def test_a_passage_of_an_html_page_leads_to_its_source():
    article = cleaned("finance_site.html")
    at = article.text.index("不过花呗一般会给用户一定的宽限期")
    start, end = article.raw_span(at, at + 16)
    from tests.ingest.pages import PAGES

    source = (PAGES / "finance_site.html").read_text(encoding="utf-8")
    assert source[start:end] == "不过&nbsp;花呗一般会给用户<b>一定的宽限期"


def test_markdown_marks_go_and_list_marks_stay():
    page = "# 标题\n\n正文有**重点**和[链接](http://a.cn/b_(c))，以及`代码`。\n\n- 第一项\n* 第二项\n\n---\n\n![图](a.png)\n> 引用\n"
    result = extracted(page, ".md")
    assert result.text.split() == [
        "标题",
        "正文有重点和链接，以及代码。",
        "-",
        "第一项",
        "*",
        "第二项",
        "引用",
    ]
    assert result.hints[0].level == 1


SHOWN = "花呗逾期后应当主动联系客服，说明自己的困难。"
HIDDEN = "强开额度热线四零零一一一"
HIDING = [
    '<div style="display:none">{}</div>',
    '<div style="DISPLAY : none !important">{}</div>',
    "<p hidden>{}",
    "<dialog>{}</dialog>",
    '<div class="a off">{}</div>',
    '<div id="gone">{}</div>',
    '<div class="box"><i><b class="in">{}</b></i></div>',
    '<div style="visibility:hidden;height:0">{}</div>',
    '<div style="opacity: 0.0">{}</div>',
    '<div style="font-size:0"><span style="font-size:1em">{}</span></div>',
    '<span style="font-size:1px">{}</span>',
    '<div style="position:absolute;left:-9999px">{}</div>',
    '<div style="text-indent:-999em">{}</div>',
    '<div style="position:absolute;clip:rect(0 0 0 0)">{}</div>',
    '<div style="height:0;overflow:hidden"><p>{}</p></div>',
    '<div style="color:#fff;background:#FFF">{}</div>',
    '<div style="transform:translateX(-9999px)">{}</div>',
]
SEEN = [
    '<div aria-hidden="true">{}</div>',
    '<div style="font-size:0"><span style="font-size:14px">{}</span></div>',
    '<div style="visibility:hidden"><p style="visibility:visible">{}</p></div>',
    '<div class="off on">{}</div>',
    '<div class="narrow printed hovered">{}</div>',
    '<div style="display:block" class="off">{}</div>',
    '<div style="opacity:.9;left:-10px;text-indent:2em;margin-left:-100%">{}</div>',
    "<details><summary>问</summary>{}</details>",
]
SHEET = """<style media="print">.printed{display:none}</style><style>/* .on{display:none} */ @import "x.css";
.off, #gone {display:none} .off.on {display:block} .box > i .in {visibility:hidden} .in > .narrow {display:none}
@media (max-width: 600px) { .narrow {display:none} } .hovered:hover {display:none}</style>"""


def page_around(part: str, heading: str = "") -> str:
    return f"<html><head>{SHEET}</head><body><h1>花呗逾期</h1><p>{SHOWN * 2}</p>{part}{heading}<p>{SHOWN * 3}</p></body></html>"


@pytest.mark.parametrize("heading", ["", "<h2>二、怎么办</h2>"])
@pytest.mark.parametrize("way", HIDING)
def test_hidden_text_goes_whatever_else_is_on_the_page_and_leaves_a_trace(way, heading):
    page = page_around(way.format(HIDDEN), heading)
    result = extracted(page)
    assert HIDDEN not in result.text
    assert result.text.count(SHOWN) == 5
    assert [edit.before for edit in result.edits if edit.step == "hidden"] == [HIDDEN]


@pytest.mark.parametrize("way", SEEN)
def test_text_that_is_seen_stays(way):
    assert HIDDEN in visible(page_around(way.format(HIDDEN))).text


@pytest.mark.parametrize(
    "page",
    [
        f'<h1>花呗逾期</h1><div class="content" style="visibility:hidden;opacity:0"><p>{SHOWN * 12}</p><p style="display:none">{HIDDEN}</p></div>',
        f'<body style="display:none"><h1>花呗逾期</h1><p>{SHOWN * 12}</p><p hidden>{HIDDEN}</p></body>',
        "".join(
            f'<p>问题{n}</p><div class="answer" id="a{n}" style="display:none">{SHOWN * 4}</div>'
            for n in (1, 2, 3)
        )
        + f'<div style="display:none">{HIDDEN}</div>',
    ],
)
def test_a_page_that_a_script_unfolds_is_read_without_what_is_hidden_in_it(page):
    text = visible(page).text
    assert text.count(SHOWN) == 12
    assert HIDDEN not in text


def test_hidden_text_that_is_longer_than_a_short_page_goes():
    assert visible(f"<p>花呗逾期</p><p hidden>{HIDDEN * 3}</p><p>联系客服</p>").text == "花呗逾期联系客服"


def test_hidden_html_in_markdown_goes():
    result = extracted(f"# 标题\n\n{SHOWN}\n\n<div style='display:none'>{HIDDEN}</div>\n\n{SHOWN}\n", ".md")
    assert HIDDEN not in result.text
    assert result.text.count(SHOWN) == 2
