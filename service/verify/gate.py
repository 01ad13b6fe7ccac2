"""The exact gate: facts, names and bounds that the cited text does not hold fail a sentence, however well it reads.

Read: the folded claim and its evidence. Out comes the first fact, name or bound that is not the source's, or None.
"""

import re
from collections.abc import Sequence

from ingest.records import Product
from service.query.product import find_other_lenders, find_products
from service.verify.bounds import find_bounds, names_of
from service.verify.evidence import Evidence
from service.verify.facts import Fact, find_facts

# Names of others' platforms and services that are no lenders, but are no more interchangeable than lenders are.
_PLATFORM = re.compile("微信|京东|淘宝|美团|抖音|拼多多|qq|百度|滴滴|携程|银联|余额宝")


# What is named after the month is due every month.
_MONTHLY = re.compile("月(?:供|费|租|付|缴|薪|还款|收入)")


def alien_fact(text: str, evidence: Sequence[Evidence]) -> Fact | None:
    """Return a fact of ``text`` that none of the cited quotes holds; products are judged apart."""
    known = {name for item in evidence for fact in find_facts(item.quote) for name in names_of(fact)}
    known |= {"每月" for item in evidence if _MONTHLY.search(item.quote)}
    alien = sorted(fact for fact in find_facts(text) if fact.kind != "product" and not names_of(fact) & known)
    return alien[0] if alien else None


def other_bound(text: str, evidence: Sequence[Evidence]) -> str | None:
    """Return a quantity that ``text`` makes the least where the quotes make it the most, or the other way round."""
    theirs = find_bounds("。".join(item.quote for item in evidence))
    for value, sides in find_bounds(text).items():
        if value in theirs and not sides & theirs[value]:
            return value
    return None


def wrong_name(text: str, evidence: Sequence[Evidence], asked_about: Sequence[Product]) -> str | None:
    """Return the product, lender or platform that the evidence cannot carry, or None.

    Where the sentence names no product of ours, it speaks of what was asked about.
    """
    said = "\n".join(f"{item.quote}\n{item.context}" for item in evidence)
    for name in (*find_other_lenders(text), *_PLATFORM.findall(text)):
        if name not in said:
            return str(name)
    named = find_products(text)
    for product in named or asked_about:
        if not any(_carries(item, product, bool(named)) for item in evidence):
            return product
    return None


def _carries(item: Evidence, product: Product, named: bool) -> bool:
    return product in item.product or product in item.context or ("通用" in item.product and not named)
