"""A scripted service for the tests of the page."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.ui.scripted import Script, build_app, serving
from ui.client import ServiceClient


@pytest.fixture
def script() -> Script:
    """What the scripted service will do; change it before asking."""
    return Script()


@pytest.fixture
def service_url(script: Script) -> Iterator[str]:
    """The address of the scripted service."""
    with serving(build_app(script)) as url:
        yield url


@pytest.fixture
def client(service_url: str) -> Iterator[ServiceClient]:
    """A client of the scripted service; it gives up after two seconds of silence."""
    with closing(ServiceClient(service_url, read_timeout_s=2.0)) as client:
        yield client
