"""A file of JSON lines that is read by line number, without holding it in memory, each line checked as it is read."""

import os
import weakref
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar, overload

import numpy as np

from ingest.artifact import IndexBroken

Record = TypeVar("Record")
CACHED_LINES = 4096


def _offsets_path(path: Path) -> Path:
    """Return the file that holds the offsets and checksums of the lines of ``path``."""
    return path.with_name(path.name + ".offsets.npy")


class LineWriter:
    """Writes the lines of a file one by one; what ``Lines`` needs besides is written when it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        # Row i + 1: where line i ends, and its CRC-32. An array of machine words: a crawl has millions of lines.
        self._borders = array("Q", (0, 0))

    def __len__(self) -> int:
        return len(self._borders) // 2 - 1

    def write(self, line: str) -> None:
        """Append one line."""
        content = line.encode() + b"\n"
        self._file.write(content)
        self._borders.extend((self._borders[-2] + len(content), zlib.crc32(content)))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
        np.save(_offsets_path(self._path), np.asarray(self._borders, dtype=np.uint64).reshape(-1, 2))


class Lines(Sequence[Record], Generic[Record]):
    """The records of a file that a ``LineWriter`` wrote, decoded when asked for; safe to share between threads.

    The file is checked whole when an index is opened, but is read for as long as a service runs: each line is checked
    again as it is read, so that a disk that decays meanwhile costs a refusal and never a wrong quote.
    """

    def __init__(self, path: Path, decode: Callable[[str], Record]) -> None:
        self._path = path
        self._borders = np.load(_offsets_path(path))
        # An open file stays readable after its build was pruned; a map of it would kill the process if it were cut short.
        self._descriptor = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)
        self._decode = decode
        self._record = lru_cache(CACHED_LINES)(self._read)

    def __len__(self) -> int:
        return len(self._borders) - 1

    @overload
    def __getitem__(self, row: int) -> Record: ...
    @overload
    def __getitem__(self, row: slice) -> list[Record]: ...
    def __getitem__(self, row: int | slice) -> Record | list[Record]:
        """Return the record of ``row``, or the list of a slice of rows.

        Raises:
            IndexBroken: the line is not as it was written.
        """
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
        (start, _), (end, checksum) = self._borders[row : row + 2].tolist()
        content = os.pread(self._descriptor, end - start, start)
        if zlib.crc32(content) != checksum:
            raise IndexBroken(f"{self._path}: line {row + 1} is not as it was written; run ingest build")
        return self._decode(content[:-1].decode())
