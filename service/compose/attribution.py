"""Whose product a sentence speaks of, and who says it, where the reader could not tell."""

import re
from collections.abc import Sequence

from service.folded import folded
from service.query import Query
from service.query.terms import content_terms
from service.sources import Source

_TITLE_END = re.compile("[?!,:;？！，：；。、|_ —-]")


def label(query: Query, chosen: Sequence[Source], place: int) -> str:
    """Return the words that say whose product a sentence speaks of, where the reader could not tell.

    Needed where the asker named no product and the answer has one, or where the answer mixes several.
    """
    product = chosen[place].passage.product
    if place and product == chosen[place - 1].passage.product:
        return ""
    asked = set(query.products)
    mixed = len({source.passage.product for source in chosen}) > 1
    if asked & set(product) and not mixed and not query.one_of_several:
        return ""
    if "unknown" in product:
        return _attribution(query, chosen[place])
    if "通用" in product:
        return "一般来说:" if mixed or asked else ""
    name = "、".join(product)
    return "" if chosen[place].text.startswith(name) else f"{name}:"


def _attribution(query: Query, source: Source) -> str:
    """Return who says it, of an article on something else than our products.

    By its title, unless the question names what the title names; one whose lender was cut out has no name to go by.
    """
    if source.nameless:
        return "一篇没有写明平台的文章说:"
    title = folded(source.article.title)
    if any(term in title for term in content_terms(query.search_text)):
        return ""
    return f"《{_TITLE_END.split(source.article.title, maxsplit=1)[0]}》说:"
