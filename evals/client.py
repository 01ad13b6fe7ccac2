"""Asking the service as any client does: over HTTP, or the same application in process."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp

from evals.record import RunError
from service.schema import (
    ArticleList,
    ArticleOut,
    AskRequest,
    AskResponse,
    PassageHit,
    RawText,
    Ready,
    SearchRequest,
    SearchResponse,
)

SEARCH_DEPTH = 10
TIMEOUT_S = 120.0

_Message = TypeVar("_Message", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a question: the answer, or the status and text of the failure. ``latency_ms`` as waited."""

    http_status: int
    response: AskResponse | None
    error: str | None
    latency_ms: float


class Asker:
    """The routes of the service that an evaluation uses."""

    def __init__(self, http: httpx.AsyncClient, target: str) -> None:
        self._http = http
        self.target = target

    async def ready(self) -> Ready:
        """Return what the service serves.

        Raises:
            RunError: it is not there, or not ready.
        """
        return await self._get("/readyz", Ready)

    async def articles(self) -> list[ArticleOut]:
        """Return every cleaned article that the service serves; raises RunError as ``ready`` does."""
        listed = await self._get("/articles", ArticleList)
        return [await self._get(f"/articles/{a.article_id}", ArticleOut) for a in listed.articles]

    async def raw_text(self, article_id: str, start: int, end: int) -> str | None:
        """Return the crawled text at a span, None where the service has none there."""
        reply = await self._http.get(f"/articles/{article_id}/raw", params={"start": start, "end": end})
        return RawText.model_validate_json(reply.content).text if reply.status_code == 200 else None

    async def ask(self, request: AskRequest) -> Reply:
        """Return the reply to ``request``; a failure is a reply too, never an exception."""
        begin = perf_counter()
        status, response, error = 0, None, None
        try:
            reply = await self._http.post("/ask", json=request.model_dump(mode="json"))
            status = reply.status_code
            if status == 200:
                response = AskResponse.model_validate_json(reply.content)
            else:
                error = reply.text[:500]
        except httpx.HTTPError as failure:
            error = f"{type(failure).__name__}: {failure}"
        except ValidationError as failure:
            error = f"not an answer: {failure.errors()[0]['loc']} {failure.errors()[0]['msg']}"
        return Reply(status, response, error, (perf_counter() - begin) * 1000)

    async def search(self, query: str) -> list[PassageHit]:
        """Return the best passages for ``query``, none where the search fails (the case then has a recall of zero)."""
        request = SearchRequest(query=query, top_k=SEARCH_DEPTH)
        try:
            reply = await self._http.post("/search", json=request.model_dump(mode="json"))
            if reply.status_code != 200:
                return []
            return SearchResponse.model_validate_json(reply.content).passages
        except (httpx.HTTPError, ValidationError):
            return []

    async def _get(self, route: str, message: type[_Message]) -> _Message:
        try:
            reply = await self._http.get(route)
            if reply.status_code != 200:
                raise RunError(f"{self.target}{route}: {reply.status_code}: {reply.text[:300]}")
            return message.model_validate_json(reply.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            raise RunError(f"{self.target}{route}: {str(error).splitlines()[0]}") from error


@contextlib.asynccontextmanager
async def over_http(url: str) -> AsyncIterator[Asker]:
    """Give an asker for the service at ``url``."""
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as http:
        yield Asker(http, url)


@contextlib.asynccontextmanager
async def in_process(corpus_dir: Path | None) -> AsyncIterator[Asker]:
    """Give an asker for the service made here from the index of ``corpus_dir`` (None: as the settings say).

    Raises:
        RunError: there is no index that the service can serve.
    """
    # Imported here: asking over HTTP, comparing and reporting need no index, model or web framework.
    from ingest.settings import SettingsError
    from service.app import create_app
    from service.settings import ServiceSettings
    from service.state import IndexBroken

    with TemporaryDirectory(prefix="jiewen-evals-") as data_dir:
        try:
            settings = ServiceSettings(data_dir=Path(data_dir))
            if corpus_dir is not None:
                settings = settings.model_copy(update={"corpus_dir": corpus_dir})
            app = create_app(settings)
        except (SettingsError, IndexBroken) as error:
            raise RunError(str(error)) from error
        async with app.router.lifespan_context(app), over_asgi(app) as asker:
            yield asker


@contextlib.asynccontextmanager
async def over_asgi(app: ASGIApp) -> AsyncIterator[Asker]:
    """Give an asker for an ASGI application in this process, whose start-up is done."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", timeout=TIMEOUT_S) as http:
        yield Asker(http, "in process")
