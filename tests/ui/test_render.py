"""Answers as HTML: everything shown, everything escaped."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.schema import AnswerSentence, AnswerWarning, ArticleWarningOut
from tests.ui.scripted import QUOTE, RAW_QUOTE, answer, article, citation
from ui.evidence import Evidence, gather
from ui.failure import Failure
from ui.render import answer_html, failure_html, growing_html, question_html


class Page(HTMLParser):
    """The text, the tags with their attributes, and whether every tag is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    def text(self, inside: str = "") -> str:
        return "".join(data for path, data in self.texts if not inside or inside in path)


def evidence_of(of=None) -> dict[int, Evidence]:
    of = of or article()
    return {1: gather(citation(of), of)}


def test_a_chip_opens_the_quote_in_its_passage_and_the_crawled_text_beside_it():
    page = Page(answer_html(answer(article()), evidence_of()))
    assert page.text("summary") == "1"
    assert page.text("mark") == QUOTE + RAW_QUOTE
    passage = page.text("details")
    for part in (
        "《借呗逾期怎么协商》",
        "2. 准备沟通材料",
        "借呗",
        "2024-10-16",
        "修复了 1 处",
        "前一句话不在引文里。",
    ):
        assert part in passage
    labels = [attrs["aria-label"] for tag, attrs in page.tags if tag == "summary"]
    assert labels == ["出处 1：借呗逾期怎么协商，2. 准备沟通材料。点开看原文"]
    damage = [attrs["title"] for _, attrs in page.tags if attrs.get("class") == "jw-damage"]
    assert damage == [f"修复为：{QUOTE}"]


def test_chips_take_the_place_of_the_markers():
    page = Page(answer_html(answer(article()), evidence_of()))
    assert QUOTE in page.text()
    assert "[1]" not in page.text()


def test_brackets_that_are_no_citation_stay():
    said = answer(article())
    sentence = AnswerSentence(
        text="见附表[3][1]。", start=0, end=9, support="supported", score=1, citations=[1]
    )
    said = said.model_copy(update={"answer": sentence.text, "sentences": [sentence]})
    assert "见附表[3]。" in Page(answer_html(said, evidence_of())).text()


def test_warnings_stand_with_the_sentence_they_belong_to():
    mine = AnswerWarning(code="example_number", message="这个号码只是示例。", n=1)
    everyones = AnswerWarning(code="old", message="文章较旧。", n=None)
    said = answer(article(), loose="另一句。", warnings=(everyones, mine))
    source = answer_html(said, evidence_of())
    assert source.index("这个号码只是示例。") < source.index("另一句。") < source.index("文章较旧。")
    assert source.count("这个号码只是示例。") == 1


def test_neighbours_with_the_same_caveat_share_it():
    caveat = "没有写明平台。"
    sentences = [
        AnswerSentence(text=f"{k}。", start=2 * k, end=2 * k + 2, support="supported", score=1, citations=[k])
        for k in range(4)
    ]
    said = answer(article()).model_copy(
        update={
            "answer": "0。1。2。3。",
            "sentences": sentences,
            "warnings": [AnswerWarning(code="unnamed_lender", message=caveat, n=k) for k in (0, 1, 3)],
        }
    )
    text = Page(answer_html(said, {})).text()
    assert text.endswith(f"0。1。请留意 {caveat}2。3。请留意 {caveat}")


def test_a_remark_of_the_service_comes_before_any_label():
    text = "先照顾好自己，请拨打12356。"
    source = answer_html(answer(loose=text, status="abstained"), {})
    assert source.index(text) < source.index("没有作答")
    answered = answer_html(answer(article(), loose=text), evidence_of())
    assert answered.index("有据可查") < answered.index(text)


def test_a_general_warning_that_the_answer_says_itself_is_not_said_twice():
    message = "没有可以确认的号码。"
    said = answer(
        article(), loose=message, warnings=(AnswerWarning(code="contact", message=message, n=None),)
    )
    assert answer_html(said, evidence_of()).count(message) == 1


def test_an_opened_passage_warns_of_what_stands_in_it():
    of = article()
    number = ArticleWarningOut(code="example_number", message="只是示例号码。", start=2, end=4)
    elsewhere = ArticleWarningOut(code="example_number", message="在别处。", start=900, end=904)
    whole = ArticleWarningOut(code="old", message="此文较旧。", start=None, end=None)
    page = Page(
        answer_html(answer(of), evidence_of(of.model_copy(update={"warnings": [number, elsewhere, whole]})))
    )
    assert "请留意 只是示例号码。关于这篇文章：此文较旧。" in page.text("details")
    assert "在别处" not in page.text()


def test_restored_words_are_marked_in_the_cleaned_quote():
    of = article(quote="客服电话", raw_quote="客服")
    edit = of.edits[0].model_copy(update={"step": "restored_word"})
    page = Page(answer_html(answer(of), evidence_of(of.model_copy(update={"edits": [edit]}))))
    restored = [attrs["title"] for _, attrs in page.tags if attrs.get("class") == "jw-restored"]
    assert restored == ["原网页缺了这几个字，是补上的"]
    plain = Page(answer_html(answer(of), evidence_of(of)))
    assert not [1 for _, attrs in plain.tags if attrs.get("class") == "jw-restored"]


@pytest.mark.parametrize("status", ["answered", "partial", "abstained", "refused", "clarify"])
def test_every_status_is_said_in_words(status):
    shown = Page(answer_html(answer(loose="说明。", status=status), {})).text("strong")
    assert shown
    others = {"answered", "partial", "abstained", "refused", "clarify"} - {status}
    assert all(
        shown != Page(answer_html(answer(loose="说明。", status=other), {})).text("strong")
        for other in others
    )


def test_who_worded_the_answer_and_what_was_masked_is_said():
    said = answer(article())
    assert "句句摘自文章" in answer_html(said, evidence_of())
    assert "遮住" not in answer_html(said, evidence_of())
    masked = said.model_copy(update={"mode": "llm", "query": said.query.model_copy(update={"masked": 2})})
    source = answer_html(masked, evidence_of())
    assert "由大模型写成" in source
    assert "2 处个人信息已经遮住" in source


@pytest.mark.parametrize("support", ["partly", "unsupported", "contradicted"])
def test_a_sentence_without_full_support_says_so(support):
    said = answer(article())
    doubted = said.sentences[0].model_copy(update={"support": support})
    with_doubt = answer_html(said.model_copy(update={"sentences": [doubted]}), evidence_of())
    assert "jw-doubt" in with_doubt
    assert "jw-doubt" not in answer_html(said, evidence_of())


def test_the_labels_follow_the_script_of_the_answer():
    page = Page(answer_html(answer(loose="文章沒有回答這個問題。", status="abstained"), {}))
    assert (page.text("strong"), page.tags[0][1]["lang"]) == ("沒有作答", "zh-Hant")


@pytest.mark.parametrize(
    ("url", "links"), [("https://example.org/a?b=1&c", 1), ("javascript:alert(1)", 0), (None, 0)]
)
def test_only_web_addresses_become_links(url, links):
    evidence = evidence_of()[1]
    cited = evidence.citation.model_copy(update={"url": url})
    source = answer_html(answer(article()), {1: Evidence(cited, evidence.cleaned, evidence.crawled)})
    targets = [attrs["href"] for tag, attrs in Page(source).tags if tag == "a"]
    assert targets == [url] * links


def test_an_article_that_changed_since_is_not_highlighted_wrongly():
    newer = article(quote="换了一句话。")
    stale = gather(citation(article()), newer)
    page = Page(answer_html(answer(article()), {1: stale}))
    assert page.text("mark") == QUOTE
    assert "取不到" in page.text("details")


HOSTILE = [
    "<b>",
    "</p>",
    "<script>",
    "</mark>",
    "<!--",
    "&amp;",
    "&#60;i>",
    '" onclick="x',
    "'>",
    "[1]",
    "借呗",
    "。",
    " ",
]
TEXT = (
    st.lists(st.sampled_from(HOSTILE) | st.text("<>&\"'/=借", max_size=4), min_size=1)
    .map("".join)
    .filter(str.strip)
)


@given(TEXT, TEXT, TEXT, TEXT)
def test_no_data_ever_becomes_markup(title, quote, raw_quote, message):
    of = article(title=title, quote=quote, raw_quote=raw_quote)
    said = answer(of, warnings=(AnswerWarning(code="old", message=message, n=1),))
    harmless = article(title="题", quote="句", raw_quote="句")
    plain = answer_html(
        answer(harmless, warnings=(AnswerWarning(code="old", message="意", n=1),)), evidence_of(harmless)
    )
    page = Page(answer_html(said, evidence_of(of)))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in Page(plain).tags]
    assert page.text("mark") == quote + raw_quote
    assert f"《{title}》" in page.text("details")
    assert message in page.text()


@given(TEXT)
def test_questions_failures_and_growing_answers_are_escaped(text):
    sentence = AnswerSentence(text=text, start=0, end=len(text), support="supported", score=1, citations=[])
    for source, count in [
        (question_html(text, "花呗"), 2),
        (failure_html(Failure(text, text), ""), 4),
        (growing_html([sentence], text), 4),
    ]:
        page = Page(source)
        assert len(page.tags) == count
        assert text.strip() in page.text()


def test_the_page_helper_itself_sees_markup():
    assert Page("<b>" + html.escape("<i>") + "</b>").text("b") == "<i>"
