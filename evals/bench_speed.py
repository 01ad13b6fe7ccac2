"""How fast the service is found ready and searches over HTTP, beside stock LlamaIndex in process with the same model."""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from evals.cases import GOLD_DIR, load_cases
from evals.record import RunError
from ingest.artifact import IndexBroken
from ingest.index import Index
from ingest.settings import IngestSettings

START_TIMEOUT_S = 120.0
WARM_UP = 10
SETTLED_S = 5.0
"""Once ready the service reads ahead for some seconds; who asks then shares a core with that."""
TOP_K = 10


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds per question of ``n`` questions asked one after another."""

    median_ms: float
    p95_ms: float
    n: int


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process until it answers, and its resident memory then and after the questions."""

    ready_s: float
    rest_mb: float
    after_mb: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how much is asked."""
    parser.add_argument("--gold", nargs="+", default=["dev"], help="gold files whose questions are asked")
    parser.add_argument("--questions", type=int, default=200, help="how many questions (default 200)")
    parser.add_argument("--no-stock", action="store_true", help="without stock LlamaIndex")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure, print, and return 0.

    Raises:
        GoldError: the questions cannot be read.
        RunError: there is no index, or the service does not start.
    """
    cases = load_cases([GOLD_DIR / f"{name}.jsonl" for name in args.gold])
    questions = [case.question for case in cases][: args.questions]
    settings = IngestSettings()
    timings: dict[str, Timing] = {}
    with _service(settings.corpus_dir) as (process, port, ready_s):
        rest_mb = resident_mb(process.pid)
        time.sleep(SETTLED_S)
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            timings["/search over HTTP"] = _timing(_search(connection), questions)
        start = Start(ready_s, rest_mb, resident_mb(process.pid))
    if not args.no_stock:
        from evals.bench_stock import stock_searches

        passages = list(_index(settings.corpus_dir).passages)
        model_dir = settings.model_dir or settings.corpus_dir / "models"
        for name, search in stock_searches(passages, model_dir, top_k=TOP_K).items():
            timings[f"{name}, in process"] = _timing(search, questions)
    load = os.getloadavg()[0]
    sys.stdout.write(_table(start, timings, load))
    if args.out:
        record = {"start": asdict(start), "timings": {n: asdict(t) for n, t in timings.items()}, "load": load}
        args.out.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _index(corpus_dir: Path) -> Index:
    try:
        return Index.load(corpus_dir / "index")
    except IndexBroken as error:
        raise RunError(str(error)) from error


@contextmanager
def _service(corpus_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """Start the service on a free port; yield its process, the port and the seconds until it was ready."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    begun = time.perf_counter()
    command = [sys.executable, "-m", "service", "--port", str(port), "--corpus-dir", str(corpus_dir)]
    process = subprocess.Popen(command, env=os.environ | {"JIEWEN_RATE_LIMIT_PER_MIN": "0"})
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - begun > START_TIMEOUT_S:
                raise RunError(f"the service over {corpus_dir} does not get ready")
            time.sleep(0.02)
        yield process, port, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def _search(connection: http.client.HTTPConnection) -> Callable[[str], object]:
    """Return a search over one kept connection; the plainest client there is, since its own work counts as well."""
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def search(question: str) -> object:
        body = json.dumps({"query": question, "top_k": TOP_K})
        connection.request("POST", "/search", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RunError(f"/search answers {response.status}: {content.decode()}")
        return json.loads(content)

    return search


def _timing(search: Callable[[str], object], questions: Sequence[str]) -> Timing:
    for question in questions[:WARM_UP]:
        search(question)
    took = []
    for question in questions:
        begun = time.perf_counter()
        search(question)
        took.append(1000 * (time.perf_counter() - begun))
    median, p95 = np.quantile(took, [0.5, 0.95])
    return Timing(float(median), float(p95), len(took))


def resident_mb(pid: int, part: str = "VmRSS") -> float:
    """Return the resident memory of a process, or the ``part`` of it that Linux calls so (``RssAnon``: its own)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith(part))) / 1024


def _table(start: Start, timings: dict[str, Timing], load: float) -> str:
    lines = [
        f"service ready after {start.ready_s:.2f} s; resident {start.rest_mb:.0f} MB at rest, "
        f"{start.after_mb:.0f} MB after the questions",
        f"{'':<45}{'median ms':>10}{'p95 ms':>9}{'n':>6}",
        *(f"{name:<45}{t.median_ms:>10.1f}{t.p95_ms:>9.1f}{t.n:>6}" for name, t in timings.items()),
        f"{os.cpu_count()} cores, load average {load:.1f} over the last minute",
    ]
    return "\n".join(lines) + "\n"
