"""Vectors by row: the scan, the graph, and what filters leave of both."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import dense
from ingest.dense import DenseIndex, write_dense

DIMENSION = 24


def unit_vectors(count: int, seed: int = 0) -> np.ndarray:
    """Return vectors (count, d) in loose groups, as those of texts are."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(40, DIMENSION))
    vectors = centres[rng.integers(0, 40, count)] + 0.7 * rng.normal(size=(count, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    folder = tmp_path_factory.mktemp("dense") / "many"
    write_dense(folder, unit_vectors(6000), graph_from=1000)
    return DenseIndex.load(folder)


@settings(deadline=None, max_examples=40)
@given(count=st.integers(0, 60), k=st.integers(1, 70), seed=st.integers(0, 99), filtered=st.booleans())
def test_few_vectors_are_ranked_exactly(
    tmp_path_factory: pytest.TempPathFactory, count: int, k: int, seed: int, filtered: bool
) -> None:
    vectors, query = unit_vectors(count, seed), unit_vectors(1, seed + 1)[0]
    allowed = np.random.default_rng(seed).random(count) < 0.5 if filtered else None
    folder = tmp_path_factory.mktemp("dense") / "few"
    write_dense(folder, vectors)
    rows, cosines = DenseIndex.load(folder).search(query, k, allowed)
    exact = vectors @ query
    possible = np.arange(count) if allowed is None else np.flatnonzero(allowed)
    assert rows.tolist() == sorted(possible.tolist(), key=lambda row: (-exact[row], row))[:k]
    assert cosines == pytest.approx(exact[rows], abs=1e-6)


@pytest.mark.parametrize("share", [None, 0.6, 0.1, 0.002])
def test_the_graph_finds_nearly_what_a_scan_finds_under_every_filter(
    many: DenseIndex, monkeypatch: pytest.MonkeyPatch, share: float | None
) -> None:
    monkeypatch.setattr(dense, "SCANNED", 100)
    vectors, queries = unit_vectors(6000), unit_vectors(50, 7)
    allowed = None if share is None else np.random.default_rng(3).random(6000) < share
    same = 0
    for query in queries:
        rows, cosines = many.search(query, 10, allowed)
        assert len(rows) == 10
        assert allowed is None or allowed[rows].all()
        assert cosines == pytest.approx(vectors[rows] @ query, abs=1e-6)
        exact = vectors @ query if allowed is None else np.where(allowed, vectors @ query, -1)
        same += len({*rows.tolist()} & {*np.argsort(-exact)[:10].tolist()})
    assert same >= 0.97 * 10 * len(queries)


def test_a_mapped_index_finds_the_same(
    tmp_path: Path, many: DenseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "SCANNED", 100)
    write_dense(tmp_path / "one", unit_vectors(6000), graph_from=1000)
    read = DenseIndex.load(tmp_path / "one")
    monkeypatch.setattr(dense, "MAPPED_FROM_BYTES", 0)
    mapped = DenseIndex.load(tmp_path / "one")
    for query in unit_vectors(20, 5):
        assert mapped.search(query, 10)[0].tolist() == read.search(query, 10)[0].tolist()


def test_a_folder_without_vectors_or_with_a_damaged_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a dense index"):
        DenseIndex.load(tmp_path)
    write_dense(tmp_path / "cut", unit_vectors(600), graph_from=100)
    graph = tmp_path / "cut" / "graph.faiss"
    graph.write_bytes(graph.read_bytes()[:100])
    with pytest.raises(ValueError, match="not a dense index"):
        DenseIndex.load(tmp_path / "cut")
