"""BM25 over characters and pairs of characters."""

import numpy as np
import pytest

from ingest import sparse
from ingest.sparse import SparseIndex

TEXTS = ["的逾期", "的花呗", "的借呗", "的的的"]


def test_the_most_common_terms_rest_when_a_search_would_add_up_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = SparseIndex.build(TEXTS)
    everything, _ = index.search("的借", 10)
    assert set(everything.tolist()) == {0, 1, 2, 3}
    monkeypatch.setattr(sparse, "MAX_POSTINGS", 3)
    rows, scores = index.search("的借", 10)
    assert rows.tolist() == [2]
    assert scores[0] > 0


def test_a_question_of_common_terms_only_is_searched_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse, "MAX_POSTINGS", 1)
    rows, _ = SparseIndex.build(TEXTS).search("的", 10)
    assert sorted(rows.tolist()) == [0, 1, 2, 3]


def test_frequencies_count_texts_not_occurrences() -> None:
    frequencies = SparseIndex.build(TEXTS).frequencies()
    assert frequencies["的"] == 4
    assert frequencies["借呗"] == 1
    assert SparseIndex.build([]).frequencies() == {}


def test_only_allowed_rows_are_found() -> None:
    rows, _ = SparseIndex.build(TEXTS).search("的", 10, np.array([1, 3]))
    assert sorted(rows.tolist()) == [1, 3]
