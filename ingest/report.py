"""What the commands print: the report of a build, and the state of the index."""

from collections.abc import Iterator

from ingest.build import BuildReport
from ingest.manifest import Manifest
from ingest.status import Drift


def report_lines(report: BuildReport) -> Iterator[str]:
    """Yield the report of a build."""
    manifest = report.manifest
    yield (
        f"build {manifest.build}: {manifest.articles} articles, {manifest.passages} passages, "
        f"{manifest.questions} known questions, {manifest.repairs} repairs, {len(manifest.rejects)} rejected"
    )
    yield f"embedded {report.embedded}, reused {report.reused} ({manifest.embedder.model}, {manifest.embedder.backend})"
    yield from (f"rejected {reject.path}: {reject.reason}" for reject in manifest.rejects)
    yield from (f"changed since it was listed: {path}" for path in report.changed)
    yield from (f"not in sources.toml, read with defaults: {path}" for path in report.unlisted)
    yield from report.notes


def status_lines(manifest: Manifest, drift: Drift, size: int) -> Iterator[str]:
    """Yield the state of the index."""
    spec = manifest.embedder
    yield f"build     {manifest.build}, {manifest.created}"
    yield (
        f"holds     {manifest.articles} articles, {manifest.passages} passages, {manifest.questions} known questions, "
        f"{manifest.repairs} repairs"
    )
    yield f"model     {spec.model} {spec.revision}, {spec.dimension} dimensions, {spec.backend}"
    yield f"on disk   {size:,} bytes"
    yield from (f"rejected  {reject.path}: {reject.reason}" for reject in manifest.rejects)
    yield f"in step   {'no, run ingest build' if drift else 'yes'}"
    yield from (f"  added   {path}" for path in drift.added)
    yield from (f"  changed {path}" for path in drift.changed)
    yield from (f"  removed {path}" for path in drift.removed)
