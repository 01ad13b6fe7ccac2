"""Take articles out of the corpus and its manifests of sources."""

from collections.abc import Sequence
from pathlib import Path

from ingest.artifact import lock
from ingest.known import drop_questions
from ingest.read import CorpusError, find_files
from ingest.sources import load_sources, save_manifests


def remove(corpus_dir: Path, article_ids: Sequence[str]) -> None:
    """Take articles, their originals, their entries and their known questions out of the corpus.

    Raises:
        CorpusError: there is no such article, or none would be left; nothing has been removed then.
    """
    with lock(corpus_dir / "index"):
        known = load_sources(corpus_dir)
        files = {file.article_id: file for file in find_files(corpus_dir, known)}
        missing = [article_id for article_id in article_ids if article_id not in files]
        if missing:
            raise CorpusError(f"no article {missing[0]!r} in {corpus_dir / 'raw'}")
        if len(files) == len(set(article_ids)):
            raise CorpusError("that would remove every article; an index needs at least one")
        gone = [files[article_id] for article_id in dict.fromkeys(article_ids)]
        paths = {file.corpus_path for file in gone}
        save_manifests(corpus_dir, [source for path, source in known.items() if path not in paths])
        drop_questions(corpus_dir, article_ids)
        for file in gone:
            file.path.unlink()
            if file.source and file.source.original:
                (corpus_dir / file.source.original).unlink(missing_ok=True)
