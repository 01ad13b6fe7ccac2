"""The separate questions inside one message, each to be answered or honestly left open."""

import re

from ingest.records import Product
from service.query.product import find_products
from service.query.terms import content_terms

MAX_PARTS = 3

_END = re.compile(r"(?<=[?。!;\n])")
_ASKS = re.compile(
    "[?]|吗|呢|怎么|怎样|如何|咋|什么|啥|哪|多少|多久|几天|会不会|能不能|可不可以|是不是|要不要|有没有|可否|能否|是否|该不该|为啥"
)
# 花呗和借呗是一样的吗 asks of the two together.
_TOGETHER = re.compile("一样|相同|同一|一回事|关系|互通|通用|共用|影响(?:花呗|借呗)")
# 无论资料怎么写 asks for nothing.
_WHATEVER = re.compile("(?:无论|不管|不论)[^,。?!;]*")


def split_question(text: str, products: tuple[Product, ...]) -> tuple[tuple[str, tuple[Product, ...]], ...]:
    """Return ``(text, products)`` of each separate question; one pair where there is nothing to split.

    Statements are background to the whole and split nothing. A question about both products is asked of each, but for one on what the two
    have to do with each other.

    >>> split_question("花呗逾期会影响征信吗?怎么申请减免?", ("花呗",))
    (('花呗逾期会影响征信吗?', ('花呗',)), ('怎么申请减免?', ('花呗',)))
    """
    pieces = [piece.strip() for piece in _END.split(text) if content_terms(piece)]
    questions = [piece for piece in pieces if _ASKS.search(_WHATEVER.sub("", piece))]
    if 2 <= len(questions) <= MAX_PARTS and len(products) < 2:
        return tuple((question, find_products(question) or products) for question in questions)
    if len(products) == 2 and len(questions) < 2 and not _TOGETHER.search(text):
        return tuple((_only(text, product, products), (product,)) for product in products)
    return ((text, products),)


def _only(text: str, product: Product, products: tuple[Product, ...]) -> str:
    """Return ``text`` asked of ``product`` alone: 花呗和借呗逾期… becomes 花呗逾期…."""
    names = "|".join(products)
    joined = re.sub(
        rf"(?:{names})\s*(?:和|跟|与|、|,|还是|或者?|及)?\s*(?:{names})(?:都|分别)?", product, text
    )
    if joined != text:
        return joined
    other = next(name for name in products if name != product)
    return text.replace(other, "")
