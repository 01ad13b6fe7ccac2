"""Which passages may answer: a 花呗 passage does not answer a 借呗 question, one said of any lender does."""

from collections.abc import Collection

from ingest.fold import fold
from ingest.records import Passage, Product
from service.query.product import find_other_lenders, find_products


def admitted(asked: frozenset[Product], folded_query: str) -> frozenset[Product] | None:
    """Return the products whose passages may be shown, or None for all.

    ``asked`` is the restriction; where it is empty the products that the question names restrict. What is said of any
    lender (通用) answers for a named one. A passage whose lender is lost (unknown) answers only where nothing is asked
    about a product, or where it is asked for by name.

    >>> sorted(admitted(frozenset(), "借呗逾期"))
    ['借呗', '通用']
    """
    wanted = asked or frozenset(find_products(folded_query))
    if not wanted:
        return None
    if wanted & {"花呗", "借呗"}:
        return wanted | {"通用"}
    return wanted


def speaks_of_another(lenders: Collection[str], passage: Passage) -> bool:
    """Return whether ``passage`` speaks of a product or lender, and of none of the other ``lenders`` that are asked about.

    Its article is about those that the title names; what is about none may answer for any.
    """
    if not lenders:
        return False
    folded = fold(passage.embedded_text)
    if any(lender in folded for lender in lenders):
        return False
    title = fold(passage.title)
    return bool(find_products(title) or find_other_lenders(title))
