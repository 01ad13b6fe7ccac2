"""`ingest repair`: garbled text in, repaired text out, line for line."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from ingest.repair.edits import Edit
from ingest.repair.repair import Repaired, repair

BLOCK_BYTES = 1 << 18
"""Lines are judged and repaired together in blocks of about this size: a block is the page whose evidence counts."""
LONGEST_LINE_BYTES = 1 << 24
"""A longer line is refused: memory stays bounded, and no text has one."""


class BrokenInputError(Exception):
    """The input cannot be read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines of the input; ``ends`` says that a newline follows the last one."""

    text: str
    ends: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="text to repair (UTF-8); default: stdin"
    )
    parser.add_argument(
        "--script",
        choices=("hans", "keep"),
        default="hans",
        help="hans: also convert to Simplified; keep: leave the script",
    )
    parser.add_argument(
        "--explain", action="store_true", help="write one JSON object per line: raw, clean, edits"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if any line is garbled")


def run(args: argparse.Namespace) -> int:
    """Repair FILE or stdin to stdout; return the exit code: 0 done, 1 damage found by --check, 2 broken input."""
    try:
        if args.file is None:
            return _filter(sys.stdin.buffer, "stdin", 0, args)
        with args.file.open("rb") as source:
            return _filter(source, str(args.file), args.file.stat().st_size, args)
    except BrokenInputError as error:
        sys.stderr.write(f"ingest repair: {error}\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stderr.write(f"ingest repair: {error.filename or 'output'}: {error.strerror}\n")
    return 2


def _filter(source: BinaryIO, name: str, size: int, args: argparse.Namespace) -> int:
    output = sys.stdout.buffer
    damaged = False
    with tqdm(
        total=size or None,
        unit="B",
        unit_scale=True,
        desc="repair",
        disable=not sys.stderr.isatty(),
        file=sys.stderr,
    ) as progress:
        for block, length in _blocks(source, name):
            repaired = repair(block.text, script=args.script)
            damaged = damaged or repaired.detected.garbled
            if args.check:
                if damaged:
                    return 1
            elif args.explain:
                for explained in explanations(repaired):
                    output.write(json.dumps(explained, ensure_ascii=False).encode() + b"\n")
            else:
                output.write(repaired.clean.encode() + (b"\n" if block.ends else b""))
            progress.update(length)
    output.flush()
    return 0


def explanations(repaired: Repaired) -> Iterator[dict[str, object]]:
    """Yield what was done to each line of a page: raw, clean and the edits, their offsets counted in the line.

    An edit never spans a line break.
    """
    edits = iter(repaired.edits)
    edit = next(edits, None)
    start = 0
    for line in repaired.raw.split("\n"):
        end = start + len(line)
        mine: list[Edit] = []
        while edit and edit.raw_end <= end:
            mine.append(edit)
            edit = next(edits, None)
        parts: list[str] = []
        at = start
        for e in mine:
            parts += (repaired.raw[at : e.raw_start], e.after)
            at = e.raw_end
        parts.append(repaired.raw[at:end])
        yield {
            "raw": line,
            "clean": "".join(parts),
            "edits": [
                {
                    "step": e.step,
                    "raw_start": e.raw_start - start,
                    "raw_end": e.raw_end - start,
                    "before": e.before,
                    "after": e.after,
                    "confidence": round(e.confidence, 4),
                }
                for e in mine
            ],
        }
        start = end + 1


def _blocks(source: BinaryIO, name: str) -> Iterator[tuple[_Block, int]]:
    """Yield blocks of whole lines and their sizes in bytes."""
    pending = b""
    offset = 0
    while chunk := source.read(BLOCK_BYTES):
        pending += chunk
        cut = pending.rfind(b"\n")
        if cut >= 0:
            yield _Block(_decoded(pending[:cut], name, offset), ends=True), cut + 1
            offset += cut + 1
            pending = pending[cut + 1 :]
        elif len(pending) > LONGEST_LINE_BYTES:
            raise BrokenInputError(
                f"{name}: the line at byte {offset} is longer than {LONGEST_LINE_BYTES} bytes"
            )
    if pending:
        yield _Block(_decoded(pending, name, offset), ends=False), len(pending)


def _decoded(data: bytes, name: str, offset: int) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"{name}: byte {offset + error.start}: not UTF-8"
        if _is_gbk(data):
            raise BrokenInputError(
                f"{where}; it looks like GBK: iconv -f GB18030 -t UTF-8 FILE | ingest repair"
            ) from error
        raise BrokenInputError(f"{where} ({error.reason}); repair needs UTF-8 text") from error


def _is_gbk(data: bytes) -> bool:
    """Say whether the bytes read as Chinese in GBK; the end may cut a character."""
    text = data.decode("gb18030", errors="replace")
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return chinese > 0 and text.count("\ufffd") * 20 <= chinese
