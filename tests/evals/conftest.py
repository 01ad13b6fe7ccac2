"""A toy service behind a real socket, for the tests that go through the command line."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.evals.toy import Toy, answer

DELAY = "借呗可以延期吗"
WEATHER = "明天下雨吗"


@contextlib.contextmanager
def served(toy: Toy) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(toy.app(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def url() -> Iterator[str]:
    with served(Toy({DELAY: answer(("jie", "借呗会考虑延期申请。"))})) as address:
        yield address
