"""What holds for every call: a request id, a body of bounded size, the key, the rate, and the counts."""

import hmac
import logging
import re
import time
import uuid

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import problem_response
from service.operators import OPERATOR_CALLS, is_at_this_machine
from service.rate import RateLimit
from service.settings import ServiceSettings

MAX_BODY_BYTES = 1_000_000
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,128}")
_log = logging.getLogger("jiewen.service")


class Metrics:
    """Counts and times of calls, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "jiewen_requests", "Calls", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "jiewen_request_seconds", "Seconds per call", ["route"], registry=self.registry
        )
        self.answers = Counter(
            "jiewen_answers", "Answers", ["status", "reason", "mode"], registry=self.registry
        )


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._rate = RateLimit(settings.rate_limit_per_min)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else f"req_{uuid.uuid4().hex}"
        began = time.perf_counter()
        status = 500
        started = False

        async def tagged(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY_BYTES:
                raise HTTPException(413, _too_large())
            return message

        refusal = self._refusal(scope, headers)
        try:
            if refusal is not None:
                code, detail, retry_after_s = refusal
                response = problem_response(code, detail, scope["path"], retry_after_s=retry_after_s)
                await response(scope, receive, tagged)
            else:
                await self._app(scope, bounded, tagged)
        except Exception:  # noqa: BLE001 - the last resort: log it, tell the client nothing of our insides
            _log.exception("%s %s %s failed", request_id, scope["method"], scope["path"])
            if not started:
                detail = "the service failed; the request id leads to the log"
                await problem_response(500, detail, scope["path"])(scope, receive, tagged)
        finally:
            took = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "unmatched")
            # Any token is a method to a client; each would be a series of its own.
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.calls.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(took)
            _log.info("%s %s %s %d %.1f ms", request_id, scope["method"], route, status, took * 1000)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, int | None] | None:
        """Return status, detail and retry time where the call is not to be served, else None."""
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY_BYTES:
            return 413, _too_large(), None
        path = scope["path"]
        if path in OPEN_PATHS:
            return None
        client = (scope.get("client") or ("",))[0]
        if self._settings.api_key is not None:
            expected = f"Bearer {self._settings.api_key}"
            if not hmac.compare_digest(headers.get("authorization", "").encode(), expected.encode()):
                return 401, "send the key as 'Authorization: Bearer …'", None
        elif (scope["method"], path) in OPERATOR_CALLS and not is_at_this_machine(client, headers):
            return 401, "without JIEWEN_API_KEY, operators' calls are served to this machine only", None
        wait_s = self._rate.wait_s(client)
        if wait_s is not None:
            return 429, f"more than {self._settings.rate_limit_per_min} calls a minute", wait_s
        return None


def _too_large() -> str:
    return f"the body is larger than {MAX_BODY_BYTES} bytes"
