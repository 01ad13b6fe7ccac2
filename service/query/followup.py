"""Make a follow-up whole from the history, without an LLM."""

import re
from collections.abc import Sequence

from service.query.product import find_lenders_asked_about, find_products
from service.query.terms import content_terms

MAX_TURNS = 6
_SHORT_CHARS = 6

_LEADING = re.compile(
    "^(?:那|那么|那如果|如果|要是|假如|万一|还有|另外|具体|然后|之后|接着|接下来|为什么|为啥|它|他们|她们|对方|这个|这种|这样|这|此|除此|除了|比如|需要(?!还)|多久|要多久|几天|怎么写|怎么说|哪些|什么|有用吗|可以吗|行吗|是吗|真的)"
)
_SWAP = re.compile(
    r"^(?:那么?|换成|如果是|要是|至于|对于)?\s*(?P<what>\S.{0,11}?)\s*(?:呢|怎么样|的话呢?|也一样吗|也是吗|一样吗|也可以吗|行吗)[?]?$"
)
_OPENERS = re.compile("^(?:对了|另外|还有|顺便(?:问一?下)?|再问(?:一个|一?下)?|那么?)[,\\s]*")
_QUESTION_WORDS = re.compile("请问|怎么办|怎么|怎样|如何|咋办|咋整|咋|可以吗|行吗|吗|呢|[?!]")


def is_followup(folded: str) -> bool:
    """Return whether ``folded`` leans on what was asked before: it opens with a pointer, or is too short to stand.

    >>> is_followup("那花呗呢"), is_followup("花呗逾期会影响征信吗")
    (True, False)
    """
    if _LEADING.search(folded):
        return True
    return len(content_terms(folded)) <= 1 or len(folded) <= _SHORT_CHARS


def make_whole(folded: str, earlier: Sequence[str]) -> str:
    """Return ``folded``, which leans on what was asked before, as a question that stands alone.

    ``earlier`` are the folded questions asked before, oldest first, at least one. A question that only names another
    product repeats the last one for it; any other takes over the topic of the last one.

    >>> make_whole("那花呗呢", ["借呗逾期后可以申请延期吗"])
    '花呗逾期后可以申请延期吗'
    """
    last = last_topic(earlier)
    swapped = _swap_product(folded, last)
    if swapped is not None:
        return swapped
    topic = _QUESTION_WORDS.sub("", last).strip(" ,。;")
    if find_products(folded) or find_lenders_asked_about(folded):
        for product in find_products(topic):
            topic = topic.replace(product, "")
    return f"{topic},{folded}"


def last_topic(earlier: Sequence[str]) -> str:
    """Return the last of the folded questions asked before as one that stands alone."""
    last = earlier[0]
    for question in earlier[1:]:
        last = make_whole(question, [last]) if is_followup(question) else question
    return _OPENERS.sub("", last)


def asks_for_another(folded: str, earlier: Sequence[str]) -> bool:
    """Return whether ``folded`` only names another product for which the last question is to be answered.

    >>> asks_for_another("那花呗呢", ["借呗逾期后可以申请延期吗"])
    True
    """
    return _swap_product(folded, last_topic(earlier)) is not None


def _swap_product(folded: str, last: str) -> str | None:
    """Return ``last`` asked of the product that ``folded`` names and nothing else, or None."""
    match = _SWAP.match(folded)
    if match is None:
        return None
    named = find_products(match["what"])
    if len(named) != 1 or set(content_terms(match["what"])) - set(named):
        return None
    before = find_products(last)
    if not before:
        return named[0] + last
    for product in before:
        last = last.replace(product, named[0])
    return last
