"""The service over the five articles, real model and all, as a client sees it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import ServiceSettings

Client = TestClient


@pytest.fixture(scope="session")
def open_service(
    built_corpus: Path, model_dir: Path, tmp_path_factory
) -> Iterator[Callable[..., TestClient]]:
    """A function that opens a service with further settings; closed at the end of the session."""
    with ExitStack() as stack:

        def open_with(**settings) -> TestClient:
            values = {
                "corpus_dir": built_corpus,
                "model_dir": model_dir,
                "data_dir": tmp_path_factory.mktemp("data"),
                **settings,
            }
            app = create_app(ServiceSettings(**values))
            return stack.enter_context(
                TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
            )

        yield open_with


@pytest.fixture(scope="session")
def client(open_service) -> TestClient:
    """The service with its default settings."""
    return open_service()
