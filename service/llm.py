"""Text from an OpenAI-compatible server, piece by piece, within a time limit."""

import queue
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from service.settings import ServiceSettings

if TYPE_CHECKING:
    import httpx

MAX_TOKENS = 700
MAX_CHARS = 4000
MAX_CALLS = 16
"""Calls under way at a time; a server that hangs must not collect a thread and a connection for every question."""


class LLMError(Exception):
    """The server failed, was too slow or never stopped; the message is fit for a reader."""


class SchemaRefusedError(LLMError):
    """The server refused a call with a JSON schema: because of the schema, if it takes the same question without."""


class TextGenerator(Protocol):
    """Anything that writes text for a system and a user message.

    ``structured`` until it turns out that it cannot keep to a JSON schema, which the caller tells by setting it.
    """

    name: str
    structured: bool

    def generate(
        self, system: str, user: str, *, timeout_s: float, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield the text in pieces, JSON by ``schema`` where one is given.

        Raises:
            SchemaRefusedError: the server may take no schema; ask again without.
            LLMError: the server failed, or ``timeout_s`` seconds passed before the end.
        """
        ...


class _Call:
    """One call under way: its pieces, and a way to end it from outside."""

    def __init__(self) -> None:
        self.pieces: queue.Queue[str | LLMError | None] = queue.Queue()
        self.stopped = threading.Event()
        self._response: httpx.Response | None = None

    def answered(self, response: "httpx.Response") -> None:
        """Take note of the response whose body is about to be read."""
        self._response = response
        if self.stopped.is_set():
            self.stop()

    def stop(self) -> None:
        """End the call now: a thread that waits for the next byte of its connection is woken."""
        self.stopped.set()
        stream = self._response.extensions.get("network_stream") if self._response is not None else None
        connection = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class OpenAIGenerator:
    """LlamaIndex's ``OpenAILike`` client: DeepSeek, Qwen, Ollama, vLLM, llama.cpp and their like."""

    def __init__(self, base_url: str, model: str, api_key: str | None, timeout_s: float) -> None:
        # Imported here because the import costs a second that a service without an LLM should not pay.
        import httpx
        from llama_index.llms.openai_like import OpenAILike

        import_module(
            "openai.resources.chat.completions"
        )  # else the time limit of the first question pays for it
        self.name = model
        self.structured = True
        self._free = threading.BoundedSemaphore(MAX_CALLS)
        self._here = threading.local()  # the call that a thread makes
        self._client = OpenAILike(
            model=model,
            api_base=base_url,
            api_key=api_key or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=MAX_TOKENS,
            max_retries=0,
            timeout=timeout_s,
            http_client=httpx.Client(timeout=timeout_s, event_hooks={"response": [self._answered]}),
        )

    def _answered(self, response: "httpx.Response") -> None:
        self._here.call.answered(response)

    def generate(
        self, system: str, user: str, *, timeout_s: float, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield the text in pieces; see :class:`TextGenerator`.

        The call runs in a thread of its own, so that a server which sends nothing, or one byte a second, cannot hold
        the reader longer than the limit; the connection is then cut, which ends the thread.
        """
        if not self._free.acquire(blocking=False):
            raise LLMError("同时进行的回答太多")
        call = _Call()
        threading.Thread(target=self._make, args=(system, user, schema, call), daemon=True).start()
        deadline = time.monotonic() + timeout_s
        chars = 0
        try:
            while True:
                try:
                    piece = call.pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise LLMError(f"超过{timeout_s:g}秒没有写完") from None
                if piece is None:
                    return
                if isinstance(piece, LLMError):
                    raise piece
                chars += len(piece)
                if chars > MAX_CHARS:
                    raise LLMError("回答过长")
                yield piece
        finally:
            call.stop()

    def _make(self, system: str, user: str, schema: Mapping[str, Any] | None, call: _Call) -> None:
        self._here.call = call
        try:
            self._fill(system, user, schema, call)
        finally:
            self._free.release()

    def _fill(self, system: str, user: str, schema: Mapping[str, Any] | None, call: _Call) -> None:
        """Put every piece of the answer, then None, or an error, into the pieces of ``call``."""
        import httpx
        import openai
        from llama_index.core.llms import ChatMessage, MessageRole

        pieces = call.pieces
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=user),
        ]
        form: dict[str, Any] = {}
        if schema is not None:
            named = {"name": "answer", "strict": True, "schema": schema}
            form["response_format"] = {"type": "json_schema", "json_schema": named}
        finish: str | None = None
        try:
            for chunk in self._client.stream_chat(messages, **form):
                if call.stopped.is_set():
                    return
                choices = getattr(chunk.raw, "choices", None) or []
                finish = next((choice.finish_reason for choice in choices if choice.finish_reason), finish)
                if chunk.delta:
                    pieces.put(chunk.delta)
            # Without a finish reason the line went dead half-way: what came is not the whole answer.
            pieces.put(None if finish == "stop" else LLMError("回答没有写完"))
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            refused = LLMError if schema is None else SchemaRefusedError
            pieces.put(refused(f"服务器出错:{type(error).__name__}"))
        except (openai.OpenAIError, httpx.HTTPError) as error:
            pieces.put(LLMError(f"服务器出错:{type(error).__name__}"))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            # What the client library raises over an answer that is not of the protocol.
            pieces.put(LLMError(f"服务器的回答无法读取:{type(error).__name__}"))


def build_generator(settings: ServiceSettings) -> TextGenerator | None:
    """Return the configured LLM, or None."""
    if settings.llm_base_url is None or settings.llm_model is None:
        return None
    return OpenAIGenerator(
        settings.llm_base_url, settings.llm_model, settings.llm_api_key, settings.llm_timeout_s
    )
