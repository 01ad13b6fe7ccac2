"""Words that the field uses for one another, from the list beside this module."""

from functools import cache
from importlib.resources import files


@cache
def _groups(kind: str) -> tuple[tuple[str, ...], ...]:
    lines = files("service").joinpath("synonyms.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(tuple(words.split(" ")) for row_kind, words, _ in rows if row_kind == kind)


@cache
def _others(kind: str) -> dict[str, tuple[str, ...]]:
    others: dict[str, tuple[str, ...]] = {}
    for group in _groups(kind):
        for word in group:
            rest = tuple(other for other in group if other != word)
            others[word] = tuple(dict.fromkeys(others.get(word, ()) + rest))
    return others


def synonyms_of(word: str) -> tuple[str, ...]:
    """Return the words that may stand for the folded ``word`` in a sentence without changing what it says.

    >>> "疑惑" in synonyms_of("问题"), synonyms_of("天气")
    (True, ())
    """
    return _others("same").get(word, ())
