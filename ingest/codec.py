"""Articles and passages as lines of JSON, and back."""

import json
from typing import Any

from ingest.provenance import Edit
from ingest.records import Article, ArticleWarning, Block, Passage, RawRef, Sentence


def encode_article(article: Article) -> str:
    """Return ``article`` as one line of JSON; blocks, edits and warnings become rows of their fields."""
    return _line(
        {
            "article_id": article.article_id,
            "title": article.title,
            "text": article.text,
            "blocks": [[b.kind, b.start, b.end, b.level] for b in article.blocks],
            "product": article.product,
            "raw": [article.raw.path, article.raw.sha256],
            "edits": [
                [
                    e.step,
                    e.raw_start,
                    e.raw_end,
                    e.clean_start,
                    e.clean_end,
                    e.before,
                    e.after,
                    e.confidence,
                ]
                for e in article.edits
            ],
            "warnings": [[w.code, w.message, w.start, w.end] for w in article.warnings],
            "url": article.url,
            "site": article.site,
            "author": article.author,
            "published": article.published,
        }
    )


def decode_article(line: str) -> Article:
    """Return the article that ``encode_article`` wrote."""
    fields = json.loads(line)
    return Article(
        **{
            **fields,
            "blocks": tuple(Block(*row) for row in fields["blocks"]),
            "product": tuple(fields["product"]),
            "raw": RawRef(*fields["raw"]),
            "edits": tuple(Edit(*row) for row in fields["edits"]),
            "warnings": tuple(ArticleWarning(*row) for row in fields["warnings"]),
        }
    )


def encode_passage(passage: Passage) -> str:
    """Return ``passage`` as one line of JSON; sentences become rows of their fields."""
    return _line(
        {
            "passage_id": passage.passage_id,
            "article_id": passage.article_id,
            "title": passage.title,
            "heading": passage.heading,
            "text": passage.text,
            "start": passage.start,
            "end": passage.end,
            "sentences": [[s.start, s.end, s.restored] for s in passage.sentences],
            "product": passage.product,
        }
    )


def decode_passage(line: str) -> Passage:
    """Return the passage that ``encode_passage`` wrote."""
    fields = json.loads(line)
    return Passage(
        **{
            **fields,
            "heading": tuple(fields["heading"]),
            "sentences": tuple(Sentence(*row) for row in fields["sentences"]),
            "product": tuple(fields["product"]),
        }
    )


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
