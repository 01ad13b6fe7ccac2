"""The ``ingest`` command: build, add, remove, repair, show and status."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from ingest.artifact import IndexBroken, IndexLocked
from ingest.embed import EmbedError
from ingest.read import CorpusError
from ingest.repair import cli as repair_cli
from ingest.settings import IngestSettings, SettingsError
from ingest.sources import Source, SourcesError

EXIT_DONE, EXIT_WRONG, EXIT_INTERRUPTED = 0, 2, 130

_EXPECTED = (CorpusError, SourcesError, SettingsError, IndexBroken, IndexLocked, EmbedError)
"""What a user can put right; anything else is a fault of the program and shows its traceback."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 done, 1 a check failed, 2 wrong use or broken input."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ValidationError as error:
        first = error.errors()[0]
        return _fail(f"setting {'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
    except _EXPECTED as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _fail("interrupted; the index is as it was")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (``ingest show … | head``).
        sys.stderr.close()
        return EXIT_DONE


def _fail(message: str) -> int:
    sys.stderr.write(f"ingest: {message}\n")
    return EXIT_WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ingest", description="Turn crawled pages into the index that answers lean on."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="read, repair, clean, cut, embed and index the corpus")
    build.set_defaults(run=_build)

    add = commands.add_parser("add", help="copy new articles into the corpus, then build")
    add.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help=".txt .md .html .pdf .docx .jsonl .jsonl.gz or a folder",
    )
    add.add_argument("--site", help="site the files are from")
    add.add_argument(
        "--product",
        action="append",
        choices=("花呗", "借呗", "通用", "unknown"),
        help="whose product they speak of",
    )
    add.add_argument("--licence", help="note on their licence")
    add.set_defaults(run=_add)

    remove = commands.add_parser("remove", help="take articles out of the corpus, then build")
    remove.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")
    remove.set_defaults(run=_remove)

    repair = commands.add_parser("repair", help="filter: garbled text in, repaired text out, line for line")
    repair_cli.add_arguments(repair)
    repair.set_defaults(run=repair_cli.run)

    show = commands.add_parser("show", help="print one cleaned article and what was done to it")
    show.add_argument("article_id", metavar="ARTICLE_ID")
    show.add_argument("--all", action="store_true", dest="all_edits", help="list every single edit")
    show.set_defaults(run=_show)

    status = commands.add_parser(
        "status", help="what the index holds, and whether it is in step with the corpus"
    )
    status.set_defaults(run=_status)
    return parser


def _build(_: argparse.Namespace) -> int:
    settings = IngestSettings()
    return _report_build(settings)


def _report_build(settings: IngestSettings) -> int:
    from ingest.build import build
    from ingest.embed import build_embedder
    from ingest.report import report_lines

    report = build(
        settings.corpus_dir,
        build_embedder(settings),
        max_reject_rate=settings.max_reject_rate,
        progress=sys.stderr.isatty(),
    )
    _write(report_lines(report))
    return EXIT_DONE


def _add(options: argparse.Namespace) -> int:
    from ingest.add import add
    from ingest.sources import DEFAULT_LICENCE, Given

    settings = IngestSettings()
    given = Given(
        options.site, tuple(options.product) if options.product else None, options.licence or DEFAULT_LICENCE
    )
    added = add(settings.corpus_dir, options.paths, given)
    _write(_head([f"added {source.article_id}: {source.path}" for source in added.sources]))
    _write(_head([f"unchanged {source.article_id}: {source.path}" for source in added.unchanged]))
    _write(_head([f"duplicate of {twin.article_id}: {twin.path}" for twin in added.duplicates]))
    _write(_head([f"rejected {reject.path}: {reject.reason}" for reject in added.rejects]))
    if added.sources or added.unchanged or added.duplicates:
        _report_build(settings)
    if added.sources:
        _write(_head([*_repeats(settings.corpus_dir, added.sources)]))
    if added.rejects:
        first = added.rejects[0]
        return _fail(
            f"{len(added.rejects)} rejected, {len(added.sources)} added: {first.path}: {first.reason}"
        )
    return EXIT_DONE


def _repeats(corpus_dir: Path, added: Sequence[Source]) -> Iterator[str]:
    """Yield a line for each of the articles that nearly repeats another one of the index, or that another one repeats."""
    from ingest.index import Index

    articles = Index.load(corpus_dir / "index").articles
    for article_id, original in articles.near_duplicates({source.article_id for source in added}):
        yield f"near duplicate {article_id}: says what {original} says"


def _remove(options: argparse.Namespace) -> int:
    from ingest.remove import remove

    settings = IngestSettings()
    remove(settings.corpus_dir, options.article_ids)
    return _report_build(settings)


def _show(options: argparse.Namespace) -> int:
    from ingest.index import Index
    from ingest.show import show

    index = Index.load(IngestSettings().corpus_dir / "index")
    article = index.articles.get(options.article_id)
    if article is None:
        raise CorpusError(f"no article {options.article_id!r}; the index has {_some(list(index.articles))}")
    _write(show(article, all_edits=options.all_edits))
    return EXIT_DONE


def _status(_: argparse.Namespace) -> int:
    from ingest.index import Index
    from ingest.report import status_lines
    from ingest.status import find_drift, size_on_disk

    corpus_dir = IngestSettings().corpus_dir
    index = Index.load(corpus_dir / "index")
    _write(status_lines(index.manifest, find_drift(corpus_dir, index), size_on_disk(corpus_dir / "index")))
    return EXIT_DONE


def _head(lines: Sequence[str]) -> Sequence[str]:
    return lines if len(lines) <= 20 else [*lines[:19], f"… and {len(lines) - 19} more"]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
