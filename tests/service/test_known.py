"""What known questions do for the search, and what they must not do to passages that have none."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index
from ingest.known import QUESTIONS
from service.asked import PASSAGE_GAIN, Asked
from service.background import load_background
from service.query.colloquial import plain
from service.retrieve import Retriever

ANYTHING: frozenset[str] = frozenset()
ARTICLE = "001_692f15ceae573a41"
EVIDENCE = "一些用户选择通过社交媒体与花呗沟通"
ASKED = "围脖上艾特一下那帮人搭理不搭理"


def first_texts(corpus_dir: Path, embedder: Embedder, question: str) -> list[str]:
    index = Index.load(corpus_dir / "index")
    hits = Retriever(index, embedder).retrieve(question, top_k=3, product=frozenset()).hits
    return [hit.passage.text for hit in hits]


@pytest.fixture
def bare_corpus(corpus_dir: Path, embedder: Embedder) -> Path:
    (corpus_dir / QUESTIONS).unlink()
    build(corpus_dir, embedder, max_reject_rate=0.0)
    return corpus_dir


def test_a_question_like_a_known_one_finds_its_passage(bare_corpus: Path, embedder: Embedder) -> None:
    typed = "去围脖艾特那帮人有人搭理吗"
    assert not any(EVIDENCE in text for text in first_texts(bare_corpus, embedder, typed))
    (bare_corpus / QUESTIONS).write_text(f"{ARTICLE}\t{EVIDENCE}\t{ASKED}\n", encoding="utf-8")
    build(bare_corpus, embedder, max_reject_rate=0.0)
    assert EVIDENCE in first_texts(bare_corpus, embedder, typed)[0]


def test_a_known_question_is_recognised_in_the_words_it_was_typed_in(
    index: Index, embedder: Embedder
) -> None:
    retriever = Retriever(index, embedder)
    for typed in (
        "借呗这玩意儿借了有啥危险没",
        "晚几天还应该没什么影响吧,不罚钱吧?",
        "钱没还上,一直躲着不联系对方行不行",
    ):
        found = retriever.retrieve(plain(typed), typed=typed, top_k=3, product=ANYTHING).hits
        without = retriever.retrieve(plain(typed), top_k=3, product=ANYTHING).hits
        nearest, plainly = (max(hit.legs["asked"] for hit in hits) for hits in (found, without))
        assert nearest > 0.99 > plainly


def test_each_passage_and_each_sentence_has_the_nearest_of_its_own_questions(
    index: Index, embedder: Embedder
) -> None:
    known, background = index.known, load_background(embedder)
    asked = Asked(index, background)
    vectors = embedder.embed_queries(["花呗逾期了怎么办", "借呗晚还一天会上征信吗"])
    cosines = asked.cosines(vectors)
    near = (background.centred(known.vectors) @ background.centred(vectors).T).max(axis=1)[known.questions]

    def nearest(row: int, start: int, end: int) -> float:
        there = (known.rows == row) & (known.starts >= start) & (known.starts < end)
        return near[there].max(initial=-1.0) if there.any() else 0.0

    rows = np.arange(len(index.passages))
    spans = [(row, s.start, s.end) for row in rows.tolist() for s in index.passages[row].sentences]
    of_sentences = asked.of_sentences(cosines, spans)
    assert len(set(of_sentences.tolist())) > 100
    np.testing.assert_allclose(of_sentences, [nearest(*span) for span in spans], atol=1e-5)
    own = PASSAGE_GAIN * background.cosines(background.centred(vectors[0]), index.vectors(rows))
    best = [max(one, nearest(row, 0, 10**6)) if row in known.rows else one for row, one in enumerate(own)]
    np.testing.assert_allclose(asked.scores(vectors[0], cosines, rows), best, atol=1e-5)
    assert set(asked.near(cosines, 10)) == set(known.rows[np.argsort(-near)[:10]])


def test_an_article_nobody_wrote_questions_for_is_found_beside_those_that_have_them(
    corpus_dir: Path, embedder: Embedder
) -> None:
    new = "<html><head><title>花呗账单日怎么修改</title></head><body><h1>花呗账单日怎么修改</h1><p>花呗账单日每年可以修改一次。打开花呗页面,点击设置,选择账单日,按提示修改即可,修改后从下一个账期起生效。</p></body></html>"
    (corpus_dir / "raw" / "905_bill_day.html").write_text(new, encoding="utf-8")
    build(corpus_dir, embedder, max_reject_rate=0.0)
    assert "账单日每年可以修改一次" in first_texts(corpus_dir, embedder, "花呗账单日在哪改")[0]
    shutil.rmtree(corpus_dir / "index")
