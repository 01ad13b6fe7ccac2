"""A file of JSON lines that is read by line number, without holding it in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar, overload

import numpy as np

Record = TypeVar("Record")
CACHED_LINES = 4096


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write ``lines`` to ``path`` and where each begins to ``path.offsets.npy``; return their number."""
    offsets = [0]
    with path.open("wb") as file:
        for line in lines:
            offsets.append(offsets[-1] + file.write(line.encode() + b"\n"))
    np.save(offsets_path(path), np.asarray(offsets, dtype=np.int64))
    return len(offsets) - 1


def offsets_path(path: Path) -> Path:
    """Return the file that holds the offsets of the lines of ``path``."""
    return path.with_name(path.name + ".offsets.npy")


class Lines(Sequence[Record], Generic[Record]):
    """The records of a file that ``write_lines`` wrote, decoded when asked for; safe to share between threads."""

    def __init__(self, path: Path, decode: Callable[[str], Record]) -> None:
        self._offsets = np.load(offsets_path(path), mmap_mode="r")
        # A map stays readable after its build was pruned from disk, and an empty file cannot be mapped.
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r") if len(self._offsets) > 1 else b""
        self._decode = decode
        self._record = lru_cache(CACHED_LINES)(self._read)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, row: int) -> Record: ...
    @overload
    def __getitem__(self, row: slice) -> list[Record]: ...
    def __getitem__(self, row: int | slice) -> Record | list[Record]:
        """Return the record of ``row``, or the list of a slice of rows."""
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        count = len(self)
        at = row + count if row < 0 else row
        if not 0 <= at < count:
            raise IndexError(f"row {row} of {count}")
        return self._record(int(at))

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in order, past the cache, so that a full pass does not empty it."""
        for row in range(len(self)):
            yield self._read(row)

    def _read(self, row: int) -> Record:
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        return self._decode(bytes(self._bytes[start : end - 1]).decode())
