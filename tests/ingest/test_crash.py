"""Builds that are killed and artifacts that are damaged: a reader gets the last good build, or a message."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.artifact import IndexBroken, IndexLocked, lock
from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index

MOST_STEPS = 300
KILLED_AT_A_STEP = """
import os, signal, sys
from pathlib import Path
from ingest.build import build
from ingest.index import Index

corpus_dir = Path(sys.argv[1])
STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")

class NothingToEmbed:
    spec = Index.load(corpus_dir / "index").manifest.embedder

def kill_at(step):
    left = [step]
    def count(event, arguments):
        if event in STEPS and any(str(corpus_dir / "index") in str(a) for a in arguments):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    build(corpus_dir, NothingToEmbed(), max_reject_rate=0.0)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        kill_at(int(line))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Reads numbers of steps, and for each starts a build that is killed right before that step on the disk."""


def whole_build(corpus_dir: Path) -> set[str]:
    """Return the articles of the live build, after reading all of it as a reader would."""
    now = Index.load(corpus_dir / "index")
    for passage in now.passages:
        article = now.articles[passage.article_id]
        assert article.text[passage.start : passage.end] == passage.text
    rows, _ = now.sparse("客服", 5)
    assert len(rows) == 5
    return set(now.articles)


def test_a_build_killed_before_any_of_its_steps_leaves_the_old_index_or_the_new_one(corpus_dir: Path):
    gone = "004_05d3fb2475b1c13f"
    before = set(Index.load(corpus_dir / "index").articles)
    (corpus_dir / "raw" / f"{gone}.txt").unlink()
    saved = shutil.copytree(corpus_dir / "index", corpus_dir.parent / "saved")
    seen = []
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_AT_A_STEP, str(corpus_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as killer:
        assert killer.stdin
        assert killer.stdout
        for step in range(MOST_STEPS):
            killer.stdin.write(f"{step}\n")
            killer.stdin.flush()
            status = int(killer.stdout.readline())
            live = whole_build(corpus_dir)
            assert live in (before, before - {gone})
            seen.append(live == before)
            if status == 0:
                break
            assert os.WTERMSIG(status) == signal.SIGKILL
            # Half of the builds to come find what the killed one left, as they would; half a clean index.
            if step % 2 or not seen[-1]:
                shutil.rmtree(corpus_dir / "index")
                shutil.copytree(saved, corpus_dir / "index")
        killer.stdin.close()
    assert status == 0
    assert live == before - {gone}
    assert not list((corpus_dir / "index").glob(".partial-*"))
    assert (seen.count(True), seen.count(False)) > (20, 1)


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


@pytest.mark.parametrize("name", ["articles.jsonl", "passages.jsonl", "raw.jsonl"])
def test_a_line_that_decays_under_a_reader_is_refused_and_the_others_are_read(corpus_dir: Path, name: str):
    index = Index.load(corpus_dir / "index")
    (path,) = [p for p in files_of(corpus_dir) if p.name == name]
    with path.open("r+b") as file:
        file.write(b"#")
    first = next(iter(index.articles))
    with pytest.raises(IndexBroken, match=f"{name}: line 1 is not as it was written"):
        _ = (index.articles[first], index.passages[0], index.raw_text(first))
    last = list(index.articles)[-1]
    assert index.articles[last]
    assert index.passages[-1]
    assert index.raw_text(last)


def test_a_missing_file_is_noticed_and_named(corpus_dir: Path):
    (path,) = [p for p in files_of(corpus_dir) if p.name == "vectors.npy"]
    path.unlink()
    with pytest.raises(IndexBroken, match=r"vectors\.npy"):
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
