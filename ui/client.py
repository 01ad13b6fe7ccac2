"""The wire as the page uses it: questions, articles and verdicts over HTTP, with typed errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from service.schema import (
    AnswerSentence,
    AnswerWarning,
    ArticleOut,
    AskRequest,
    AskResponse,
    Feedback,
    FeedbackIn,
    Problem,
    Ready,
)
from ui.errors import (
    BrokenReplyError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    ServiceDownError,
    ServiceError,
    ServiceFailedError,
    ServiceSlowError,
    TooManyRequestsError,
    UnauthorizedError,
)
from ui.sse import read_events

CONNECT_TIMEOUT_S = 3.0
Message = TypeVar("Message", bound=BaseModel)
AskEvent = AnswerSentence | AnswerWarning | AskResponse


class ServiceClient:
    """A connection to one service; safe to share between threads. Every method raises a ServiceError subclass."""

    def __init__(self, service_url: str, *, api_key: str | None = None, read_timeout_s: float) -> None:
        """Take the service's address and key; ``read_timeout_s`` is the longest silence before an answer is given up."""
        headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
        timeout = httpx.Timeout(read_timeout_s, connect=CONNECT_TIMEOUT_S)
        # trust_env off: a proxy set for the web must not carry what a borrower asks, nor hide the local service.
        self._http = httpx.Client(base_url=service_url, headers=headers, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ready(self) -> Ready:
        """Return what the service has loaded."""
        return self._call("GET", "/readyz", Ready)

    def ask(self, request: AskRequest) -> Iterator[AskEvent]:
        """Yield each sentence and warning as it is verified, then the whole answer, last and always."""
        body = request.model_copy(update={"stream": True}).model_dump()
        with self._translated(), self._http.stream("POST", "/ask", json=body) as response:
            if response.is_error:
                response.read()
                raise _error(response)
            for event in read_events(response.iter_text()):
                if event.name == "sentence":
                    yield AnswerSentence.model_validate_json(event.data)
                elif event.name == "warning":
                    yield AnswerWarning.model_validate_json(event.data)
                elif event.name == "error":
                    raise ServiceFailedError(Problem.model_validate_json(event.data).detail)
                elif event.name == "final":
                    yield AskResponse.model_validate_json(event.data)
                    return
        raise BrokenReplyError("the stream ended without a final answer")

    def article(self, article_id: str) -> ArticleOut:
        """Return a cleaned article with its edits."""
        return self._call("GET", f"/articles/{quote(article_id, safe='')}", ArticleOut)

    def send_feedback(self, feedback: FeedbackIn) -> Feedback:
        """Store a reader's verdict; return it as stored."""
        return self._call("POST", "/feedback", Feedback, body=feedback)

    def _call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        message: type[Message],
        *,
        body: BaseModel | None = None,
    ) -> Message:
        with self._translated():
            json = None if body is None else body.model_dump()
            response = self._http.request(method, path, json=json)
            if response.is_error:
                raise _error(response)
            return message.model_validate_json(response.content)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what httpx and pydantic raise into our errors."""
        where = self._http.base_url
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ServiceDownError(f"no service at {where}: {error}") from error
        except httpx.TimeoutException as error:
            raise ServiceSlowError(f"the service at {where} did not answer in time") from error
        except httpx.HTTPError as error:
            raise ServiceFailedError(f"the connection to {where} broke: {error}") from error
        except ValidationError as error:
            raise BrokenReplyError(
                f"the reply from {where} is not what the contract says: {error}"
            ) from error


def _error(response: httpx.Response) -> ServiceError:
    """Return the error that ``response`` stands for; its body is read already."""
    try:
        detail = Problem.model_validate_json(response.content).detail
    except ValidationError:
        detail = f"HTTP {response.status_code} without a problem document"
    match response.status_code:
        case 503:
            return NotReadyError(detail, _retry_after_s(response))
        case 429:
            return TooManyRequestsError(detail, _retry_after_s(response))
        case 400 | 413 | 422:
            return InvalidRequestError(detail)
        case 401:
            return UnauthorizedError(detail)
        case 404:
            return NotFoundError(detail)
        case _:
            return ServiceFailedError(
                f"{detail} (request {response.headers.get('X-Request-ID', 'without id')})"
            )


def _retry_after_s(response: httpx.Response) -> int | None:
    value = response.headers.get("Retry-After", "")
    return int(value) if value.isdecimal() else None
