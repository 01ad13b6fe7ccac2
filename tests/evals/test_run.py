"""Running cases against a service on the real wire."""

import asyncio
import json
import signal
import subprocess
import sys
import time

import pytest

from evals.cases import Case
from evals.cli import main
from evals.client import over_asgi
from evals.record import RunError, RunRecord, read_run
from evals.rules import Rules
from evals.run import Plan, run
from tests.evals.conftest import DELAY, WEATHER, served
from tests.evals.toy import Toy, answer

EVIDENCE = {"file": "jie.txt", "heading": "1. 延期", "evidence": "借呗会考虑延期申请", "group": "a"}
ASKED = Case(
    case_id="delay.plain",
    question=DELAY,
    type="fact",
    product="借呗",
    expected="answer",
    relevant=(EVIDENCE,),
    key_facts=(("延期", "展期"),),
)
OFF = Case(case_id="weather.plain", question=WEATHER, type="far_scope", expected="abstain")


def ran(toy: Toy, path, cases=(ASKED, OFF), **more) -> RunRecord:
    async def go():
        async with over_asgi(toy.app()) as asker:
            return await run(Plan(cases=cases, gold="toy", rules=Rules(), path=path, **more), asker)

    return asyncio.run(go())


def write_gold(path, cases=(ASKED, OFF)):
    path.write_text("".join(c.model_dump_json() + "\n" for c in cases), encoding="utf-8")
    return str(path)


def test_a_good_answer_and_a_right_abstention_pass(tmp_path):
    head = ran(Toy({DELAY: answer(("jie", "借呗会考虑延期申请。"))}), tmp_path / "run")
    everything = head.figures["all"]
    assert head.complete
    assert everything["passed"].value == 1.0
    assert everything["recall_at_1"].value == 1.0
    assert everything["recall_at_1"].n == 1  # the weather needs no evidence: not applicable, not zero
    assert everything["citation_precision"].value == 1.0
    assert everything["abstention_recall"].value == 1.0


def test_every_row_is_kept_with_what_came_back(tmp_path):
    ran(Toy({DELAY: answer(("jie", "借呗会考虑延期申请。"))}), tmp_path / "run")
    row = read_run(tmp_path / "run").rows["delay.plain"]
    assert row.response.citations[0].quote == "借呗会考虑延期申请。"
    assert row.hits[0].article_id == "jie"
    assert row.http_status == 200


def test_questions_and_answers_may_hold_what_some_take_for_a_line_end(url, tmp_path):
    gold = write_gold(tmp_path / "gold.jsonl", [OFF.model_copy(update={"question": "明天\u2028下雨\x85吗"})])
    assert main(["--url", url, "--gold", gold, "--out", str(tmp_path / "run")]) == 0
    (row,) = read_run(tmp_path / "run").rows.values()
    assert row.case.question == "明天\u2028下雨\x85吗"


def test_a_crash_is_a_failure_and_stays_in_the_denominator(tmp_path):
    head = ran(Toy({DELAY: 500}), tmp_path / "run")
    everything = head.figures["all"]
    assert everything["failed"].value == 0.5
    assert everything["answer_rate"].value == 0.0
    assert everything["key_fact_recall"].value == 0.0
    assert everything["citation_recall"].value == 0.0
    assert everything["passed"].n == 2


def test_citing_the_wrong_article_is_seen(tmp_path):
    ran(Toy({DELAY: answer(("hua", "花呗逾期金额可以协商分期偿还。"))}), tmp_path / "run")
    verdict = read_run(tmp_path / "run").rows["delay.plain"].verdict
    assert verdict.citation_precision == 0.0
    assert verdict.wrong_product_citations == 1
    assert not verdict.passed


def test_resume_asks_only_what_is_missing(tmp_path):
    toy = Toy({DELAY: answer(("jie", "借呗会考虑延期申请。"))})
    path = tmp_path / "run"
    ran(toy, path)
    lines = (path / "rows.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (path / "rows.jsonl").write_text(lines[0] + lines[1][:40], encoding="utf-8")  # killed while writing
    toy.asked.clear()
    head = ran(toy, path, resume=True)
    assert toy.asked == [json.loads(lines[1])["case"]["question"]]
    assert head.figures["all"]["passed"].n == 2


def test_a_run_is_not_overwritten_nor_resumed_with_other_questions(tmp_path):
    toy = Toy({})
    ran(toy, tmp_path / "run")
    with pytest.raises(RunError, match="already there"):
        ran(toy, tmp_path / "run")
    with pytest.raises(RunError, match="gold_sha256"):
        ran(toy, tmp_path / "run", cases=(OFF,), resume=True)


def test_command_prints_a_table_and_exits_0_or_1_with_the_gates(url, tmp_path, capsys):
    gold = write_gold(tmp_path / "gold.jsonl")
    gates = tmp_path / "gates.toml"
    gates.write_text('[[gate]]\nfigure = "recall_at_5"\nmin = 0.9\n', encoding="utf-8")
    words = ["--url", url, "--gold", gold, "--gates", str(gates)]
    assert main([*words, "--out", str(tmp_path / "a")]) == 0
    printed = capsys.readouterr().out
    assert "recall@5" in printed
    assert "gates: 1 kept" in printed
    gates.write_text('[[gate]]\nfigure = "latency_p50_ms"\nmax = 0.0\n', encoding="utf-8")
    assert main([*words, "--out", str(tmp_path / "b")]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_command_exits_2_when_nothing_can_be_run(tmp_path, capsys):
    gold = write_gold(tmp_path / "gold.jsonl")
    assert main(["--url", "http://127.0.0.1:9", "--gold", gold, "--out", str(tmp_path / "a")]) == 2
    assert "http://127.0.0.1:9/articles" in capsys.readouterr().err
    assert main(["--url", "http://127.0.0.1:9", "--gold", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err


def test_evidence_that_the_corpus_lacks_breaks_the_run(url, tmp_path, capsys):
    wrong = ASKED.model_copy(
        update={"relevant": (ASKED.relevant[0].model_copy(update={"evidence": "没有这句话"}),)}
    )
    gold = write_gold(tmp_path / "gold.jsonl", [wrong])
    assert main(["--url", url, "--gold", gold, "--out", str(tmp_path / "a")]) == 2
    assert "没有这句话" in capsys.readouterr().err


def test_a_run_that_is_stopped_exits_2_keeps_its_rows_and_can_be_finished(tmp_path):
    cases = [OFF.model_copy(update={"case_id": f"weather-{n}.plain"}) for n in range(40)]
    gold = write_gold(tmp_path / "gold.jsonl", cases)
    rows = tmp_path / "run" / "rows.jsonl"
    with served(Toy({}, delay_s=0.05)) as url:
        words = [sys.executable, "-m", "evals", "--url", url, "--gold", gold, "--out", str(tmp_path / "run")]
        # A shell's background job hands down SIGINT as ignored; the run of a person at a terminal does not get it so.
        process = subprocess.Popen(
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") >= 2):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "--resume" in said
        assert not read_run(tmp_path / "run").head.complete
        kept = len(read_run(tmp_path / "run").rows)
        assert 2 <= kept < 40
        assert main([*words[3:], "--resume"]) == 0
    assert len(read_run(tmp_path / "run").rows) == 40
