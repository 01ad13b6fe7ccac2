"""Which source sentences a reader may be shown."""

import re

from service.query import Query
from service.query.intent import asks_number
from service.sources import Source

LEAST_CHARS = 3

_INTRODUCES = re.compile("[:：]$|(?:如下|以下)[^。]{0,12}$")
_FILLER = re.compile(
    "^(?:本站|本文|本篇|希望|小编|以下是|下面|接下来|总之|综上)|(?:本站|本文|本篇文章)将|显得尤为重要|静候佳音|越来越受到|(?:这些|上述|以上|该)(?:号码|电话)"
)
_DOUBTFUL = frozenset({"example_number", "unnamed_lender_number", "site_contact"})


def introduces(source: Source) -> bool:
    """Return whether the sentence only introduces what comes after it."""
    return _INTRODUCES.search(source.text.strip()) is not None


def quotable(query: Query, source: Source) -> bool:
    """Return whether a reader may be shown the sentence.

    Filler, orders planted for a machine and what says nothing by itself (可以。) never; a doubtful number only where it is
    asked about, and one that may have lost a digit not to who asks for a number.
    """
    text = source.folded
    if sum(map(str.isalnum, text)) < LEAST_CHARS:
        return False
    if is_filler(source) or source.planted:
        return False
    if is_damaged(source) and (query.answer_type == "quantity" or asks_number(query.search_text)):
        return False
    if not is_doubtful(query, source):
        return True
    return any(number in query.search_text for number in re.findall(r"\d{5,}", text))


def is_filler(source: Source) -> bool:
    """Return whether the sentence only leads over to what comes after it, or asks."""
    return _FILLER.search(source.folded) is not None or source.folded.rstrip().endswith(("?", "？"))


def is_doubtful(query: Query, source: Source) -> bool:
    """Return whether a number in the sentence may be nobody's, or not that of whom the question is about.

    The number of another lender or office answers only who does not ask of one of our products.
    """
    codes = {warning.code for warning in source.warnings} & _DOUBTFUL
    if codes == {"unnamed_lender_number"} and not source.nameless:
        return bool(query.products)
    return bool(codes)


def is_damaged(source: Source) -> bool:
    """Return whether a number in the sentence may have lost a digit on the crawled page."""
    return any(warning.code == "damaged_number" for warning in source.warnings)
