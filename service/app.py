"""The FastAPI application, composed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service import errors
from service.follow import following
from service.middleware import Gate
from service.routes import articles, asking, chat, operating, reference
from service.settings import ServiceSettings
from service.state import build_state

TITLE = "借问 Jiewen"


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """Return the service over ``settings.corpus_dir``.

    Raises:
        IndexBroken: a build is there and damaged.
        SettingsError: the environment holds an unknown setting.
    """
    settings = settings or ServiceSettings()
    app = FastAPI(
        title=TITLE,
        version="1",
        description="Cited, verified answers from repaired articles.",
        lifespan=_lifespan,
        # The library's own page loads its scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.state.jiewen = build_state(settings)
    for router in (asking.router, articles.router, operating.router, chat.router, reference.router):
        app.include_router(router)
    errors.install(app)
    app.add_middleware(Gate, settings=settings, metrics=app.state.jiewen.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    with following(app.state.jiewen):
        yield
