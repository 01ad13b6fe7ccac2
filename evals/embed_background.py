"""Embed the background of the decision: ``python -m evals.embed_background`` writes ``service/background.npz``.

To be run when ``service/background.tsv`` or the shipped embedding model changed, before ``python -m evals.calibrate``.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from ingest.embed import build_embedder
from ingest.settings import IngestSettings
from service.background import background_key, embed_background

OUT = Path(__file__).parent.parent / "service" / "background.npz"


def main(argv: list[str] | None = None) -> int:
    """Write the vectors in half precision, which is far finer than their model's own rounding."""
    parser = argparse.ArgumentParser(prog="python -m evals.embed_background", description=__doc__)
    parser.add_argument("--corpus-dir", type=Path, default=Path("corpus"))
    options = parser.parse_args(argv)
    embedder = build_embedder(IngestSettings(corpus_dir=options.corpus_dir))
    background = embed_background(embedder)
    np.savez_compressed(
        OUT,
        key=background_key(embedder),
        query_mean=background.query_mean,
        passage_mean=background.passage_mean,
        passages=background.passages.astype(np.float16),
    )
    sys.stdout.write(f"{len(background.passages)} passages, {OUT.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
