"""Retrieval through its public door, over the five source articles with the real model."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.build import build
from ingest.dense import Nearest
from ingest.embed import Embedder, TokenStates
from ingest.fold import fold
from ingest.index import Index
from ingest.records import PRODUCTS, Product
from service.retrieve import Hit, Retriever
from service.synonyms import expansions, in_plain_words, synonyms_of
from tests.conftest import PROJECT

ANYTHING: frozenset[Product] = frozenset()


@pytest.fixture(scope="module")
def retriever(index: Index, embedder: Embedder) -> Retriever:
    return Retriever(index, embedder)


def texts_of(hits: tuple[Hit, ...], top: int) -> str:
    return "\n".join(hit.passage.embedded_text for hit in hits[:top])


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("借呗逾期后可以申请延期还款吗", "借呗会根据具体情况考虑用户的申请"),
        ("借唄逾期後可以申請延期還款嗎？", "借呗会根据具体情况考虑用户的申请"),
        ("借贝预期能申请言期吗", "借呗会根据具体情况考虑用户的申请"),
        ("jiebei yuqi neng yanqi huankuan ma", "借呗会根据具体情况考虑用户的申请"),
        ("花呗生病了还不上要啥证明", "需提供相关的医疗证明"),
        ("huabei shengbing yuqi yao shenme zhengming", "需提供相关的医疗证明"),
        ("催收爆通讯录咋整", "可以向相关部门投诉"),
        ("客服热线是多少 hua bei", "拨打花呗客服热线"),
        ("客服做不了主 能找他领导不", "请求转接至上级客服"),
        ("請(qǐng)問(wèn)借唄的額度有多少", "额度一般在几百到几万元不等"),
    ],
)
def test_the_passage_is_among_the_first_three(retriever: Retriever, question: str, evidence: str) -> None:
    assert evidence in texts_of(retriever.retrieve(question, top_k=10, product=ANYTHING).hits, 3)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("花唄逾期會影響信用嗎？", "花呗逾期会影响信用吗?"),
        ("借唄可以線上聯絡客服嗎", "借呗可以线上联络客服吗"),
        ("面臨著催收該怎麼辦", "面临着催收该怎么办"),
    ],
)
def test_both_scripts_find_the_same(retriever: Retriever, traditional: str, simplified: str) -> None:
    one = retriever.retrieve(traditional, top_k=20, product=ANYTHING)
    other = retriever.retrieve(simplified, top_k=20, product=ANYTHING)
    assert one.hits == other.hits


@pytest.mark.parametrize(
    ("question", "product", "admitted"),
    [
        ("借呗逾期怎么办", [], {"借呗", "通用"}),
        ("介呗逾期怎么办", [], {"借呗", "通用"}),
        ("huabei yuqi zenme ban", [], {"花呗", "通用"}),
        ("花呗和借呗都逾期了怎么办", [], {"花呗", "借呗", "通用"}),
        ("逾期怎么办", ["借呗"], {"借呗", "通用"}),
        ("逾期怎么办", ["花呗", "借呗"], {"花呗", "借呗", "通用"}),
        ("逾期怎么办", ["通用"], {"通用"}),
        ("逾期怎么办", ["unknown"], {"unknown"}),
        ("逾期怎么办", [], set(PRODUCTS)),
    ],
)
def test_no_passage_of_another_product_is_shown(
    retriever: Retriever, question: str, product: list[Product], admitted: set[str]
) -> None:
    hits = retriever.retrieve(question, top_k=100, product=frozenset(product)).hits
    assert {name for hit in hits for name in hit.passage.product} == admitted


def test_questions_without_a_word_of_the_corpus_are_answered_by_meaning_alone(retriever: Retriever) -> None:
    hits = retriever.retrieve("weather?", top_k=5, product=ANYTHING).hits
    assert len(hits) == 5
    assert all(set(hit.legs) == {"dense", "asked"} for hit in hits)


def test_copies_collapse_into_one_hit_with_their_number(corpus_dir: Path, embedder: Embedder) -> None:
    source = next((corpus_dir / "raw").glob("001_*"))
    for copy, change in (
        ("901_copy.txt", ("困難", "困难")),
        ("902_copy.txt", ("以便後續跟進", "方便後續跟進")),
    ):
        (corpus_dir / "raw" / copy).write_text(
            source.read_text(encoding="utf-8").replace(*change), encoding="utf-8"
        )
    build(corpus_dir, embedder, max_reject_rate=0.0)
    copied = Retriever(Index.load(corpus_dir / "index"), embedder)
    hits = copied.retrieve("花呗逾期生病了要什么证明", top_k=5, product=ANYTHING).hits
    assert len(hits) == 5
    assert len({fold(hit.passage.text) for hit in hits}) == 5
    best = next(hit for hit in hits if "医疗证明" in hit.passage.text)
    assert best.duplicates == 2


def test_a_corpus_of_one_short_page_is_searched(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "one.txt").write_text(
        "白条逾期怎么办\n\n白条逾期后,先联系客服说明情况,再按自己的收入提出还款计划,谈妥以后按时还款。\n",
        encoding="utf-8",
    )
    shutil.copy(PROJECT / "corpus" / "sources.toml", tmp_path)
    build(tmp_path, embedder, max_reject_rate=0.0)
    single = Retriever(Index.load(tmp_path / "index"), embedder)
    (hit, *_) = single.retrieve("白条逾期先做什么", top_k=5, product=ANYTHING).hits
    assert "联系客服" in hit.passage.text
    assert hit.score > 0


class FoldedOnly:
    """An index that refuses a search for text that is not folded."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.searched: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    def sparse(
        self, folded_query: str, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        assert fold(folded_query) == folded_query
        self.searched.append(folded_query)
        return self._index.sparse(folded_query, k, allowed)


class EmbedsFoldedOnly:
    """An embedder that refuses a question that is not folded."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.spec = embedder.spec

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert all(fold(text) == text for text in texts)
        return self._embedder.embed_queries(texts)

    def read_quickly(self, text: str) -> tuple[NDArray[np.float32], TokenStates | None]:
        assert fold(text) == text
        return self._embedder.read_quickly(text)


QUESTIONS = st.text(
    st.one_of(
        st.sampled_from("借唄呗花唄逾期還款客服怎麼辦?？咋啥 jiebeiyuqi(ǐ)ＡＰＰ，。著帳"),
        st.characters(codec="utf-8"),
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS, quick=st.booleans())
def test_no_leg_sees_unfolded_text_and_every_ranking_is_sound(
    index: Index, embedder: Embedder, question: str, quick: bool
) -> None:
    watched = FoldedOnly(index)
    found = Retriever(watched, EmbedsFoldedOnly(embedder)).retrieve(  # type: ignore[arg-type]
        question, top_k=10, product=ANYTHING, quick=quick
    )
    assert fold(found.respelled) == found.respelled
    assert watched.searched
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-6 for score in scores)
    assert len({hit.row for hit in found.hits}) == len(found.hits) <= 10
    for hit in found.hits:
        assert hit.passage == index.passages[hit.row]
        assert all(hit.legs[leg] > 0 for leg in hit.legs if leg not in ("dense", "asked"))


@pytest.mark.parametrize("quick", [False, True])
def test_passages_are_found_where_nobody_wrote_questions(
    index: Index, embedder: Embedder, quick: bool
) -> None:
    bare = Retriever(index.without_known_questions(), embedder)
    found = bare.retrieve("借呗逾期后可以申请延期吗", top_k=5, product=ANYTHING, quick=quick)
    assert any("延期" in hit.passage.text for hit in found.hits[:3])


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**16), count=st.integers(0, 300))
def test_eight_bits_propose_the_nearest_and_their_products_are_exact(seed: int, count: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((count + 1, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query, vectors = vectors[0], vectors[1:]
    rows, products = Nearest(vectors).search(query, 50)
    np.testing.assert_allclose(products, vectors[rows] @ query, atol=1e-6)
    assert len(set(rows.tolist())) == len(rows) == min(50, count)
    best = np.argsort(-(vectors @ query))[:10]
    assert len(set(best.tolist()) - set(rows.tolist())) == 0


def test_hits_are_the_same_every_time_and_from_every_thread(
    built_corpus: Path, retriever: Retriever, embedder: Embedder
) -> None:
    questions = ["借呗逾期怎么办", "花呗客服电话", "yuqi lixi", "没钱还"] * 3
    fresh = Retriever(Index.load(built_corpus / "index"), embedder)

    def hits(one: Retriever, question: str) -> list[tuple[Hit, ...]]:
        ways = (False, True)
        return [one.retrieve(question, top_k=10, product=ANYTHING, quick=quick).hits for quick in ways]

    expected = [hits(retriever, question) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda question: hits(fresh, question), questions))
    assert again == expected


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("借呗预期利息", "借呗逾期利息"),
        ("jie bei yu qi zen me ban", "借呗逾期怎么办"),
        ("借呗yuqi怎么办", "借呗逾期怎么办"),
        ("借呗逾期怎么办", "借呗逾期怎么办"),
        ("app里的sms 95188", "app里的sms 95188"),
        ("花呗咋延期", "花呗怎么延期"),
        ("晚一天也算逾期不 花呗于期", "晚一天也算逾期不 花呗逾期"),
        ("给借呗客服打电话", "给借呗客服打电话"),
        # Whole sentences without blanks; readings that nobody uses (不 as fu) do not compete.
        ("xieshangbuchenggongzenmeban", "协商不成功怎么办"),
        # No article has 一直, but people type it.
        ("花呗一值托着不还", "花呗一直拖着不还"),
        ("借呗一直逾期不还", "借呗一直逾期不还"),
        ("change my phone number", "change my phone number"),
    ],
)
def test_a_question_is_read_as_it_was_meant(retriever: Retriever, question: str, meant: str) -> None:
    assert retriever.retrieve(question, top_k=1, product=ANYTHING).respelled == meant


def test_legs_can_be_left_out(index: Index, embedder: Embedder) -> None:
    dense = Retriever(index, embedder, weights={"dense": 1.0})
    hits = dense.retrieve("借呗逾期怎么办", top_k=10, product=ANYTHING).hits
    assert all(set(hit.legs) == {"dense"} for hit in hits)
    cosines = [hit.legs["dense"] for hit in hits]
    assert cosines == sorted(cosines, reverse=True)


def test_synonyms_are_folded_and_lead_both_ways() -> None:
    assert "疑惑" in synonyms_of("问题")
    assert "问题" in synonyms_of("疑惑")
    assert "热线" in expansions("花呗客服电话")
    assert expansions("天气") == ()
    assert in_plain_words("咋整") == "怎么办"
    listed = (PROJECT / "service" / "synonyms.tsv").read_text(encoding="utf-8").splitlines()
    for line in listed:
        if not line.startswith("#"):
            kind, words, why = line.split("\t")
            assert kind in ("same", "near", "plain")
            assert why
            assert len(set(words.split(" "))) >= 2
            assert fold(words) == words
