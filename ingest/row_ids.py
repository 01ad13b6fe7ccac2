"""From ids of passages to their rows, over hashes that stay on disk: a million ids as Python strings are 150 MB."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class RowIds:
    """The rows of ids by the hash of the id, read-only."""

    def __init__(self, path: Path) -> None:
        """Open what ``write_row_ids`` wrote to ``path``."""
        self._hashes, self._rows = np.load(path, mmap_mode="r")

    def rows(self, row_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each id, -1 for one that is not known.

        By 64 bits of hash: an id that is not known is taken for one of a million that are with odds of 1 in 10 ** 13.
        """
        wanted = _hashes(row_ids)
        if not len(self._hashes):
            return np.full(len(row_ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        return np.where(self._hashes[at] == wanted, self._rows[at].astype(np.int64), -1)


def write_row_ids(path: Path, row_ids: Sequence[str]) -> None:
    """Write the ids of all rows, in order, to ``path``."""
    hashes = _hashes(row_ids)
    order = np.argsort(hashes, kind="stable")
    np.save(path, np.stack([hashes[order], order.astype(np.uint64)]))


def _hashes(row_ids: Sequence[str]) -> NDArray[np.uint64]:
    digests = b"".join(blake2b(row_id.encode(), digest_size=8).digest() for row_id in row_ids)
    return np.frombuffer(digests, np.uint64)
