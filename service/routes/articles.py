"""The articles: a list, one cleaned, and what was crawled."""

import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Response

from ingest.index import Index
from ingest.records import Article
from service.answer import Answerer
from service.errors import ProblemError
from service.schema import (
    ArticleList,
    ArticleOut,
    ArticleSummary,
    ArticleWarningOut,
    EditOut,
    HeadingOut,
    RawRef,
    RawSpan,
    RawText,
)
from service.state import CurrentAnswerer

router = APIRouter()


def _find(answerer: Answerer, article_id: str) -> Article:
    article = answerer.index.articles.get(article_id)
    if article is None:
        raise ProblemError(404, f"no article {article_id!r} in the index")
    return article


@router.get("/articles", response_model=ArticleList)
def list_articles(answerer: CurrentAnswerer) -> Response:
    """Return all articles of the index."""
    return Response(_listed(answerer.index), media_type="application/json")


_lists: WeakKeyDictionary[Index, bytes] = WeakKeyDictionary()
"""The list of each index that is served, as it is sent: of a large corpus it takes long to read, and never changes."""

_listing = threading.Lock()


def _listed(index: Index) -> bytes:
    with _listing:
        if index not in _lists:
            _lists[index] = ArticleList(articles=list(_summaries(index))).model_dump_json().encode()
        return _lists[index]


def _summaries(index: Index) -> Iterator[ArticleSummary]:
    for article, passages in index.counted():
        yield ArticleSummary(
            article_id=article.article_id,
            title=article.title,
            product=list(article.product),
            published=article.published,
            passages=passages,
            raw=RawRef(path=article.raw.path, sha256=article.raw.sha256),
        )


@router.get("/articles/{article_id}")
def get_article(article_id: str, answerer: CurrentAnswerer) -> ArticleOut:
    """Return one article; every ``clean`` span of a citation points into its ``text``."""
    article = _find(answerer, article_id)
    return ArticleOut(
        article_id=article.article_id,
        title=article.title,
        text=article.text,
        headings=[
            HeadingOut(
                text=article.text[block.start : block.end],
                level=block.level,
                start=block.start,
                end=block.end,
            )
            for block in article.blocks
            if block.kind == "heading"
        ],
        product=list(article.product),
        published=article.published,
        url=article.url,
        raw=RawRef(path=article.raw.path, sha256=article.raw.sha256),
        edits=[EditOut(**asdict(edit)) for edit in article.edits],
        warnings=[ArticleWarningOut(**asdict(warning)) for warning in article.warnings],
    )


@router.get("/articles/{article_id}/raw")
def get_raw(
    article_id: str,
    answerer: CurrentAnswerer,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> RawText:
    """Return the crawled text at a citation's raw span; the whole file without one."""
    article = _find(answerer, article_id)
    text = answerer.index.raw_text(article_id)
    stop = len(text) if end is None else end
    if not start <= stop <= len(text):
        raise ProblemError(422, f"start={start}, end={stop}: the crawled text has {len(text)} characters")
    span = RawSpan(path=article.raw.path, sha256=article.raw.sha256, start=start, end=stop)
    return RawText(article_id=article_id, raw=span, text=text[start:stop])
