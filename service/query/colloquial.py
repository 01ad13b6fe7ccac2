"""Borrowers' words into the words that articles use, for searching."""

import re
from functools import cache

from service.lists import any_of, read_list


def plain(folded: str) -> str:
    """Return ``folded`` with colloquial wording replaced by what articles write.

    >>> plain("花呗还不上咋整")
    '花呗逾期还款困难怎么办'
    """
    pattern, meant = _table()
    return pattern.sub(lambda match: meant[match.group()], folded)


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    rows = (line.split("\t") for line in read_list("service.query", "colloquial.tsv"))
    meant = {said: to for variants, to in rows for said in variants.split(" ")}
    return any_of(meant), meant
