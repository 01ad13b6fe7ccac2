"""Whatever the page was made of: what is quoted stands in the file as crawled, at the span that the citation gives."""

import html
import re
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.decode import decode
from ingest.read import raw_article
from ingest.records import Article
from ingest.repair import replay
from ingest.textlayer import docx_text, pdf_text
from tests.ingest.formats import pdf, word
from tests.ingest.pages import PAGES, SOURCES

FILES = [*sorted(SOURCES.glob("*.txt")), *sorted(PAGES.iterdir())]
LAYOUT = ("extract", "unwrap", "run_on", "number_line", "trim", "blank", "page_number")
"""Steps that move words about and change none."""


def bare(text: str) -> str:
    """Return the words of a stretch of a page, without markup, marks and blanks."""
    return re.sub(r"[\s|*_`#>\[\]\f\u200b-]", "", html.unescape(re.sub(r"<[^<>]*>|\]\([^()]*\)", "", text)))


def check_spans(raw: str, article: Article) -> None:
    """Every sentence of every passage is as the raw span has it, unless the repair changed a word of it."""
    assert replay(raw, article.edits) == article.text
    for passage in chunk(article):
        assert article.text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            start, end = article.raw_span(sentence.start, sentence.end)
            assert 0 <= start < end <= len(raw)
            inside = [
                e for e in article.edits if e.clean_start < sentence.end and sentence.start < e.clean_end
            ]
            inside += [
                e for e in article.edits if sentence.start < e.clean_start == e.clean_end < sentence.end
            ]
            if all(edit.step in LAYOUT for edit in inside):
                assert bare(raw[start:end]) == bare(article.text[sentence.start : sentence.end])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sentence_of_every_page_stands_where_it_is_said_to(path):
    article = clean(raw_article(path.read_bytes(), f"corpus/raw/{path.name}", path.stem, None))
    check_spans(decode(path.read_bytes()), article)


SENTENCES = st.sampled_from(
    [
        "借呗逾期之后应当主动联系客服，说明自己的困难。",
        "一、协商的步骤",
        "1. 准备好身份证和收入证明；",
        "（二）保存证据",
        "请拨打95188咨询，每天9:00-21:00有人接听。",
        "问：花呗逾期会上征信吗？",
        "答：花呗已经接入征信系统，逾期记录会按月报送。",
        "责任编辑：王芳",
        "上一篇：花呗怎么还款",
        "利率<0.05%的部分&其余部分分开计算，具体以合同为准。",
        "希望对大家有所帮助。",
    ]
)
MADE_OF: dict[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda lines: "\n".join(lines).encode(),
    ".gbk.txt": lambda lines: "\r\n".join(lines).encode("gbk"),
    ".md": lambda lines: "\n\n".join(
        f"**{line}**" if i % 3 else f"## {line}" for i, line in enumerate(lines)
    ).encode(),
    ".html": lambda lines: (
        "<html><body><div>"
        + "".join(
            f"<div><p>&nbsp;{html.escape(line).replace('，', '，<b>')}</b></p></div>\n" for line in lines
        )
        + "</div></body></html>"
    ).encode(),
    ".br.html": lambda lines: f"<meta charset=gbk><body>{'<br><br>'.join(map(html.escape, lines))}".encode(
        "gbk"
    ),
    ".pdf.txt": lambda lines: pdf_text(pdf([lines])).encode(),
    ".docx.txt": lambda lines: docx_text(word(lines)).encode(),
}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", MADE_OF)
@settings(max_examples=40)
@given(lines=st.lists(SENTENCES, min_size=2, max_size=9))
def test_the_same_holds_for_made_pages_of_every_format(suffix, lines):
    content = MADE_OF[suffix](
        ["花呗逾期怎么办", *lines, "协商之后请按照约定还款，避免再次逾期，以免影响自己的征信。"]
    )
    name = PurePosixPath(f"corpus/raw/page{suffix}")
    article = clean(raw_article(content, str(name), "page", None))
    assert "协商之后请按照约定还款" in article.text
    check_spans(decode(content), article)
