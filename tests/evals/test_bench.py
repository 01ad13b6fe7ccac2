"""The retrieval benchmark on a small BEIR folder, with the real model."""

import json
import random
from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from evals.bench_stock import index_search
from evals.bench_wording import measure, with_a_slip
from evals.cli import main
from ingest.embed import Embedder
from ingest.index import Index
from service.retrieve.sounds import sounds_of

DOCUMENTS = {
    "d1": "白条逾期以后,京东会先发短信提醒,再由人工电话催收,长期不还会被起诉。",
    "d2": "办理房贷需要准备收入证明、银行流水、身份证和购房合同,银行审核大约两周。",
    "d3": "信用卡年费可以通过每年刷满六次来减免,具体以发卡银行的公告为准。",
    "d4": "公积金提取要先在网上预约,再带着身份证和银行卡到柜台办理,当天到账。",
    "d5": "车险到期前三十天可以续保,逾期续保要重新验车,还会失去无赔款优待。",
}
QUESTIONS = {
    "q1": ("白条不还会怎样", "d1"),
    "q2": ("辦理房貸要準備什麼", "d2"),
    "q3": ("nian fei jian mian", "d3"),
}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    (folder / "qrels").mkdir(parents=True)
    lines = [json.dumps({"_id": i, "title": "", "text": t}, ensure_ascii=False) for i, t in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked = [json.dumps({"_id": i, "text": q}, ensure_ascii=False) for i, (q, _) in QUESTIONS.items()]
    (folder / "queries.jsonl").write_text("\n".join(asked), encoding="utf-8")
    judged = [f"{i}\t{document}\t1" for i, (_, document) in QUESTIONS.items()]
    (folder / "qrels" / "test.tsv").write_text(
        "\n".join(["query-id\tcorpus-id\tscore", *judged]), encoding="utf-8"
    )
    return folder


@pytest.mark.slow
def test_every_leg_the_fusion_and_each_leg_left_out_are_measured(
    beir: Path,
    tmp_path: Path,
    model_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    out = tmp_path / "out.json"
    assert main(["bench", "retrieval", "--data", str(beir), "--no-stock", "--out", str(out)]) == 0
    systems = json.loads(out.read_text(encoding="utf-8"))["systems"]
    assert {"/search", "only dense", "only sparse", "only phonetic", "only synonyms", "fusion"} <= set(
        systems
    )
    assert {name for name in systems if name.startswith("without ")} == {
        "without asked",
        "without dense",
        "without sparse",
        "without phonetic",
        "without synonyms",
    }
    value, _, _, n = systems["fusion"]["all"]["recall@1"]
    assert (value, n) == (1.0, 3)
    # Typed pinyin shares no character with the document: the sparse leg alone cannot find it.
    assert systems["only sparse"]["all"]["recall@10"][0] < 1.0
    assert "fusion" in capsys.readouterr().out


def test_through_llamaindex_an_index_finds_what_its_dense_leg_finds(index: Index, embedder: Embedder) -> None:
    search = index_search(index, embedder, top_k=5)
    for question in ("花唄逾期後怎麼協商分期還款", "没钱还会不会上门"):
        rows, _ = index.dense(embedder.embed_queries([question])[0], 5)
        assert search(question) == rows.tolist()


def test_a_folder_that_is_no_beir_is_named(
    tmp_path: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    assert main(["bench", "retrieval", "--data", str(tmp_path), "--no-stock"]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err


@pytest.mark.slow
def test_a_reading_set_is_a_retrieval_set_of_its_paragraphs(
    tmp_path: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    asked = {document: question for question, document in QUESTIONS.values()}
    paragraphs = [
        {"context": text, "qas": [{"question": asked[name]}] if name in asked else []}
        for name, text in DOCUMENTS.items()
    ]
    path, out = tmp_path / "set.json", tmp_path / "out.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False), encoding="utf-8")
    assert (
        main(["bench", "retrieval", "--squad", str(path), "--no-stock", "--limit", "2", "--out", str(out)])
        == 0
    )
    value, _, _, n = json.loads(out.read_text(encoding="utf-8"))["systems"]["fusion"]["all"]["recall@1"]
    assert (value, n) == (1.0, 2)
    path.write_text('{"data": [{}]}', encoding="utf-8")
    assert main(["bench", "retrieval", "--squad", str(path)]) == 2


def test_slips_and_pinyin_are_counted_by_how_they_are_read() -> None:
    questions = ["花呗逾期了怎么办", "催收会上门吗"]
    slips = [with_a_slip(question, random.Random(seed)) for question in questions for seed in range(9)]
    for slip, question in zip(slips, [q for q in questions for _ in range(9)], strict=True):
        assert slip is not None
        [(left, right)] = [pair for pair in zip(question, slip, strict=True) if pair[0] != pair[1]]
        assert sounds_of(left)[0] == sounds_of(right)[0]
        assert "呗" not in left
    unread = measure(lambda question: (question, question), questions, random.Random(0))
    assert unread["… put right"] == 0 == unread["without a slip, changed"]
    assert unread["pinyin with blanks: characters lost, %"] == 100
    meant = {"".join(lazy_pinyin(question)): question for question in questions}
    perfect = measure(
        lambda typed: (typed, meant["".join(lazy_pinyin(typed)).replace(" ", "")]),
        questions,
        random.Random(0),
    )
    assert perfect["… put right"] == perfect["with a slip"] == 2
    assert perfect["pinyin without blanks: characters lost, %"] == 0
