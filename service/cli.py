"""The ``service`` command."""

import argparse
import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from ingest.embed import EmbedError
from ingest.index import IndexBroken
from ingest.settings import PREFIX, SettingsError
from service.app import create_app
from service.settings import ServiceSettings


def main(argv: list[str] | None = None) -> int:
    """Serve the API until interrupted. Returns 0, or 2 with one line on stderr where it cannot start."""
    parser = argparse.ArgumentParser(prog="service", description="Serve the Jiewen API.")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 8000)")
    parser.add_argument("--workers", type=int, help="processes (default 1)")
    parser.add_argument("--corpus-dir", type=Path, help="folder whose index/ is served (default corpus)")
    given = {name: value for name, value in vars(parser.parse_args(argv)).items() if value is not None}
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = ServiceSettings(**given)
        _check_startable(settings)
        if settings.workers > 1:
            # Worker processes build their own application, from the environment.
            for name, value in given.items():
                os.environ[PREFIX + name.upper()] = str(value)
            uvicorn.run(
                "service.cli:worker_app",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                log_level="warning",
            )
        else:
            uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="warning")
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        return _fail(f"setting {PREFIX}{name}: {first['msg']}" if name else f"settings: {first['msg']}")
    except (SettingsError, IndexBroken, EmbedError, OSError) as error:
        return _fail(str(error))
    return 0


def worker_app() -> object:
    """Return the application of one worker process."""
    return create_app()


def _check_startable(settings: ServiceSettings) -> None:
    """Fail before the model loads where there is nothing to serve or nowhere to listen."""
    if not (settings.corpus_dir / "index" / "CURRENT").exists():
        raise IndexBroken(f"no index in {settings.corpus_dir / 'index'}; run `ingest build` first")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise OSError(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from error


def _fail(message: str) -> int:
    sys.stderr.write(f"service: {message}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
