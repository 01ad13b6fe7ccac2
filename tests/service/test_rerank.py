"""A cross-encoder as the last word on the first hits: a tiny one with random weights, made here."""

from pathlib import Path

import numpy as np
import pytest

from ingest.embed import Embedder, EmbedError
from ingest.index import Index
from service.retrieve import Retriever, load_reranker

QUESTION = "借呗逾期了怎么和客服说"


def write_model(folder: Path, labels: int) -> Path:
    """Write a BERT with random weights, a vocabulary of single characters and ``labels`` scores a pair."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    characters = sorted(set("借呗花逾期客服还款利息电话征信,。的了怎么和说"))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
        initializer_range=2.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("reranker") / "one", 1)


@pytest.mark.slow
def test_the_first_hits_are_ranked_by_both_and_the_score_says_so(
    index: Index, embedder: Embedder, model: Path
) -> None:
    plain = Retriever(index, embedder)
    reranker = load_reranker(str(model), threads=1, offline=True)
    assert reranker is not None
    before = plain.retrieve(QUESTION, top_k=30, product=frozenset()).hits
    after = (
        Retriever(index, embedder, reranker=reranker).retrieve(QUESTION, top_k=30, product=frozenset()).hits
    )
    assert {hit.row for hit in after} == {hit.row for hit in before}
    assert [hit.row for hit in after] != [hit.row for hit in before]
    assert {hit.row for hit in after[:20]} == {hit.row for hit in before[:20]}
    assert [hit.row for hit in after[20:]] == [hit.row for hit in before[20:]]
    scores = [hit.score for hit in after]
    assert scores == sorted(scores, reverse=True)
    fused = {hit.row: hit.score for hit in before}
    read = reranker.scores(QUESTION, [hit.passage.embedded_text for hit in after[:20]])
    assert np.ptp(read) > 0
    for hit, score in zip(after[:20], read, strict=True):
        assert hit.legs["reranker"] == pytest.approx(float(score), abs=1e-5)
        assert hit.score == pytest.approx((fused[hit.row] + float(score)) / 2, abs=1e-5)
    short = (
        Retriever(index, embedder, reranker=reranker).retrieve(QUESTION, top_k=3, product=frozenset()).hits
    )
    assert short == after[:3]


@pytest.mark.slow
def test_a_reranker_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    assert load_reranker(None, threads=1, offline=True) is None
    with pytest.raises(EmbedError, match="nobody/nothing"):
        load_reranker("nobody/nothing", threads=1, offline=True)
    with pytest.raises(EmbedError, match="gives 3 scores a pair"):
        load_reranker(str(write_model(tmp_path / "three", 3)), threads=1, offline=True)
