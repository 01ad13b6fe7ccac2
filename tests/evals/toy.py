"""A tiny service on the real wire: two short articles, passages by paragraph, answers as scripted."""

import hashlib
import itertools
import time

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from ingest.fold import fold
from service.schema import (
    AnswerSentence,
    ArticleList,
    ArticleOut,
    ArticleSummary,
    AskRequest,
    AskResponse,
    Citation,
    CleanSpan,
    HeadingOut,
    PassageHit,
    QueryInfo,
    RawRef,
    RawSpan,
    RawText,
    Ready,
    SearchRequest,
    SearchResponse,
    SearchTimings,
    Timings,
)

TEXTS = {
    "jie.txt": ("借呗", ["1. 延期", "借呗会考虑延期申请。请说明困难。", "2. 信用", "逾期会影响信用记录。"]),
    "hua.txt": (
        "花呗",
        ["1. 分期", "花呗逾期金额可以协商分期偿还。", "2. 费用", "花呗会收取逾期利息和滞纳金。"],
    ),
}


def article(file: str) -> ArticleOut:
    product, lines = TEXTS[file]
    text = "\n".join(lines)
    headings = [
        HeadingOut(text=line, level=1, start=text.index(line), end=text.index(line) + len(line))
        for line in lines
        if line[0].isdigit()
    ]
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ArticleOut(
        article_id=file.removesuffix(".txt"),
        title=file,
        text=text,
        headings=headings,
        product=[product],
        published=None,
        url=None,
        raw=RawRef(path=f"corpus/raw/{file}", sha256=sha256),
        edits=[],
        warnings=[],
    )


ARTICLES = {a.article_id: a for a in map(article, TEXTS)}


def citation(article_id: str, quote: str, n: int = 1) -> Citation:
    found = ARTICLES[article_id]
    start = found.text.index(quote)
    end = start + len(quote)
    return Citation(
        n=n,
        article_id=article_id,
        passage_id=f"{article_id}-{start}",
        title=found.title,
        heading=[],
        url=None,
        published=None,
        product=found.product,
        quote=quote,
        clean=CleanSpan(start=start, end=end),
        raw=RawSpan(path=found.raw.path, sha256=found.raw.sha256, start=start, end=end),
        repaired=0,
    )


def answer(*cited: tuple[str, str], status: str = "answered", text: str | None = None) -> AskResponse:
    """An answer of one sentence per (article_id, quote); without any, ``text`` alone."""
    citations = [citation(article_id, quote, n) for n, (article_id, quote) in enumerate(cited, start=1)]
    sentences, written = [], ""
    for c in citations:
        words = f"{c.quote.rstrip('。')}[{c.n}]。"
        sentences.append(
            AnswerSentence(
                text=words,
                start=len(written),
                end=len(written) + len(words),
                support="supported",
                score=1.0,
                citations=[c.n],
            )
        )
        written += words
    return AskResponse(
        id="ask_1",
        status=status,
        reason=None if status in ("answered", "partial") else "not_covered",
        answer=text if text is not None else written,
        sentences=sentences,
        citations=citations,
        query=QueryInfo(folded="", rewritten=None, product=[], masked=0),
        warnings=[],
        mode="extractive",
        timings_ms=Timings(),
    )


ABSTENTION = answer(status="abstained", text="资料没有写到这一点。")


class Toy:
    """Scripted answers by question (an abstention where none is scripted), searched by shared characters."""

    def __init__(self, answers: dict[str, AskResponse | int], delay_s: float = 0.0) -> None:
        self.answers = answers
        self.delay_s = delay_s
        self.asked: list[str] = []

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/readyz")(self._ready)
        app.get("/articles")(self._articles)
        app.get("/articles/{article_id}")(lambda article_id: ARTICLES[article_id])
        app.get("/articles/{article_id}/raw")(self._raw)
        app.post("/search")(self._search)
        app.post("/ask")(self._ask)
        return app

    def _ready(self) -> Ready:
        return Ready(status="ready", build="toy", articles=2, passages=4, model="none", llm=None)

    def _articles(self) -> ArticleList:
        return ArticleList(
            articles=[
                ArticleSummary(
                    article_id=a.article_id,
                    title=a.title,
                    product=a.product,
                    published=None,
                    passages=2,
                    raw=a.raw,
                )
                for a in ARTICLES.values()
            ]
        )

    def _raw(self, article_id: str, start: int, end: int) -> RawText:
        a = ARTICLES[article_id]
        span = RawSpan(path=a.raw.path, sha256=a.raw.sha256, start=start, end=end)
        return RawText(article_id=article_id, raw=span, text=a.text[start:end])

    def _search(self, request: SearchRequest) -> SearchResponse:
        query = set(fold(request.query))
        lines = [(a, line) for a in ARTICLES.values() for line in a.text.split("\n") if not line[0].isdigit()]
        ranked = sorted(lines, key=lambda pair: -len(query & set(pair[1])))
        hits = [_hit(rank, a, line) for rank, (a, line) in zip(itertools.count(1), ranked, strict=False)]
        return SearchResponse(
            passages=hits[: request.top_k], timings_ms=SearchTimings(embed=0, retrieve=0, total=0)
        )

    def _ask(self, request: AskRequest) -> JSONResponse:
        self.asked.append(request.question)
        time.sleep(self.delay_s)
        reply = self.answers.get(request.question, ABSTENTION)
        if isinstance(reply, int):
            return JSONResponse({"detail": "scripted"}, status_code=reply)
        return JSONResponse(reply.model_dump(mode="json"))


def _hit(rank: int, a: ArticleOut, line: str) -> PassageHit:
    start = a.text.index(line)
    span = {"start": start, "end": start + len(line)}
    return PassageHit(
        rank=rank,
        score=1 / rank,
        passage_id=f"{a.article_id}-{start}",
        article_id=a.article_id,
        title=a.title,
        heading=[],
        text=line,
        clean=CleanSpan(**span),
        raw=RawSpan(path=a.raw.path, sha256=a.raw.sha256, **span),
        product=a.product,
    )
