"""A running service while builds are killed and files decay: it answers from a whole build, or says what is broken."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.build import build
from ingest.cli import main as ingest
from ingest.embed import Embedder
from ingest.index import Index
from service.cli import main as service
from tests.ingest.pages import cleaned_text

KILLS = 24
QUESTION = "花呗逾期后怎么跟客服协商还款？"
PAGES = {
    "花呗": "花呗逾期怎么协商\n一、主动联系客服\n花呗逾期之后，用户应当主动联系花呗客服，说明自己的经济状况，并且提出合理的还款方案。\n"
    "二、保存沟通记录\n与客服协商还款的时候，请保存好通话录音和聊天记录，以便日后查证。",
    "借呗": "借呗逾期怎么办\n一、了解逾期后果\n借呗逾期之后会产生罚息，并且会上报征信，影响以后的贷款申请。\n"
    "二、申请延期还款\n借呗用户可以联系客服申请延期还款，客服会在三个工作日内答复用户的申请。",
}


@pytest.fixture
def small_corpus(tmp_path: Path, embedder: Embedder) -> Path:
    """A corpus of two short pages, built: small, so that a build is killed in its own steps and not while it embeds."""
    corpus_dir = tmp_path / "corpus"
    (corpus_dir / "raw").mkdir(parents=True)
    for name, text in PAGES.items():
        (corpus_dir / "raw" / f"{name}.txt").write_text(text, encoding="utf-8")
    build(corpus_dir, embedder, max_reject_rate=0.0)
    return corpus_dir


def environment(corpus_dir: Path, model_dir: Path) -> dict[str, str]:
    settings = {"CORPUS_DIR": corpus_dir, "MODEL_DIR": model_dir, "DATA_DIR": corpus_dir.parent / "data"}
    return {**os.environ, **{f"JIEWEN_{name}": str(value) for name, value in settings.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_service(corpus_dir: Path, model_dir: Path) -> Iterator[httpx.Client]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "--port", str(port)],
        env=environment(corpus_dir, model_dir),
        stderr=subprocess.DEVNULL,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        try:
            wait_until_ready(client, process)
            yield client
            assert process.poll() is None, "the service died"
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the service did not start (exit code {process.poll()})")


def texts(index: Index) -> dict[str, str]:
    return {article_id: article.text for article_id, article in index.articles.items()}


def check_answers(client: httpx.Client, allowed: list[Mapping[str, str]]) -> None:
    """Ask and search once; every quote must stand, at its span, in the article as some build of ``allowed`` has it."""
    asked = client.post("/ask", json={"question": QUESTION})
    found = client.post("/search", json={"query": QUESTION, "top_k": 5})
    assert (asked.status_code, found.status_code) == (200, 200), asked.text + found.text
    answer, passages = asked.json(), found.json()["passages"]
    assert answer["status"] in ("answered", "partial")
    assert passages
    quotes = [(c["article_id"], c["clean"], c["quote"]) for c in answer["citations"]]
    quotes += [(p["article_id"], p["clean"], p["text"]) for p in passages]
    for article_id, span, quote in quotes:
        assert any(build.get(article_id, "")[span["start"] : span["end"]] == quote for build in allowed)


class Asking(threading.Thread):
    """A client that asks all the while; what went wrong is in ``failures``."""

    def __init__(self, client: httpx.Client, allowed: list[Mapping[str, str]]) -> None:
        super().__init__(daemon=True)
        self.client, self.allowed = client, allowed
        self.failures: list[str] = []
        self.answered = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                check_answers(self.client, self.allowed)
                self.answered += 1
            except (AssertionError, httpx.HTTPError) as error:
                self.failures.append(repr(error))
            time.sleep(0.3)


def start_build(corpus_dir: Path, model_dir: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "build"],
        env=environment(corpus_dir, model_dir),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_builds_killed_at_random_moments_under_a_service_that_is_asked_all_the_while(
    small_corpus: Path, model_dir: Path, embedder: Embedder
):
    page = small_corpus / "raw" / "花呗.txt"
    rng = random.Random(24)
    known = [texts(Index.load(small_corpus / "index"))]
    finished = 0
    with running_service(small_corpus, model_dir) as client:
        asking = Asking(client, known)
        asking.start()
        started = time.monotonic()
        assert start_build(small_corpus, model_dir).wait() == 0
        whole_s = time.monotonic() - started
        for n in range(KILLS):
            # Each round changes a page, so that each build has something to write.
            changed = f"{PAGES['花呗']}\n补充说明：请在第{n}天之前联系客服，说明还款的打算。"
            page.write_text(changed, encoding="utf-8")
            # A build that is finished is served before this test reads it.
            known.append({**known[0], "花呗": cleaned_text(changed).text})
            process = start_build(small_corpus, model_dir)
            # The service loads and warms meanwhile, so a build takes longer than the first.
            time.sleep(rng.uniform(0.3, 1.6) * whole_s)
            process.send_signal(signal.SIGKILL)
            process.wait()
            live = Index.load(small_corpus / "index")
            finished += f"第{n}天" in live.articles["花呗"].text
            known.append(texts(live))
            # As a restart would, and as an operator does: the build on disk is whole, and is served from now on.
            if n % 6 == 0:
                with running_service(small_corpus, model_dir) as restarted:
                    check_answers(restarted, known[-1:])
            assert client.post("/admin/reload").json()["build"] == live.manifest.build
        assert start_build(small_corpus, model_dir).wait() == 0
        assert f"第{KILLS - 1}天" in Index.load(small_corpus / "index").articles["花呗"].text
        assert not list((small_corpus / "index").glob(".partial-*"))
        asking.stop.set()
        asking.join()
    assert asking.failures == []
    assert asking.answered >= KILLS
    assert 0 < finished < KILLS, "the moments of the kills missed the builds"


def artifact_files(index_dir: Path) -> list[Path]:
    live = index_dir / (index_dir / "CURRENT").read_text().strip()
    return [index_dir / "CURRENT", *(p for p in sorted(live.rglob("*")) if p.is_file() and p.stat().st_size)]


def flip_a_bit(path: Path) -> None:
    with path.open("r+b") as file:
        at = path.stat().st_size // 2
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


def test_a_flipped_bit_in_any_file_stops_service_and_status_and_is_built_anew(
    small_corpus: Path, model_dir: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, capsys
):
    for name, value in environment(small_corpus, model_dir).items():
        monkeypatch.setenv(name, value)
    whole = shutil.copytree(small_corpus / "index", small_corpus.parent / "whole")
    for path in artifact_files(small_corpus / "index"):
        flip_a_bit(path)
        named = path.name.removesuffix(".sha256")
        for command in (lambda: service(["--port", str(free_port())]), lambda: ingest(["status"])):
            assert command() == 2
            message = capsys.readouterr().err
            assert named in message
            assert message.count("\n") == 1
        report = build(small_corpus, embedder, max_reject_rate=0.0)
        assert named in "".join(report.notes)
        assert texts(Index.load(small_corpus / "index")) == texts(Index.load(whole))
        shutil.rmtree(small_corpus / "index")
        shutil.copytree(whole, small_corpus / "index")


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.slow
@pytest.mark.parametrize("damage", [flip_a_bit, cut_in_half])
def test_a_file_that_decays_under_a_running_service_never_makes_a_wrong_citation(
    small_corpus: Path, model_dir: Path, damage: Callable[[Path], None]
):
    good = texts(Index.load(small_corpus / "index"))
    raw = {name: (small_corpus / "raw" / f"{name}.txt").read_text(encoding="utf-8") for name in PAGES}
    with running_service(small_corpus, model_dir) as client:
        first_build = client.get("/readyz").json()["build"]
        for path in artifact_files(small_corpus / "index"):
            intact = path.read_bytes()
            damage(path)
            reload = client.post("/admin/reload")
            assert reload.status_code == 503
            assert path.name.removesuffix(".sha256") in reload.json()["detail"]
            assert client.get("/readyz").json()["build"] == first_build
            check_answers(client, [good])
            if path.name == "raw.jsonl":
                # Read now for the first time, unlike what answers were made of.
                shown = [client.get(f"/articles/{name}/raw?start=0&end={len(raw[name])}") for name in PAGES]
                assert [response.status_code for response in shown].count(503) == 1
                for name, response in zip(PAGES, shown, strict=True):
                    told = response.json()
                    assert told["text"] == raw[name] if response.is_success else path.name in told["detail"]
            path.write_bytes(intact)
        assert client.post("/admin/reload").status_code == 200
        check_answers(client, [good])
