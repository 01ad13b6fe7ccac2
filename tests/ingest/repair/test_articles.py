"""The five source articles against texts that were checked by hand, character by character."""

from pathlib import Path

import pytest

from ingest.repair import repair

ROOT = Path(__file__).parents[3]
TRUTHS = sorted((ROOT / "tests/cases/truth").glob("*.txt"))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_article_is_exact(truth):
    raw = (ROOT / "corpus/raw" / truth.name).read_text(encoding="utf-8")
    assert repair(raw).clean == truth.read_text(encoding="utf-8")


def test_every_article_has_its_truth():
    assert {path.name for path in TRUTHS} == {path.name for path in (ROOT / "corpus/raw").glob("*.txt")}


def test_restored_words_are_marked():
    restored = [
        edit
        for truth in TRUTHS
        for edit in repair((ROOT / "corpus/raw" / truth.name).read_text(encoding="utf-8")).edits
        if edit.step == "restored_word"
    ]
    assert sorted({edit.after for edit in restored}) == ["电话", "题"]
    assert sum(edit.after == "题" for edit in restored) == 25
    assert sum(edit.after == "电话" for edit in restored) == 11
    assert all(edit.before.strip() == "" for edit in restored)
