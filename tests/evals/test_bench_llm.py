"""The benchmark with an LLM: the real service and the real stock engine, the LLM scripted."""

import json
from collections import Counter

import pytest

from evals.bench_llm import SYSTEMS, drawn
from evals.cases import gold_paths, load_cases
from evals.cli import main
from evals.record import read_run
from tests.service.scripted_llm import serve

DEV = load_cases(gold_paths("dev"))


def test_the_draw_is_the_same_for_a_seed_and_keeps_the_proportions():
    assert drawn(DEV, 40, 1) == drawn(DEV, 40, 1)
    assert drawn(DEV, 40, 1) != drawn(DEV, 40, 2)
    assert len(drawn(DEV, 10_000, 1)) == len(DEV)
    all_types, types = Counter(case.type for case in DEV), Counter(case.type for case in drawn(DEV, 60, 1))
    for name, count in all_types.items():
        assert abs(types[name] - 60 * count / len(DEV)) <= 1


def test_without_an_llm_there_is_nothing_to_measure(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("JIEWEN_LLM_BASE_URL", raising=False)
    assert main(["bench", "llm", "--out", str(tmp_path)]) == 2
    assert "JIEWEN_LLM_BASE_URL" in capsys.readouterr().err


@pytest.mark.slow
def test_every_system_is_asked_the_same_and_measured_alike(
    built_corpus, model_dir, tmp_path, monkeypatch, capsys
):
    with serve() as (base_url, script):
        script.text = "逾期会影响个人信用记录[1]。还会被罚款九千元。"
        for name, value in {
            "CORPUS_DIR": built_corpus,
            "MODEL_DIR": model_dir,
            "LLM_BASE_URL": base_url,
            "LLM_MODEL": "m",
        }.items():
            monkeypatch.setenv(f"JIEWEN_{name}", str(value))
        words = ["bench", "llm", "--split", "dev", "--n", "5", "--seed", "3", "--out", str(tmp_path / "out")]
        assert main(words) == 0
        asked = len(script.asked)
        assert main(words) == 0  # gone on with: nothing is left to ask
        assert len(script.asked) == asked
    rows = {name: read_run(tmp_path / "out" / name).rows for name in SYSTEMS}
    assert rows["extractive"].keys() == rows["llm"].keys() == rows["stock"].keys()
    for row in rows["stock"].values():
        (sentence, invented) = row.response.sentences
        assert (sentence.citations, invented.citations) == ([1], [])
        assert row.verdict.novel_numbers == ["9000元"]
        assert row.response.citations[0].clean.end > row.response.citations[0].clean.start
    printed = capsys.readouterr().out
    assert "stock LlamaIndex" in printed
    assert "sentences unsupported" in printed
    assert set(json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))) == set(SYSTEMS)
