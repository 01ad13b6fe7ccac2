"""Everything that could change a figure, written down with the run."""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.cases import Case
from evals.record import Setting
from service.schema import Ready

_PACKAGES = (
    "jiewen",
    "numpy",
    "faiss-cpu",
    "bm25s",
    "onnxruntime",
    "torch",
    "sentence-transformers",
    "fastapi",
)


def describe(
    cases: Sequence[Case], gold: str, target: str, ready: Ready, corpus_sha256: str, mode: str, workers: int
) -> Setting:
    """Return the setting of a run about to start."""
    return Setting(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        git_revision=git_revision(),
        target=target,
        gold=gold,
        gold_sha256=cases_sha256(cases),
        corpus_sha256=corpus_sha256,
        build=ready.build,
        model=ready.model,
        llm=ready.llm,
        mode=mode,
        workers=workers,
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        versions={name: found for name in _PACKAGES if (found := _version(name))},
    )


def cases_sha256(cases: Iterable[Case]) -> str:
    """Return a hash of the cases that does not depend on their order."""
    lines = sorted(case.model_dump_json() for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def git_revision() -> str:
    """Return the commit of the code that runs, with a plus where files were changed since; unknown outside a clone."""
    here = Path(__file__).parent
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"],
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
