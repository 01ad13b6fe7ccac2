"""The worker processes of one service, and whether all of them serve the same build.

Each holds a shared lock on an empty file named after what it serves; the system lets go of it when the process ends, however
it ends.
"""

import fcntl
import os
import time
import weakref
from pathlib import Path

LOOK_EVERY_S = 0.05


class Peers:
    """The processes that hold a file in ``folder``, this one among them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: weakref.finalize[..., Peers] | None = None

    def serve(self, build: str) -> None:
        """Say that this process serves ``build`` from now on, and no other."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / build, os.O_CREAT | os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        before, self._held = self._held, weakref.finalize(self, os.close, descriptor)
        if before is not None:
            before()

    def all_serve(self, build: str, *, within_s: float) -> bool:
        """Wait until every process serves ``build``; return whether they did, ``within_s`` seconds at most."""
        until = time.monotonic() + within_s
        while not all(_left(path) for path in self._folder.iterdir() if path.name != build):
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_EVERY_S)
        return True


def _left(path: Path) -> bool:
    """Return whether nobody holds the file any more, and remove it then."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)
