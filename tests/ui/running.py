"""The real service and the real page, started as `make run` starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ui.scripted import free_port

RUN = Path(__file__).resolve().parents[2] / "scripts" / "run.py"


@dataclass(frozen=True, slots=True)
class Running:
    """Where the two answer, and the process that watches over them."""

    page_url: str
    service_url: str
    process: subprocess.Popen[str]


def start(port: int, ui_port: int, settings: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start both; ``settings`` are names without the prefix."""
    return subprocess.Popen(
        [sys.executable, str(RUN), "--port", str(port), "--ui-port", str(ui_port)],
        env={**os.environ, **{f"JIEWEN_{name}": value for name, value in settings.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(settings: Mapping[str, str]) -> Iterator[Running]:
    """Run both until the block ends; then Ctrl-C must end them with exit code 0."""
    port, ui_port = free_port(), free_port()
    process = start(port, ui_port, settings)
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "is ready" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield Running(f"http://127.0.0.1:{ui_port}", f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0


@contextmanager
def page_over(service_url: str) -> Iterator[str]:
    """Serve the page alone over another service; give its address."""
    port = free_port()
    page = subprocess.Popen(
        [sys.executable, "-m", "ui", "--port", str(port), "--service-url", service_url],
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            assert page.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        page.terminate()
        page.wait(timeout=20)


def listens(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
