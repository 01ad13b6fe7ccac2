"""Which passages may answer: a 花呗 passage does not answer a 借呗 question, one said of any lender does."""

from collections.abc import Collection

from ingest.fold import fold
from ingest.records import Passage, Product
from service.query.product import OURS, find_other_lenders, find_products


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
    if wanted & set(OURS):
        return wanted | {"通用"}
    return wanted


def speaks_of_another(lenders: Collection[str], passage: Passage) -> bool:
    """Return whether ``passage`` speaks of a product or lender that is none of the ``lenders`` asked about.

    An article is about those that its title names, a section about those of its headings; there a mention in passing
    (未来申请信用卡会受影响) answers for nobody else. What is about none may answer for whom it mentions, or for any.
    """
    if not lenders:
        return False
    title = fold("\n".join((passage.title, *passage.heading)))
    if any(lender in title for lender in lenders):
        return False
    return bool(set(passage.product) & set(OURS)) or bool(find_other_lenders(title))
