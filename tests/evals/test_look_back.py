"""Looking at runs after they were made: compare, show, report, JUnit, baseline, gates."""

import asyncio
import re
from xml.etree import ElementTree as ET

import pytest

from evals import gates
from evals.cli import main
from evals.client import over_asgi
from evals.gates import Gate, check_gates, load_gates
from evals.junit import write_junit
from evals.record import FigureRecord, RunError, read_run
from evals.rules import Rules
from evals.run import Plan, run
from tests.evals.conftest import DELAY
from tests.evals.test_run import ASKED, OFF
from tests.evals.toy import Toy, answer

GOOD = answer(("jie", "借呗会考虑延期申请。"))
BAD = answer(("hua", "花呗逾期金额可以协商分期偿还。"))


def ran(reply, path, gold="toy"):
    async def go():
        async with over_asgi(Toy({DELAY: reply}).app()) as asker:
            await run(Plan(cases=(ASKED, OFF), gold=gold, rules=Rules(), path=path), asker)

    asyncio.run(go())
    return str(path)


def test_two_runs_of_one_build_have_no_flips(tmp_path, capsys):
    assert main(["compare", ran(GOOD, tmp_path / "a"), ran(GOOD, tmp_path / "b"), "--strict"]) == 0
    assert "flips: 0 (0 fixed, 0 broken); other answers that changed: 0" in capsys.readouterr().out


def test_a_case_that_broke_is_shown_with_both_answers(tmp_path, capsys):
    assert main(["compare", ran(GOOD, tmp_path / "a"), ran(BAD, tmp_path / "b"), "--strict"]) == 1
    printed = capsys.readouterr().out
    assert "broken: delay.plain" in printed
    assert "借呗会考虑延期申请" in printed
    assert "花呗逾期金额可以协商分期偿还" in printed
    assert re.search(r"cases passed +1\.0000 +0\.5000 +-0\.5000", printed)


def test_runs_without_a_shared_question_cannot_be_compared(tmp_path, capsys):
    rows = tmp_path / "b" / "rows.jsonl"
    first, second = ran(GOOD, tmp_path / "a"), ran(GOOD, tmp_path / "b")
    rows.write_text("", encoding="utf-8")
    assert main(["compare", first, second]) == 2
    assert "share no question" in capsys.readouterr().err


def test_show_prints_question_answer_quotes_and_reasons(tmp_path, capsys):
    path = ran(BAD, tmp_path / "a")
    assert main(["show", path, "delay.plain"]) == 0
    printed = capsys.readouterr().out
    for part in (DELAY, "hua.txt", "1. 延期: 借呗会考虑延期申请", "NOT PASSED", "lacks 延期"):
        assert part in printed
    assert main(["show", path]) == 0
    assert "1 of 2 cases did not pass" in capsys.readouterr().out
    assert main(["show", path, "none.plain"]) == 2


def test_report_is_one_file_with_a_page_per_failure(tmp_path, capsys):
    path = ran(BAD, tmp_path / "a")
    assert main(["report", path]) == 0
    html = (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    assert '<article class="case" id="delay.plain">' in html
    assert "weather.plain" not in html
    assert html.count("<svg") >= 3
    assert not re.search(r'(src|href)="(?!#)', html)  # nothing is loaded from elsewhere
    assert 'name="viewport"' in html


def test_what_a_service_says_cannot_break_out_of_the_report(tmp_path):
    reply = answer(status="abstained", text="<script>alert(1)</script>")
    main(["report", ran(reply, tmp_path / "a")])
    assert "<script>" not in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")


def test_a_partial_run_is_neither_reported_nor_made_the_baseline(tmp_path, capsys):
    path = ran(GOOD, tmp_path / "a", gold="all")
    head = tmp_path / "a" / "run.json"
    head.write_text(
        head.read_text(encoding="utf-8").replace('"complete": true', '"complete": false'), "utf-8"
    )
    assert main(["report", path]) == 2
    assert main(["baseline", path]) == 2


def test_junit_fails_on_gates_and_only_notes_cases(tmp_path):
    ran(500, tmp_path / "a")
    found = read_run(tmp_path / "a")
    found.head.gates = check_gates([Gate(figure="failed", max=0.0)], found.head.figures, None)
    write_junit(tmp_path / "junit.xml", found)
    suite = ET.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")


def test_baseline_is_written_only_when_accepted_and_shows_what_changes(tmp_path, capsys):
    target = tmp_path / "baseline.json"
    file = ["--file", str(target)]
    good, bad = ran(GOOD, tmp_path / "a", gold="all"), ran(BAD, tmp_path / "b", gold="all")
    assert main(["baseline", good, *file]) == 0
    assert not target.exists()
    assert main(["baseline", good, "--accept", *file]) == 0
    capsys.readouterr()
    assert main(["baseline", bad, *file]) == 0
    assert re.search(r"cases passed +1\.0000 +0\.5000 +-0\.5000", capsys.readouterr().out)
    assert "latency" not in target.read_text(encoding="utf-8")


def test_only_a_run_of_the_whole_gold_set_becomes_the_baseline(tmp_path, capsys):
    assert main(["baseline", ran(GOOD, tmp_path / "a", gold="dev"), "--accept"]) == 2
    assert "whole gold set" in capsys.readouterr().err


FIGURE = FigureRecord(value=0.90, low=0.8, high=0.95, n=50)


@pytest.mark.parametrize(
    ("gate", "kept"),
    [
        (Gate(figure="recall_at_5", min=0.9), True),
        (Gate(figure="recall_at_5", min=0.91), False),
        (Gate(figure="recall_at_5", max=0.5), False),
        (Gate(figure="recall_at_5", max_loss=0.05), True),
        (Gate(figure="recall_at_5", max_loss=0.04), False),
        (Gate(figure="recall_at_5", slice="style:none", min=0.9), True),
    ],
)
def test_gates_hold_a_figure_to_its_bound(gate, kept):
    before = {"all": {"recall_at_5": FigureRecord(value=0.95, low=0.9, high=1, n=50)}}
    (record,) = check_gates([gate], {"all": {"recall_at_5": FIGURE}}, before)
    assert record.passed is kept


def test_of_a_figure_where_less_is_better_more_is_a_loss():
    before = {"all": {"over_refusal": FigureRecord(value=0.05, low=0, high=1, n=50)}}
    now = {"all": {"over_refusal": FigureRecord(value=0.10, low=0, high=1, n=50)}}
    (record,) = check_gates([Gate(figure="over_refusal", max_loss=0.02)], now, before)
    assert not record.passed


def test_a_gate_on_an_unknown_figure_or_without_a_bound_is_refused(tmp_path):
    path = tmp_path / "gates.toml"
    for text in ('[[gate]]\nfigure = "beauty"\nmin = 1', '[[gate]]\nfigure = "failed"', "[[gate]"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RunError, match=r"gates\.toml"):
            load_gates(path)


def test_the_committed_gates_load():
    assert len(load_gates(gates.GATES_PATH)) >= 10
