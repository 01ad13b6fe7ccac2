"""Building the index of the five articles: what is embedded, what is kept, what a reader gets."""

from pathlib import Path

from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index
from ingest.repair import replay


def test_every_passage_is_exactly_its_span_and_leads_back_to_the_crawl(index: Index):
    for passage in index.passages:
        article = index.articles[passage.article_id]
        assert article.text[passage.start : passage.end] == passage.text
        start, end = article.raw_span(passage.start, passage.end)
        assert 0 <= start < end <= len(index.raw_text(article.article_id))
    for article in index.articles.values():
        assert replay(index.raw_text(article.article_id), article.edits) == article.text


def test_second_build_embeds_nothing_and_is_the_same_build(
    corpus_dir: Path, embedder: Embedder, index: Index
):
    again = build(corpus_dir, embedder, max_reject_rate=0.0)
    assert (again.embedded, again.reused) == (0, len(index.passages))
    assert again.manifest.build == index.manifest.build


def test_one_changed_sentence_embeds_its_section_alone(corpus_dir: Path, embedder: Embedder):
    path = corpus_dir / "raw" / "001_692f15ceae573a41.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("避免溝通時(shí)無的放矢", "避免在電話裡說不清楚"), encoding="utf-8")
    report = build(corpus_dir, embedder, max_reject_rate=0.0)
    assert report.embedded == 1
    assert report.changed == ("corpus/raw/001_692f15ceae573a41.txt",)


def test_a_deleted_article_leaves_dense_and_sparse_search_and_the_disk(corpus_dir: Path, embedder: Embedder):
    gone = "004_05d3fb2475b1c13f"
    (corpus_dir / "raw" / f"{gone}.txt").unlink()
    build(corpus_dir, embedder, max_reject_rate=0.0)
    after = Index.load(corpus_dir / "index")
    assert gone not in after.articles
    rows, _ = after.sparse("95730", 10)
    assert len(rows) == 0
    rows, _ = after.dense(embedder.embed_queries(["全国统一客服热线"])[0], 50)
    assert all(after.passages[row].article_id != gone for row in rows)
