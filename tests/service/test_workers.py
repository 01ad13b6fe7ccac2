"""The same hits from one worker process and from two, and from every one of the two."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.build import build
from ingest.embed import Embedder

QUESTIONS = ["借呗逾期怎么办", "花唄客服電話", "jiebei yuqi lixi zenme suan", "没钱还 怕催收", "逾期 征信"]
ROUNDS = 8


@contextmanager
def service(corpus_dir: Path, model_dir: Path, data_dir: Path, workers: int) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"CORPUS_DIR": corpus_dir, "MODEL_DIR": model_dir, "DATA_DIR": data_dir, "WORKERS": workers}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "--port", str(port)],
        env=os.environ | {f"JIEWEN_{name}": str(value) for name, value in settings.items()},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while not ready(url):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def hits(url: str, question: str) -> str:
    # A connection of its own each time, so that the system may hand it to either worker.
    reply = httpx.post(f"{url}/search", json={"query": question, "top_k": 10})
    return repr(reply.raise_for_status().json()["passages"])


def builds(url: str, times: int = 24) -> set[str]:
    """The builds that calls on as many connections came from."""
    return {httpx.get(f"{url}/readyz").raise_for_status().json()["build"] for _ in range(times)}


@pytest.mark.slow
def test_after_a_reload_every_worker_serves_the_new_build(
    corpus_dir: Path, model_dir: Path, tmp_path: Path, embedder: Embedder
) -> None:
    with service(corpus_dir, model_dir, tmp_path / "data", 2) as url:
        (old,) = builds(url)
        (corpus_dir / "raw" / "new.txt").write_text(
            "花呗延期怎么申请\n花呗用户可以在还款页面申请延期还款，并且如实填写延期的原因。", encoding="utf-8"
        )
        new = build(corpus_dir, embedder, max_reject_rate=0.0).manifest.build
        assert new != old
        assert httpx.post(f"{url}/admin/reload", timeout=60).json()["build"] == new
        assert builds(url) == {new}
        for _ in range(ROUNDS):
            assert all(
                "花呗用户可以在还款页面申请延期还款" in hits(url, "花呗延期怎么申请") for _ in range(3)
            )
        assert builds(url) == {new}


@pytest.mark.slow
def test_one_worker_and_two_find_the_same_every_time(
    built_corpus: Path, model_dir: Path, tmp_path: Path
) -> None:
    with service(built_corpus, model_dir, tmp_path / "one", 1) as url:
        expected = {question: hits(url, question) for question in QUESTIONS}
        assert {question: hits(url, question) for question in QUESTIONS} == expected
    with service(built_corpus, model_dir, tmp_path / "two", 2) as url:
        for _ in range(ROUNDS):
            assert {question: hits(url, question) for question in QUESTIONS} == expected
