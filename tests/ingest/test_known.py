"""Known questions: a file of the corpus, embedded with it, left with the article that answers them."""

from pathlib import Path

import numpy as np
import pytest

from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index
from ingest.known import QUESTIONS, drop_questions
from ingest.read import CorpusError
from ingest.status import find_drift

ARTICLE = "001_692f15ceae573a41"
EVIDENCE = "与客服协商是否可以将逾期金额分期偿还"


def write(corpus_dir: Path, *rows: str) -> None:
    (corpus_dir / QUESTIONS).write_text("# a comment\n\n" + "\n".join(rows) + "\n", encoding="utf-8")


def built(corpus_dir: Path, embedder: Embedder) -> Index:
    build(corpus_dir, embedder, max_reject_rate=0.0)
    return Index.load(corpus_dir / "index")


def test_a_question_stands_at_the_passage_and_the_offset_of_its_evidence(
    corpus_dir: Path, embedder: Embedder
) -> None:
    write(corpus_dir, f"{ARTICLE}\t{EVIDENCE}\t能不能一个月还一点")
    known = built(corpus_dir, embedder).known
    index = Index.load(corpus_dir / "index")
    assert known.texts == ("能不能一个月还一点",)
    assert {index.passages[row].article_id for row in known.rows} == {ARTICLE}
    for start in known.starts:
        assert index.articles[ARTICLE].text[start:].startswith(EVIDENCE)
    np.testing.assert_allclose(known.vectors, embedder.embed_queries(known.texts), atol=2e-3)


def test_evidence_that_no_article_holds_is_left_out_and_said(corpus_dir: Path, embedder: Embedder) -> None:
    write(
        corpus_dir,
        f"{ARTICLE}\t{EVIDENCE}\t能分期吗",
        f"{ARTICLE}\t没有这句话在里面\t问什么",
        "nobody\t随便什么\t谁",
    )
    report = build(corpus_dir, embedder, max_reject_rate=0.0)
    assert report.manifest.questions == 1
    assert [
        note for note in report.notes if f"2 known questions left out, the first in {QUESTIONS}:4" in note
    ]


def test_only_a_line_feed_ends_a_line(corpus_dir: Path, embedder: Embedder) -> None:
    asked = "能不能\u2028一个月\x85还一点"
    other = "000_7ee602f1ee2344e0\t借呗\t借呗\u2028是什么"
    write(corpus_dir, f"{ARTICLE}\t{EVIDENCE}\t{asked}", other)
    assert asked in built(corpus_dir, embedder).known.texts
    drop_questions(corpus_dir, [ARTICLE])
    assert (corpus_dir / QUESTIONS).read_text(encoding="utf-8") == f"# a comment\n\n{other}\n"


def test_a_line_of_another_shape_stops_the_build_and_is_named(corpus_dir: Path, embedder: Embedder) -> None:
    write(corpus_dir, f"{ARTICLE}\t只有两列")
    with pytest.raises(CorpusError, match=rf"{QUESTIONS}:3: "):
        build(corpus_dir, embedder, max_reject_rate=0.0)


def test_changed_questions_make_another_build_and_show_as_drift(corpus_dir: Path, embedder: Embedder) -> None:
    write(corpus_dir, f"{ARTICLE}\t{EVIDENCE}\t能分期吗")
    first = built(corpus_dir, embedder)
    assert not find_drift(corpus_dir, first)
    write(corpus_dir, f"{ARTICLE}\t{EVIDENCE}\t能分期吗", f"{ARTICLE}\t{EVIDENCE}\t拆开还行不行")
    assert find_drift(corpus_dir, first).changed == (f"{corpus_dir.name}/{QUESTIONS}",)
    second = built(corpus_dir, embedder)
    assert second.manifest.build != first.manifest.build
    assert second.known.texts == ("能分期吗", "拆开还行不行")


def test_a_corpus_needs_no_known_questions(corpus_dir: Path, embedder: Embedder) -> None:
    (corpus_dir / QUESTIONS).unlink()
    known = built(corpus_dir, embedder).known
    assert known.texts == ()
    assert known.vectors.shape == (0, embedder.spec.dimension)
