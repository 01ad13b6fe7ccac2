"""Builds that are killed and artifacts that are damaged: a reader gets the last good build, or a message."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.artifact import IndexBroken, IndexLocked, lock
from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index

KILLS = 20


def start_build(corpus_dir: Path, model_dir: Path) -> subprocess.Popen[bytes]:
    environment = {
        "JIEWEN_CORPUS_DIR": str(corpus_dir),
        "JIEWEN_MODEL_DIR": str(model_dir),
        "PATH": "/usr/bin:/bin",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "build"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def answers_as_before_or_after(corpus_dir: Path, before: Index) -> bool:
    """Open the index as a reader would; True if it is the new build. Anything but old or new fails the test."""
    now = Index.load(corpus_dir / "index")
    for passage in now.passages:
        article = now.articles[passage.article_id]
        assert article.text[passage.start : passage.end] == passage.text
    rows, _ = now.sparse("客服", 5)
    assert len(rows) == 5
    if now.manifest.build == before.manifest.build:
        return False
    assert "extra" in now.articles
    return True


@pytest.mark.slow
def test_a_build_killed_at_random_moments_leaves_the_old_index_or_the_new_one(
    corpus_dir: Path, model_dir: Path
):
    before = Index.load(corpus_dir / "index")
    page = corpus_dir / "raw" / "extra.txt"
    shutil.copy(corpus_dir / "raw" / "004_05d3fb2475b1c13f.txt", page)
    started = time.monotonic()
    assert start_build(corpus_dir, model_dir).wait() == 0
    whole_s = time.monotonic() - started
    assert answers_as_before_or_after(corpus_dir, before)
    rng = random.Random(20)
    finished = 0
    for _ in range(KILLS):
        # Each round changes the page, so that each build has something to write.
        page.write_text(
            page.read_text(encoding="utf-8") + f"\n补充说明{rng.random()}：请保持冷静，并保存好还款凭证。",
            encoding="utf-8",
        )
        process = start_build(corpus_dir, model_dir)
        time.sleep(rng.uniform(0, whole_s))
        process.send_signal(signal.SIGKILL)
        process.wait()
        finished += answers_as_before_or_after(corpus_dir, before)
    build_again = start_build(corpus_dir, model_dir)
    assert build_again.wait() == 0
    assert answers_as_before_or_after(corpus_dir, before)
    assert not list((corpus_dir / "index").glob(".partial-*"))


def files_of(corpus_dir: Path) -> list[Path]:
    index_dir = corpus_dir / "index"
    live = index_dir / (index_dir / "CURRENT").read_text().strip()
    return [p for p in sorted(live.rglob("*")) if p.is_file() and p.stat().st_size]


def test_one_flipped_bit_in_any_file_is_noticed_and_the_file_is_named(corpus_dir: Path):
    for path in files_of(corpus_dir):
        intact = path.read_bytes()
        damaged = bytearray(intact)
        damaged[len(damaged) // 2] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(IndexBroken) as caught:
            Index.load(corpus_dir / "index")
        named = path.name.removesuffix(".sha256")
        assert named in str(caught.value)
        path.write_bytes(intact)
    Index.load(corpus_dir / "index")


def test_a_missing_file_is_noticed_and_named(corpus_dir: Path):
    (path,) = [p for p in files_of(corpus_dir) if p.name == "vectors.faiss"]
    path.unlink()
    with pytest.raises(IndexBroken, match=r"vectors\.faiss"):
        Index.load(corpus_dir / "index")


def test_a_damaged_index_is_built_anew(corpus_dir: Path, embedder: Embedder, index: Index):
    path = next(p for p in files_of(corpus_dir) if p.name == "passages.jsonl")
    path.write_bytes(path.read_bytes().replace("逾期".encode(), "预期".encode(), 1))
    report = build(corpus_dir, embedder, max_reject_rate=0.0)
    assert report.embedded == len(index.passages)
    assert any("passages.jsonl" in note for note in report.notes)
    assert Index.load(corpus_dir / "index").manifest.build == index.manifest.build


def test_two_builds_do_not_run_at_once(corpus_dir: Path, embedder: Embedder):
    with lock(corpus_dir / "index"), pytest.raises(IndexLocked):
        build(corpus_dir, embedder, max_reject_rate=0.0)


def test_a_reader_keeps_its_build_while_a_new_one_replaces_it(corpus_dir: Path, embedder: Embedder):
    old = Index.load(corpus_dir / "index")
    (corpus_dir / "raw" / "004_05d3fb2475b1c13f.txt").unlink()
    build(corpus_dir, embedder, max_reject_rate=0.0)
    assert "004_05d3fb2475b1c13f" in old.articles
    rows, _ = old.sparse("95730", 3)
    assert any("95730" in old.passages[row].text for row in rows)
    assert old.raw_text("004_05d3fb2475b1c13f")
