"""Regression cases by origin; see tests/cases/repair/README.md for the fields."""

import json
from pathlib import Path

import pytest

from ingest.repair import repair, replay

CASES = Path(__file__).parents[2] / "cases" / "repair"


def cases():
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            marks = [pytest.mark.xfail(strict=True)] if case["expect"] == "fail" else []
            yield pytest.param(case, id=f"{path.stem}: {case['label']}", marks=marks)


@pytest.mark.parametrize("case", cases())
def test_case(case):
    repaired = repair(case["original"])
    assert repaired.clean == case["fixed"]
    assert replay(case["original"], repaired.edits) == case["fixed"]
    assert repair(repaired.clean).clean == repaired.clean


def good_lines():
    return (CASES / "must_not_change.txt").read_text(encoding="utf-8").splitlines()


def test_good_lines_stay_as_they_are():
    assert len(good_lines()) >= 300
    changed = {line: clean for line in good_lines() if (clean := repair(line, script="keep").clean) != line}
    assert changed == {}


def test_a_page_of_good_lines_changes_in_its_script_alone():
    page = "\n".join(good_lines())
    assert repair(page, script="keep").clean == page
    assert {edit.step for edit in repair(page).edits} == {"script"}
