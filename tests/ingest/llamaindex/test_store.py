"""The LlamaIndex store against a plain dictionary, and inside LlamaIndex."""

import re
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)

from ingest.index import Index
from ingest.llamaindex.store import FaissStore, StoreError
from ingest.llamaindex.vectors import VectorIndex

PROJECT = Path(__file__).resolve().parents[3]
DIMENSION = 4
PRODUCTS = ("花呗", "借呗", "通用")
NODE_IDS = st.sampled_from([f"n{i}" for i in range(12)])
ARTICLES = st.sampled_from([f"a{i}" for i in range(4)])


def unit(seed: int) -> list[float]:
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return [float(x) for x in (vector / np.linalg.norm(vector)).astype(np.float32)]


def node(node_id: str, article: str, product: list[str], seed: int) -> TextNode:
    made = TextNode(
        id_=node_id, text=f"text of {node_id} {seed}", metadata={"article_id": article, "product": product}
    )
    made.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=article)
    made.embedding = unit(seed)
    return made


class StoreAgainstDictionary(RuleBasedStateMachine):
    """Whatever is added, replaced, deleted, saved and loaded: the store holds and finds what a dictionary holds."""

    @initialize(exact_below=st.sampled_from([3, 1000]))
    def start(self, exact_below):
        self.folder = Path(tempfile.mkdtemp())
        self.store = FaissStore(DIMENSION, exact_below=exact_below)
        self.model = {}

    def teardown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(
        rows=st.lists(
            st.tuples(
                NODE_IDS,
                ARTICLES,
                st.lists(st.sampled_from(PRODUCTS), min_size=1, unique=True),
                st.integers(0, 999),
            ),
            max_size=6,
        )
    )
    def add(self, rows):
        nodes = [node(*row) for row in rows]
        assert self.store.add(nodes) == [one.node_id for one in nodes]
        self.model.update({one.node_id: one for one in nodes})

    @rule(article=ARTICLES)
    def delete_article(self, article):
        self.store.delete(article)
        self.model = {k: v for k, v in self.model.items() if v.ref_doc_id != article}

    @rule(node_ids=st.lists(NODE_IDS, max_size=3))
    def delete_nodes(self, node_ids):
        self.store.delete_nodes(node_ids)
        self.model = {k: v for k, v in self.model.items() if k not in node_ids}

    @rule(product=st.sampled_from(PRODUCTS))
    def delete_by_filter(self, product):
        self.store.delete_nodes(filters=equals("product", product))
        self.model = {k: v for k, v in self.model.items() if product not in v.metadata["product"]}

    @rule()
    def save_and_load(self):
        path = self.folder / "store.npz"
        self.store.persist(str(path))
        self.store = FaissStore.load(path)

    @precondition(lambda self: self.model)
    @rule(seed=st.integers(0, 999), k=st.integers(1, 15), product=st.none() | st.sampled_from(PRODUCTS))
    def find(self, seed, k, product):
        query = VectorStoreQuery(query_embedding=unit(seed), similarity_top_k=k)
        query.filters = equals("product", product) if product else None
        found = self.store.query(query)
        expected = sorted(
            (
                float(np.dot(unit(seed), v.embedding))
                for v in self.model.values()
                if not product or product in v.metadata["product"]
            ),
            reverse=True,
        )[:k]
        assert found.similarities == pytest.approx(expected, abs=1e-5)
        for node_id, similarity, got in zip(found.ids, found.similarities, found.nodes, strict=True):
            held = self.model[node_id]
            assert (got.text, got.metadata) == (held.text, held.metadata)
            assert similarity == pytest.approx(float(np.dot(unit(seed), held.embedding)), abs=1e-5)

    @invariant()
    def holds_the_same(self):
        if hasattr(self, "store"):
            assert len(self.store) == len(self.model) == len(self.store.client)
            assert {n.node_id: n.text for n in self.store.get_nodes()} == {
                k: v.text for k, v in self.model.items()
            }


def equals(key: str, value: str) -> MetadataFilters:
    return MetadataFilters(filters=[MetadataFilter(key=key, value=value)])


StoreAgainstDictionary.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestStoreAgainstDictionary = StoreAgainstDictionary.TestCase


def test_nested_filters():
    store = FaissStore(DIMENSION)
    store.add(
        [node("x", "a1", ["花呗"], 1), node("y", "a2", ["借呗"], 2), node("z", "a3", ["花呗", "借呗"], 3)]
    )
    either = MetadataFilters(
        filters=[
            MetadataFilters(
                filters=[
                    MetadataFilter(key="product", value=["借呗"], operator=FilterOperator.ANY),
                    MetadataFilter(key="article_id", value="a3", operator=FilterOperator.NE),
                ]
            ),
            MetadataFilter(key="article_id", value=["a1"], operator=FilterOperator.IN),
        ],
        condition=FilterCondition.OR,
    )
    assert [n.node_id for n in store.get_nodes(filters=either)] == ["x", "y"]


def test_a_node_of_another_dimension_is_refused_and_nothing_is_added():
    store = FaissStore(DIMENSION)
    wrong = node("y", "a1", ["花呗"], 2)
    wrong.embedding = [1.0]
    with pytest.raises(StoreError, match="node y: 1-dimensional"):
        store.add([node("x", "a1", ["花呗"], 1), wrong])
    assert len(store) == 0


def test_a_damaged_file_is_refused(tmp_path: Path):
    store = FaissStore(DIMENSION)
    store.add([node("x", "a1", ["花呗"], 1)])
    path = tmp_path / "store.npz"
    store.persist(str(path))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"store\.npz"):
        FaissStore.load(path)


def test_approximate_search_finds_nearly_what_exact_search_finds():
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(50, 32))
    vectors = (centres[rng.integers(0, 50, 4000)] + 0.6 * rng.normal(size=(4000, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(4000, dtype=np.int64)
    exact, approximate = VectorIndex.build(vectors, ids), VectorIndex.build(vectors, ids, exact_below=100)
    assert exact.is_exact
    assert not approximate.is_exact
    hits = [len(set(exact.search(v, 10)[0]) & set(approximate.search(v, 10)[0])) for v in vectors[:200]]
    assert sum(hits) / 2000 > 0.95
    few = np.sort(rng.choice(4000, 12, replace=False)).astype(np.int64)
    assert set(approximate.search(vectors[0], 12, few)[0]) == set(few)
    approximate.remove(few[:6])
    assert set(approximate.search(vectors[0], 12, few)[0]) == set(few[6:])


def test_the_example_of_the_guide_runs(
    built_corpus: Path, model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    guide = (PROJECT / "docs" / "llamaindex.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "index").symlink_to(built_corpus / "index")
    (tmp_path / "corpus" / "models").symlink_to(model_dir)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(code, "docs/llamaindex.md", "exec"), names)
    said = capsys.readouterr().out
    assert said.count("花呗") >= 3
    assert "分期" in said
    kept, whole = names["store"], Index.load(built_corpus / "index")
    assert isinstance(kept, FaissStore)
    assert 0 < len(kept) < len(whole.passages)
