"""A service broken on purpose never passes the gates, and the gate that falls names what was broken."""

import asyncio
from pathlib import Path

import pytest

from evals.cases import gold_paths, load_cases
from evals.cli import main
from evals.client import in_process
from evals.gates import check_gates, load_gates
from evals.record import RunRecord, read_run
from evals.rules import RULES_PATH, load_rules
from evals.run import Plan, run
from ingest.build import build
from service import decide
from tests.evals import sabotage

pytestmark = pytest.mark.slow

CASES = [case for case in load_cases(gold_paths("dev")) if case.style in ("plain", "traditional")]


def ran(corpus_dir: Path, path: Path, saboteur=None) -> RunRecord:
    async def go() -> RunRecord:
        plan = Plan(CASES, "dev", load_rules(RULES_PATH), path, mode="extractive")
        async with in_process(corpus_dir) as asker:
            return await run(plan, saboteur(asker) if saboteur else asker)

    return asyncio.run(go())


@pytest.fixture(scope="module")
def models(model_dir, monkeypatch_module) -> None:
    monkeypatch_module.setenv("JIEWEN_MODEL_DIR", str(model_dir))


@pytest.fixture(scope="module")
def honest_path(built_corpus, models, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("honest") / "run"
    ran(built_corpus, path)
    return path


@pytest.fixture(scope="module")
def honest(honest_path) -> RunRecord:
    return read_run(honest_path).head


def fallen(figures, honest: RunRecord) -> set[tuple[str, str]]:
    """The gates that fall, beyond those that the honest service does not keep either."""
    gates = load_gates()
    already = {(g.name, g.slice) for g in check_gates(gates, honest.figures, honest.figures) if not g.passed}
    now = {(g.name, g.slice) for g in check_gates(gates, figures, honest.figures) if not g.passed}
    return now - already


@pytest.mark.parametrize(
    ("saboteur", "gate"),
    [
        (sabotage.ShuffledRetrieval, ("recall_at_5", "all")),
        (sabotage.CitationsOffByOne, ("support", "all")),
        (sabotage.AlteredNumbers, ("novel_numbers", "all")),
        (sabotage.RefusesEverything, ("answer_rate", "all")),
        (sabotage.AnswersEverything, ("abstention_recall", "all")),
    ],
)
def test_a_spoiled_reply_falls_at_its_gate(built_corpus, honest, tmp_path, saboteur, gate):
    assert gate in fallen(ran(built_corpus, tmp_path / "run", saboteur).figures, honest)


def test_traditional_folding_off_falls_at_the_traditional_gate(built_corpus, honest, tmp_path):
    with sabotage.script_folding_off():
        figures = ran(built_corpus, tmp_path / "run").figures
    assert ("passed", "style:traditional") in fallen(figures, honest)


def test_one_articles_product_tag_flipped_falls_at_the_product_gate(corpus_dir, embedder, honest, tmp_path):
    sources = corpus_dir / "sources.toml"
    before = sources.read_text(encoding="utf-8")
    at = before.index("001_692f15ceae573a41.txt")
    sources.write_text(before[:at] + before[at:].replace('["花呗"]', '["借呗"]'), encoding="utf-8")
    build(corpus_dir, embedder, max_reject_rate=0.0)
    names = fallen(ran(corpus_dir, tmp_path / "run").figures, honest)
    assert {("recall_at_5", "product:花呗"), ("wrong_product", "all")} & names


def test_two_runs_of_one_build_agree_and_another_threshold_shows_as_flips(
    built_corpus, honest_path, tmp_path, monkeypatch, capsys
):
    ran(built_corpus, tmp_path / "again")
    assert main(["compare", str(honest_path), str(tmp_path / "again"), "--strict"]) == 0
    assert "flips: 0 (0 fixed, 0 broken); other answers that changed: 0" in capsys.readouterr().out
    monkeypatch.setattr(decide, "ANSWER_AT", dict.fromkeys(decide.ANSWER_AT, 0.999))
    ran(built_corpus, tmp_path / "strict")
    assert main(["compare", str(honest_path), str(tmp_path / "strict"), "--strict"]) == 1
    printed = capsys.readouterr().out
    assert "broken: " in printed
    assert "before [answered]" in printed
    assert "after [abstained]" in printed
