"""Text from an OpenAI-compatible server, piece by piece, within a time limit."""

import queue
import threading
import time
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Protocol

from service.settings import ServiceSettings

MAX_TOKENS = 700
MAX_CHARS = 4000


class LLMError(Exception):
    """The server failed, was too slow or never stopped; the message is fit for a reader."""


class SchemaRefusedError(LLMError):
    """The server does not write by a JSON schema; the generator that says so is no longer ``structured``."""


class TextGenerator(Protocol):
    """Anything that writes text for a system and a user message; ``structured`` where it can keep to a JSON schema."""

    name: str
    structured: bool

    def generate(
        self, system: str, user: str, *, timeout_s: float, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield the text in pieces, JSON by ``schema`` where one is given.

        Raises:
            SchemaRefusedError: the server takes no schema; ask again without.
            LLMError: the server failed, or ``timeout_s`` seconds passed before the end.
        """
        ...


class OpenAIGenerator:
    """LlamaIndex's ``OpenAILike`` client: DeepSeek, Qwen, Ollama, vLLM, llama.cpp and their like."""

    def __init__(self, base_url: str, model: str, api_key: str | None, timeout_s: float) -> None:
        # Imported here because the import costs a second that a service without an LLM should not pay.
        from llama_index.llms.openai_like import OpenAILike

        import_module(
            "openai.resources.chat.completions"
        )  # else the time limit of the first question pays for it
        self.name = model
        self.structured = True  # until the server says otherwise
        self._client = OpenAILike(
            model=model,
            api_base=base_url,
            api_key=api_key or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=MAX_TOKENS,
            max_retries=0,
            timeout=timeout_s,
        )

    def generate(
        self, system: str, user: str, *, timeout_s: float, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield the text in pieces; see :class:`TextGenerator`.

        The call runs in a thread of its own, so that a server which sends nothing, or one byte a second, cannot hold
        the reader longer than the limit.
        """
        pieces: queue.Queue[str | LLMError | None] = queue.Queue()
        stop = threading.Event()
        threading.Thread(target=self._fill, args=(system, user, schema, pieces, stop), daemon=True).start()
        deadline = time.monotonic() + timeout_s
        chars = 0
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
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
            stop.set()

    def _fill(
        self,
        system: str,
        user: str,
        schema: Mapping[str, Any] | None,
        pieces: "queue.Queue[str | LLMError | None]",
        stop: threading.Event,
    ) -> None:
        """Put every piece of the answer, then None, or an error, into ``pieces``."""
        import httpx
        import openai
        from llama_index.core.llms import ChatMessage, MessageRole

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
                if stop.is_set():
                    return
                choices = getattr(chunk.raw, "choices", None) or []
                finish = next((choice.finish_reason for choice in choices if choice.finish_reason), finish)
                if chunk.delta:
                    pieces.put(chunk.delta)
            # Without a finish reason the line went dead half-way: what came is not the whole answer.
            pieces.put(None if finish == "stop" else LLMError("回答没有写完"))
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            self.structured = self.structured and schema is None
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
