"""The lists of words and of questions that are shipped beside the code, one entry a line, lines with ``#`` for comments."""

import re
from collections.abc import Iterable
from importlib.resources import files


def read_list(package: str, name: str) -> list[str]:
    """Return the entries of the file ``name`` in ``package``, in order; only a line feed ends a line.

    >>> read_list("service.verify", "opposites.txt")[0].count("|")
    1
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return what matches any of ``words``, the longest first.

    >>> any_of(["咋", "咋整"]).findall("咋整啊,咋还")
    ['咋整', '咋']
    """
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))
