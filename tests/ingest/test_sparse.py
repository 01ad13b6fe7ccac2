"""BM25 over characters and pairs of characters, against bm25s as the reference."""

import logging
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import postings, sparse
from ingest.sparse import SparseIndex
from ingest.terms import hanzi_of, key_of, tokens

TEXTS = ["的逾期", "的花呗", "的借呗", "的的的"]
FOLDED = st.lists(st.text("的借呗花逾期ab1 ,", max_size=12), min_size=1, max_size=30)


def reference_scores(texts: list[str], query: str) -> np.ndarray:
    """Return what bm25s scores every one of ``texts``."""
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in tokens(text)] for text in texts]
    asked = [vocabulary[term] for term in tokens(query) if term in vocabulary]
    if not asked:
        return np.zeros(len(texts), np.float32)
    reference = bm25s.BM25()
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    reference.index((rows, vocabulary), show_progress=False)
    return reference.get_scores_from_ids(asked)


@settings(deadline=None, max_examples=150)
@given(texts=FOLDED, query=st.text("的借呗花逾期ab1 ,", max_size=12), chunk=st.sampled_from([1, 3, 1 << 15]))
def test_scores_are_those_of_bm25s_however_the_texts_are_cut_into_chunks(
    texts: list[str], query: str, chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_CHUNK", chunk)
        index = SparseIndex.build(iter(texts))
    expected = reference_scores(texts, query)
    rows, scores = index.search(query, len(texts))
    assert sorted(rows.tolist()) == np.flatnonzero(expected > 0).tolist()
    assert scores == pytest.approx(expected[rows], abs=1e-5)
    assert list(zip(-scores, rows, strict=True)) == sorted(zip(-scores, rows, strict=True))


def test_beyond_the_limit_common_terms_count_only_for_what_the_rarer_ones_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = SparseIndex.build(TEXTS)
    everything, whole = index.search("的借", 10)
    assert set(everything.tolist()) == {0, 1, 2, 3}
    monkeypatch.setattr(sparse, "MERGED", 3)
    rows, scores = index.search("的借", 10)
    assert rows.tolist() == [2]
    assert scores[0] == whole[everything.tolist().index(2)]


def test_a_question_of_common_terms_only_is_searched_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse, "MERGED", 1)
    rows, _ = SparseIndex.build(TEXTS).search("的", 10)
    assert sorted(rows.tolist()) == [0, 1, 2, 3]


def test_frequencies_count_texts_not_occurrences_and_keep_the_commonest() -> None:
    frequencies = SparseIndex.build(TEXTS).frequencies(100)
    assert frequencies["的"] == 4
    assert frequencies["借呗"] == 1
    assert SparseIndex.build(TEXTS).frequencies(2) == {"的": 4, "呗": 2}
    assert SparseIndex.build([]).frequencies(100) == {}


def test_only_allowed_rows_are_found() -> None:
    rows, _ = SparseIndex.build(TEXTS).search("的", 10, np.array([False, True, False, True]))
    assert sorted(rows.tolist()) == [1, 3]


@pytest.mark.parametrize("mapped_from", [0, 1 << 40])
def test_what_was_saved_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped_from: int
) -> None:
    monkeypatch.setattr(sparse, "MAPPED_FROM_BYTES", mapped_from)
    for name, texts in (("some", TEXTS), ("none", [])):
        SparseIndex.build(texts).save(tmp_path / name)
        loaded = SparseIndex.load(tmp_path / name)
        assert loaded.search("的借", 3)[0].tolist() == SparseIndex.build(texts).search("的借", 3)[0].tolist()
    (tmp_path / "some" / "rows.npy").write_bytes(b"")
    with pytest.raises(ValueError, match="not a sparse index"):
        SparseIndex.load(tmp_path / "some")


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_hanzi_can_be_read_back_from_keys_and_words_cannot(text: str) -> None:
    for term in tokens(text):
        assert hanzi_of(key_of(term)) == (term if term[0] >= "\u3400" else "")
