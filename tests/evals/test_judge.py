"""The LLM judge against a scripted server, the labelled answers, and the second reading."""

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from evals.agreement import key_of
from evals.cases import GOLD_DIR, gold_paths, load_cases
from evals.cli import main
from evals.judge.command import LABELS_PATH, read_labels
from tests.evals.test_look_back import GOOD, ran


@contextlib.contextmanager
def scripted(reply: str, status: int = 200) -> Iterator[tuple[str, list[dict]]]:
    """An OpenAI-compatible server that always says ``reply``; what it was asked is kept."""
    asked: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps({"choices": [{"message": {"content": reply}}]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_without_an_llm_the_judge_is_not_run(capsys):
    assert main(["judge"]) == 0
    assert "not run" in capsys.readouterr().out


def test_there_are_at_least_60_labelled_answers_of_every_kind():
    labels = read_labels(LABELS_PATH)
    assert len(labels) >= 60
    kinds = [(label.faithful, label.relevant) for label in labels]
    assert (
        min(kinds.count(kind) for kind in {(True, True), (False, True), (True, False), (False, False)}) >= 5
    )
    assert len({(label.question, label.answer) for label in labels}) == len(labels)


def test_a_judge_who_always_agrees_is_seen_to_be_no_better_than_chance(capsys):
    with scripted("是") as (url, _):
        assert main(["judge", "--base-url", url, "--model", "yes-man"]) == 0
    printed = capsys.readouterr().out
    assert "faithfulness: kappa 0.00" in printed
    assert "yes-man, prompts version" in printed


def test_a_run_is_judged_answer_by_answer(tmp_path, capsys):
    path = ran(GOOD, tmp_path / "a")
    with scripted("是。") as (url, asked):
        assert main(["judge", path, "--base-url", url, "--model", "m"]) == 0
    assert "faithfulness: 100.0%" in capsys.readouterr().out
    kept = json.loads((tmp_path / "a" / "judge.json").read_text(encoding="utf-8"))
    # The abstention is not judged; the key fact is asked for as a nugget.
    assert kept["rows"] == {"delay.plain": {"faithful": True, "relevant": True, "nugget_coverage": 1.0}}
    assert main(["report", path]) == 0
    assert "relevance 100.0 % (n 1)" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    assert len(asked) == 3
    assert all(request["temperature"] == 0 for request in asked)


def test_a_verdict_that_cannot_be_read_is_counted_and_not_guessed(capsys):
    with scripted("可能吧") as (url, _):
        main(["judge", "--base-url", url, "--model", "m", "--limit", "3"])
    assert "unreadable 3" in capsys.readouterr().out


def test_a_failing_judge_breaks_the_command(capsys):
    with scripted("", status=500) as (url, _):
        assert main(["judge", "--base-url", url, "--model", "m", "--limit", "1"]) == 2
    assert "judge m" in capsys.readouterr().err


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.jsonl"
    assert main(["agreement", "sheet", str(path), "-n", "5"]) == 0
    return path


def test_a_sheet_tells_nothing_of_the_labels(sheet):
    for line in sheet.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert set(row) == {"key", "question", "history", "expected", "evidence"}
        assert row["expected"] is None
        assert row["evidence"] == []


def test_a_filled_sheet_gives_the_agreement_and_names_each_disagreement(sheet, capsys):
    gold = {key_of(case): case for case in load_cases(gold_paths("all"))}
    rows = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        case = gold[row["key"]]
        row["expected"] = case.expected
        row["evidence"] = [r.evidence for r in case.relevant]
    other = "refuse" if rows[0]["expected"] != "refuse" else "answer"
    rows[0]["expected"] = other
    sheet.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert main(["agreement", "report", str(sheet)]) == 0
    printed = capsys.readouterr().out
    assert "decision: 80.0%" in printed
    assert f"second reader {other}" in printed


def test_an_unfilled_sheet_is_refused(sheet, capsys):
    assert main(["agreement", "report", str(sheet)]) == 2
    assert "not filled in" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted(GOLD_DIR.glob("second_reading*.jsonl")), ids=lambda file: file.name)
def test_the_committed_second_readings_agree_with_the_gold(file, capsys):
    assert main(["agreement", "report", str(file)]) == 0
    shares = re.findall(r"^(decision|evidence): ([0-9.]+)%", capsys.readouterr().out, re.M)
    assert [name for name, _ in shares] == ["decision", "evidence"]
    assert all(float(share) >= 90 for _, share in shares)
