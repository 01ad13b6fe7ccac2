"""What the index holds, and whether it is in step with the corpus."""

from dataclasses import dataclass
from pathlib import Path

from ingest.artifact import current_build
from ingest.index import Index
from ingest.known import QUESTIONS, questions_digest
from ingest.manifest import file_digest
from ingest.read import find_files
from ingest.sources import load_sources


@dataclass(frozen=True, slots=True)
class Drift:
    """Where the corpus and the index differ, by path."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.changed or self.removed)


def find_drift(corpus_dir: Path, index: Index) -> Drift:
    """Return the files that a build would read anew, or miss.

    Raises:
        CorpusError: there is no corpus.
    """
    name = corpus_dir.resolve().name
    indexed = {article.raw.path: article.raw.sha256 for article in index.articles.values()}
    rejected = {f"{name}/{reject.path}" for reject in index.manifest.rejects}
    present = {
        f"{name}/{file.corpus_path}": file.path for file in find_files(corpus_dir, load_sources(corpus_dir))
    }
    changed = (p for p, digest in indexed.items() if p in present and file_digest(present[p]) != digest)
    asked = [f"{name}/{QUESTIONS}"] if questions_digest(corpus_dir) != index.manifest.asked else []
    return Drift(
        added=tuple(sorted(set(present) - set(indexed) - rejected)),
        changed=(*changed, *asked),
        removed=tuple(sorted((set(indexed) | rejected) - set(present))),
    )


def size_on_disk(index_dir: Path) -> int:
    """Return the bytes of the live build, 0 if there is none."""
    build = current_build(index_dir)
    return sum(p.stat().st_size for p in build.rglob("*") if p.is_file()) if build else 0
