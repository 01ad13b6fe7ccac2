"""Every error a client can see, as RFC 9457 problem documents."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.index import IndexBroken
from service.schema import Problem

MEDIA_TYPE = "application/problem+json"
BROKEN_RETRY_AFTER_S = 60

TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    413: "Content too large",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}


class ProblemError(Exception):
    """An error to be shown to the client; ``retry_after_s`` becomes the ``Retry-After`` header."""

    def __init__(self, status: int, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s


def problem_document(status: int, detail: str, instance: str) -> Problem:
    """Return the problem document for ``status``; ``instance`` is the path that was called."""
    title = TITLES.get(status, "Error")
    return Problem(
        type=f"urn:jiewen:problem:{title.lower().replace(' ', '-')}",
        title=title,
        status=status,
        detail=detail,
        instance=instance,
    )


def problem_response(
    status: int, detail: str, instance: str, *, retry_after_s: int | None = None
) -> JSONResponse:
    """Return the response that carries the problem document."""
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem_document(status, detail, instance).model_dump()
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def describe(error: RequestValidationError) -> tuple[int, str]:
    """Return status and one line that says which field is wrong and why; unreadable JSON is 400, the rest 422."""
    parts = []
    for item in error.errors():
        if item["type"] == "json_invalid":
            return 400, f"the body is not valid JSON: {item.get('ctx', {}).get('error', item['msg'])}"
        where = ".".join(str(part) for part in item["loc"] if part != "body") or "body"
        parts.append(f"{where}: {item['msg']}")
    return 422, "; ".join(parts)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem document."""

    @app.exception_handler(ProblemError)
    async def on_problem(request: Request, error: ProblemError) -> JSONResponse:
        return problem_response(
            error.status, error.detail, request.url.path, retry_after_s=error.retry_after_s
        )

    @app.exception_handler(IndexBroken)
    async def on_broken_index(request: Request, error: IndexBroken) -> JSONResponse:
        # A file of the build decayed while it was served: better no answer than one that nobody wrote.
        return problem_response(503, str(error), request.url.path, retry_after_s=BROKEN_RETRY_AFTER_S)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        status, detail = describe(error)
        return problem_response(status, detail, request.url.path)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        response = problem_response(error.status_code, str(error.detail), request.url.path)
        response.headers.update(error.headers or {})
        return response
