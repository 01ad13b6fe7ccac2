"""The command: what it prints and how it ends."""

from pathlib import Path

import pytest

from ingest.cli import main


@pytest.fixture
def corpus(corpus_dir: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The corpus that the command works on."""
    monkeypatch.setenv("JIEWEN_CORPUS_DIR", str(corpus_dir))
    monkeypatch.setenv("JIEWEN_MODEL_DIR", str(model_dir))
    return corpus_dir


def test_build_reports_and_a_second_build_embeds_nothing(corpus, capsys):
    assert main(["build"]) == 0
    out = capsys.readouterr().out
    assert "5 articles, 94 passages" in out
    assert "embedded 0, reused 94" in out


def test_build_names_rejected_changed_and_unlisted_files(corpus, capsys):
    (corpus / "raw" / "empty.txt").write_bytes(b"")
    (corpus / "raw" / "new.txt").write_text(
        "花呗怎么延期\n花呗用户可以在还款页面申请延期还款，如实填写延期的原因，然后等待审核。",
        encoding="utf-8",
    )
    with (corpus / "raw" / "000_7ee602f1ee2344e0.txt").open("a", encoding="utf-8") as file:
        file.write("\n补充：请保存好还款凭证，以便日后查证。")
    assert main(["build"]) == 0
    out = capsys.readouterr().out
    assert "rejected raw/empty.txt: empty file" in out
    assert "changed since it was listed: corpus/raw/000_7ee602f1ee2344e0.txt" in out
    assert "not in sources.toml, read with defaults: corpus/raw/new.txt" in out


def test_a_corpus_without_a_manifest_is_read_with_defaults(corpus, capsys):
    (corpus / "sources.toml").unlink()
    assert main(["build"]) == 0
    assert capsys.readouterr().out.count("read with defaults") == 5


def test_too_many_rejects_fail_the_build_and_keep_the_index(corpus, capsys):
    for i in range(6):
        (corpus / "raw" / f"empty{i}.txt").write_bytes(b"")
    before = (corpus / "index" / "CURRENT").read_text()
    assert main(["build"]) == 2
    assert "6 of 11 files rejected, nothing built: raw/empty0.txt: empty file" in capsys.readouterr().err
    assert (corpus / "index" / "CURRENT").read_text() == before


def test_status_tells_drift(corpus, capsys):
    assert main(["status"]) == 0
    assert "in step   yes" in capsys.readouterr().out
    (corpus / "raw" / "004_05d3fb2475b1c13f.txt").unlink()
    (corpus / "raw" / "new.txt").write_text("花呗怎么延期", encoding="utf-8")
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "in step   no, run ingest build" in out
    assert "added   corpus/raw/new.txt" in out
    assert "removed corpus/raw/004_05d3fb2475b1c13f.txt" in out


def test_show_prints_structure_and_decisions(corpus, capsys):
    assert main(["show", "003_3fc54fd7e14c3b15"]) == 0
    out = capsys.readouterr().out
    assert "= 逾期被催收怎么沟通客服更有效?\n" in out
    assert "# 一、了解催收的基本流程\n" in out
    assert "## 1.1 催收的起因\n" in out
    for rule in ("takedown_contact", "repeated_lead", "repeated_title", "byline", "related_links"):
        assert f"- {rule} " in out


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("JIEWEN_NO_SUCH", "1", "unknown setting JIEWEN_NO_SUCH"),
        ("JIEWEN_THREADS", "-1", "setting threads"),
        ("JIEWEN_CORPUS_DIR", "/nonexistent", "no corpus: /nonexistent/raw is not a folder"),
        ("JIEWEN_BACKEND", "abacus", "backend abacus"),
    ],
)
def test_wrong_settings_end_with_one_line(corpus, monkeypatch, capsys, name, value, message):
    monkeypatch.setenv(name, value)
    assert main(["build"]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_no_index_yet(corpus, capsys):
    (corpus / "index" / "CURRENT").unlink()
    assert main(["status"]) == 2
    assert "no index yet; run ingest build" in capsys.readouterr().err
