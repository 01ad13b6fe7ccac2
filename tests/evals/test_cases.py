"""Loading gold files."""

import json

import pytest

from evals.cases import GoldError, load_cases

GOOD = {"case_id": "a.plain", "question": "借呗是什么", "type": "fact", "expected": "answer"}


def write(path, *lines):
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"question": ""}, "question"),
        ({"type": "riddle"}, "type"),
        ({"answer": "x"}, "answer"),
        ({"case_id": "A"}, "case_id"),
        ({"type": "follow_up"}, "history"),
    ],
)
def test_a_bad_case_is_refused_with_file_line_and_field(tmp_path, change, complaint):
    path = write(tmp_path / "g.jsonl", GOOD, GOOD | {"case_id": "b.plain"} | change)
    with pytest.raises(GoldError, match=complaint) as refused:
        load_cases([path])
    assert "g.jsonl:2" in str(refused.value)


def test_two_cases_cannot_share_an_id(tmp_path):
    with pytest.raises(GoldError, match=r"a\.plain is already taken"):
        load_cases([write(tmp_path / "g.jsonl", GOOD, GOOD)])


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(GoldError, match="holds no case"):
        load_cases([write(tmp_path / "g.jsonl")])
