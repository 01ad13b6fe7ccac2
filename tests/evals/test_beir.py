"""A BEIR folder becomes cases and a corpus that can be built and asked."""

import json

import pytest

from evals.cases import load_cases
from evals.cli import main
from evals.record import read_run
from ingest.build import build


@pytest.fixture
def folder(tmp_path):
    def lines(name, rows):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / "beir" / name).write_text(text, encoding="utf-8")

    (tmp_path / "beir" / "qrels").mkdir(parents=True)
    lines(
        "corpus.jsonl",
        [
            {
                "_id": "D_1",
                "title": "长江",
                "text": "长江是中国最长的河流,全长约六千三百公里,流经十一个省级行政区。",
            },
            {
                "_id": "D_2",
                "title": "黄河",
                "text": "黄河发源于青海省,因河水含沙量大而呈黄色,全长约五千四百公里。",
            },
            {
                "_id": "D_3",
                "title": "泰山",
                "text": "泰山位于山东省中部,主峰玉皇顶海拔一千五百多米,是五岳之首。",
            },
            {"_id": "D_4", "title": "空", "text": ""},
        ],
    )
    lines("queries.jsonl", [{"_id": "Q1", "text": "泰山有多高"}, {"_id": "Q2", "text": "没有答案的问题"}])
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nQ1\tD_3\t1\nQ1\tD_1\t0\nQ2\tD_4\t1\n", encoding="utf-8"
    )
    return tmp_path / "beir"


def test_only_queries_with_a_relevant_document_become_cases(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["import-beir", str(folder), "--out", str(out)]) == 0
    (case,) = load_cases([out / "cases.jsonl"])
    assert [r.file for r in case.relevant] == ["d-3.txt"]
    assert sorted(p.name for p in (out / "corpus" / "raw").iterdir()) == ["d-1.txt", "d-2.txt", "d-3.txt"]
    assert main(["import-beir", str(folder), "--out", str(out)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_the_imported_set_runs_from_build_to_table(
    folder, tmp_path, embedder, model_dir, monkeypatch, capsys
):
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    out = tmp_path / "out"
    main(["import-beir", str(folder), "--out", str(out)])
    build(out / "corpus", embedder, max_reject_rate=0.0)
    words = [
        "--gold",
        str(out / "cases.jsonl"),
        "--corpus",
        str(out / "corpus"),
        "--out",
        str(tmp_path / "run"),
    ]
    assert main(words) == 0
    assert read_run(tmp_path / "run").head.figures["all"]["recall_at_1"].value == 1.0
    assert "abstention precision    not applicable" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_in_another_form_is_named(folder, tmp_path, broken, capsys):
    (folder / broken).write_text("not it\n", encoding="utf-8")
    assert main(["import-beir", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert broken in capsys.readouterr().err
