"""Loading gold files."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from evals.cases import Case, CaseType, GoldError, Style, load_cases
from evals.cli import COMMANDS, main

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


def test_the_case_in_the_guide_is_a_case_and_its_commands_exist():
    guide = (Path(__file__).parents[2] / "docs" / "gold.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```json\n(.*?)```", guide, flags=re.DOTALL)
    case = Case.model_validate_json(written)
    assert case.groups == ("a",)
    named = set(re.findall(r"evals (show|report|compare|agreement|pack|import-beir)\b", guide))
    assert named == {"show", "report", "compare", "agreement", "pack", "import-beir"}
    assert named <= set(COMMANDS)
    types = set(re.findall(r"`([a-z_]+)`(?= \| `(?:answer|abstain|refuse)`| `)", guide))
    assert types - {"answer", "abstain", "refuse"} <= set(get_args(CaseType)) | set(get_args(Style))


def test_every_command_loads_and_explains_itself(capsys):
    for name in COMMANDS:
        if name != "bench":
            with pytest.raises(SystemExit) as left:
                main([*name.split(), "--help"])
            assert left.value.code == 0
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "evals compare" in capsys.readouterr().out
