"""The lines of a text file that holds one record a line: JSON Lines, columns with tabs between."""

from pathlib import Path


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file, as :func:`lines_of` has them.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return lines_of(path.read_text(encoding="utf-8"))


def lines_of(text: str) -> list[str]:
    """Return the lines of ``text`` without their ends; only a line feed ends a line.

    ``str.splitlines`` would also cut at U+2028, U+0085 and some more, which JSON and tables hold as they are: a crawled
    title with one of them in it would break its record in two.

    >>> lines_of("借呗\\u2028逾期\\n花呗\\n")
    ['借呗\\u2028逾期', '花呗']
    """
    *lines, rest = text.split("\n")
    return [*lines, rest] if rest else lines
