"""A toy service behind a real socket, and the articles of the real one."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from evals.client import in_process
from service.schema import ArticleOut
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


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def articles_of(corpus_dir: Path) -> list[ArticleOut]:
    """The articles as the real service serves them from ``corpus_dir``."""

    async def fetch() -> list[ArticleOut]:
        async with in_process(corpus_dir) as asker:
            return await asker.articles()

    return asyncio.run(fetch())
