"""An OpenAI-compatible server that behaves as a test scripts it: a real socket, real bytes, bad manners on request."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SOURCES_END = "问题:"


@dataclass
class Script:
    """What the server does next, and what it was asked."""

    manner: str = "say"
    text: str = ""
    asked: list[dict] = field(default_factory=list)


def _chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def log_message(self, *args):
        pass

    def do_POST(self):
        length = int(self.headers["content-length"])
        self.script.asked.append(json.loads(self.rfile.read(length)))
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"_{self.script.manner}")()

    def _open(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def _say(self):
        if not self.script.asked[-1].get("stream"):
            self._say_at_once()
            return
        self._open()
        for start in range(0, len(self.script.text), 7):
            self.wfile.write(_chunk(self.script.text[start : start + 7]))
        self.wfile.write(_chunk("", "stop") + b"data: [DONE]\n\n")

    def _say_at_once(self):
        message = {"role": "assistant", "content": self.script.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def _error(self):
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b'{"error": {"message": "boom"}}')

    def _endless(self):
        self._open()
        while True:
            self.wfile.write(_chunk("逾期" * 50))
            self.wfile.flush()

    def _slow(self):
        self._open()
        for char in self.script.text:
            self.wfile.write(_chunk(char))
            self.wfile.flush()
            time.sleep(0.4)

    def _thinking(self):
        self._open()
        self.wfile.write(_chunk("<think>"))
        while True:
            self.wfile.write(_chunk("先想一想[1]。"))
            self.wfile.flush()
            time.sleep(0.05)

    def _no_schema(self):
        """Some servers refuse what they do not know."""
        if "response_format" not in self.script.asked[-1]:
            self._say()
            return
        body = b'{"error": {"message": "response_format is not supported"}}'
        self.send_response(400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _breathing(self):
        """Keeps the line open with comments, which are no chunks."""
        self._open()
        while True:
            self.wfile.write(b": ping\n\n")
            self.wfile.flush()
            time.sleep(0.05)

    def _bad_request(self):
        """Refuses the question itself, whatever comes with it."""
        self.send_response(400)
        self.send_header("content-length", "0")
        self.end_headers()

    def _hang_up(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def _page(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>Gateway</body></html>")

    def _silent(self):
        time.sleep(3)

    def _half(self):
        self._open()
        self.wfile.write(_chunk(self.script.text))
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _garbage(self):
        self._open()
        self.wfile.write(b"data: {not json\n\n")


@contextmanager
def serve() -> Iterator[tuple[str, Script]]:
    """Run the server on a free port of this machine; yields its base address and its script."""
    script = Script()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": script}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", script
    finally:
        server.shutdown()
        server.server_close()
