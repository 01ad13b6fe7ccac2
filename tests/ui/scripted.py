"""A service whose replies a test writes: a real server on localhost that speaks the wire's own models.

The real service is used wherever it can show the thing under test; this one shows what it hardly ever does:
a broken stream, 503, 429, a missing article, hostile text.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from service.errors import problem_response
from service.schema import (
    AnswerSentence,
    AnswerWarning,
    ArticleOut,
    AskResponse,
    Citation,
    CleanSpan,
    EditOut,
    Feedback,
    HeadingOut,
    QueryInfo,
    RawRef,
    RawSpan,
    Ready,
    Timings,
)

HEADING = "2. 准备沟通材料"
TITLE = "借呗逾期怎么协商"
QUOTE = "在联系借呗客服之前，准备好个人信息，包括账户名和注册手机号。"
RAW_QUOTE = "在聯(lián)系借唄客服之前，準(zhǔn)備好個人信息，包括賬戶名和注冊手機號。"
REF = RawRef(path="corpus/raw/scripted.txt", sha256="0" * 64)


def article(
    article_id: str = "scripted", title: str = TITLE, quote: str = QUOTE, raw_quote: str = RAW_QUOTE
) -> ArticleOut:
    """An article of three lines, the middle one repaired as a whole."""
    before, after = f"{HEADING}\n前一句话不在引文里。\n", "\n后一句话也不在引文里。"
    start = len(before)
    edit = EditOut(
        step="note",
        raw_start=start,
        raw_end=start + len(raw_quote),
        clean_start=start,
        clean_end=start + len(quote),
        before=raw_quote,
        after=quote,
        confidence=1.0,
    )
    return ArticleOut(
        article_id=article_id,
        title=title,
        text=before + quote + after,
        headings=[HeadingOut(text=HEADING, level=1, start=0, end=len(HEADING))],
        product=["借呗"],
        published="2024-10-16",
        url=None,
        raw=REF,
        edits=[edit],
        warnings=[],
    )


def citation(of: ArticleOut, n: int = 1) -> Citation:
    """A citation of the repaired line."""
    (edit,) = of.edits
    return Citation(
        n=n,
        article_id=of.article_id,
        passage_id=f"{of.article_id}:1",
        title=of.title,
        heading=[heading.text for heading in of.headings],
        url=of.url,
        published=of.published,
        product=of.product,
        quote=of.text[edit.clean_start : edit.clean_end],
        clean=CleanSpan(start=edit.clean_start, end=edit.clean_end),
        raw=RawSpan(path=REF.path, sha256=REF.sha256, start=edit.raw_start, end=edit.raw_end),
        repaired=1,
    )


def answer(
    of: ArticleOut | None = None,
    *,
    status: str = "answered",
    reason: str | None = None,
    loose: str = "",
    warnings: tuple[AnswerWarning, ...] = (),
) -> AskResponse:
    """An answer: one cited sentence about ``of`` (none without it), then the uncited ``loose`` text."""
    sentences, citations, text = [], [], loose
    if of is not None:
        cited = citation(of)
        sentence = cited.quote.removesuffix("。") + "[1]。"
        text = sentence + ("\n" + loose if loose else "")
        sentences = [
            AnswerSentence(
                text=sentence, start=0, end=len(sentence), support="supported", score=0.9, citations=[1]
            )
        ]
        citations = [cited]
    return AskResponse(
        id="ask_scripted",
        status=status,
        reason=reason,
        answer=text,
        sentences=sentences,
        citations=citations,
        query=QueryInfo(folded="", rewritten=None, product=["借呗"], masked=0),
        warnings=list(warnings),
        mode="extractive",
        timings_ms=Timings(),
    )


@dataclass
class Script:
    """What the server does next, and what it was asked."""

    answer: AskResponse = field(default_factory=lambda: answer(article()))
    articles: dict[str, ArticleOut] = field(default_factory=lambda: {"scripted": article()})
    problem: tuple[int, str, int | None] | None = None
    """Status, detail and Retry-After of every reply, instead of the answer."""
    stream: list[str] | None = None
    """The stream's chunks as they stand, instead of the answer's own."""
    silence_s: float = 0.0
    may_finish: threading.Event = field(default_factory=threading.Event)
    """While this is not set, the last event of the stream is held back (set from the start)."""
    asked: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """The paths that were called."""
    feedback: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.may_finish.set()

    def chunks(self) -> list[str]:
        """The server-sent events of the answer."""
        if self.stream is not None:
            return self.stream
        events = [("retrieval", '{"passages":6}')]
        events += [("sentence", s.model_dump_json()) for s in self.answer.sentences]
        events += [("warning", w.model_dump_json()) for w in self.answer.warnings]
        events.append(("final", self.answer.model_dump_json()))
        return [f"event: {name}\ndata: {data}\n\n" for name, data in events]


def build_app(script: Script) -> FastAPI:
    """The scripted service."""
    app = FastAPI()

    @app.middleware("http")
    async def refuse(request: Request, call_next):
        script.headers.append(dict(request.headers))
        script.calls.append(request.url.path)
        if script.problem is not None:
            status, detail, retry_after_s = script.problem
            return problem_response(status, detail, request.url.path, retry_after_s=retry_after_s)
        return await call_next(request)

    @app.get("/readyz")
    def ready() -> Ready:
        return Ready(status="ready", build="b", articles=1, passages=1, model="scripted", llm=None)

    @app.post("/ask")
    async def ask(request: Request) -> Response:
        script.asked.append(json.loads(await request.body()))

        def chunks() -> Iterator[str]:
            time.sleep(script.silence_s)
            events = script.chunks()
            yield from events[:-1]
            script.may_finish.wait()
            yield from events[-1:]

        return StreamingResponse(chunks(), media_type="text/event-stream")

    @app.get("/articles/{article_id}", response_model=None)
    def get_article(article_id: str) -> ArticleOut | JSONResponse:
        found = script.articles.get(article_id)
        return problem_response(404, "no such article", f"/articles/{article_id}") if found is None else found

    @app.post("/feedback")
    async def feedback(request: Request) -> Feedback:
        given = json.loads(await request.body())
        script.feedback.append(given)
        return Feedback(received="2026-01-01T00:00:00Z", **given)

    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
