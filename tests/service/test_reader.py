"""The reader: which sentence of a passage answers, on articles that it has never seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.other_articles import open_articles
from ingest.embed import EmbedError, ModelReader
from ingest.records import Passage, Sentence
from service.answer import Answerer
from service.reader import Reader, ReaderWeights
from service.settings import ServiceSettings

ARTICLE = """社区图书馆办证与借书须知

一、怎样办证
带本人身份证到一楼服务台办理，当场领取。
未满十四岁的孩子由家长代办，要带户口本。
办证不收费，押金为一百元，退证时原路退回。

二、借多少、借多久
每张证一次最多借六本。
借期为三十天，可以在网上续借一次，再加十五天。
工具书和当月的杂志只能在馆里看。

三、超期和遗失
超期的每本每天收两角，收到书价为止。
丢了书的按原价赔，买同一版本来还也可以。
"""

QUESTIONS = {
    "小孩能自己去办借书卡吗": "未满十四岁的孩子由家长代办",
    "字典可以带回家吗": "工具书和当月的杂志只能在馆里看",
    "书弄没了赔多少": "丢了书的按原价赔",
    "看不完能不能多留几天": "可以在网上续借一次",
    "晚还一天罚多少钱": "超期的每本每天收两角",
}
ELSEWHERE = ["图书馆招不招志愿者", "能不能用微信付停车费", "自习室几点关门"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Answerer:
    """An answerer over one article on something else."""
    source = tmp_path_factory.mktemp("library")
    (source / "raw").mkdir()
    (source / "raw" / "library.txt").write_text(ARTICLE, encoding="utf-8")
    settings = ServiceSettings(corpus_dir=source, model_dir=model_dir)
    return open_articles(source, tmp_path_factory.mktemp("library-built"), settings)


@pytest.fixture(scope="module")
def passages(library: Answerer) -> list[Passage]:
    """The passages of the article."""
    return list(library.index.passages)


def best(reader: Reader, question: str, passages: list[Passage]) -> tuple[float, str]:
    """The highest logit and the sentence that has it."""
    return max(
        (float(logit), passage.text[s.start - passage.start : s.end - passage.start])
        for passage, reading in zip(passages, reader.read(question, passages), strict=True)
        for s, logit in zip(passage.sentences, reading, strict=True)
    )


def test_the_sentence_that_answers_is_found_in_other_words(library: Answerer, passages: list[Passage]):
    found = {question: best(library.reader, question, passages)[1] for question in QUESTIONS}
    right = [question for question, sentence in QUESTIONS.items() if sentence in found[question]]
    assert len(right) >= len(QUESTIONS) - 1, found


def test_what_no_sentence_answers_gets_a_lower_logit_than_what_one_does(
    library: Answerer, passages: list[Passage]
):
    answered = [best(library.reader, question, passages)[0] for question in QUESTIONS]
    not_answered = [best(library.reader, question, passages)[0] for question in ELSEWHERE]
    assert np.median(answered) > max(not_answered)


def test_a_reading_depends_on_nothing_read_before(
    library: Answerer, passages: list[Passage], tokens: ModelReader
):
    fresh = Reader(tokens, ReaderWeights.packaged())
    for question in QUESTIONS:
        for now, then in zip(
            library.reader.read(question, passages), fresh.read(question, passages), strict=True
        ):
            assert now.tolist() == then.tolist()


def test_a_sentence_behind_the_cut_of_a_very_long_passage_is_unread_and_the_rest_is_read(
    library: Answerer, passages: list[Passage]
):
    passage = passages[0]
    padding = "这一句只是为了把篇幅拉长而写在这里的，" * 120
    text = passage.text + padding
    half = passage.end + len(padding) // 2
    end = passage.end + len(padding)
    sentences = (*passage.sentences, Sentence(passage.end, half), Sentence(half, end))
    long = replace(passage, passage_id="long", text=text, end=end, sentences=sentences)
    reading = library.reader.read("小孩能自己去办借书卡吗", [long])[0]
    assert reading[-1] == -8
    assert reading[0] > -8


def test_weights_of_another_version_are_refused(tmp_path: Path):
    np.savez(tmp_path / "weights.npz", mean=np.zeros((2, 384)))
    with pytest.raises(EmbedError, match=r"lacks nearness, .*train_reader"):
        ReaderWeights.load(tmp_path / "weights.npz")
