"""Discourse markers that lead in an answer and claim nothing: an assent to the question, the source, a link to what went before.

Read: the folded claim. Out comes the claim without them, or the assent that the rest goes against.
"""

import re
from collections.abc import Sequence

from service.query.product import OTHER_LENDERS, OURS
from service.verify.reading import denials

_PRODUCT = re.compile(f"(?P<name>{'|'.join(OURS)}|{OTHER_LENDERS.pattern})的?")
_PAUSE = "[,，:：、]"
_FRAME = re.compile(
    f"(?:是的|对的?|没错|您好|你好|答|一般来说|一般来讲|通常来说|总的来说|简单来说|具体来说|"
    f"(?:根据|按照|依据|据)(?:以上|上述|本|该|这[篇些份])?(?:文章|资料|原文|来源|文中|内容)(?:所[述说]|的?(?:内容|说法|介绍))?){_PAUSE}"
)
_LINK = re.compile(f"(?:此外|另外|而且|并且|同时|因此|所以){_PAUSE}?|[还也](?=会|可能|可以|要|能|需)")
_ASSENT = re.compile(f"(?P<not>不)?(?P<verb>会|可以|能|能够|需要|要|行|算|收|用|应该|一定)的?{_PAUSE}")
_UNTOUCHED = re.compile(f"(?:不|没有?|无)影响的?{_PAUSE}")
_TOUCHED = re.compile("(?:^|[,，。;；])[^不没无未,，。;；]*影响")


def without_lead(text: str) -> str:
    """Return folded ``text`` without what leads it in; an assent or a refusal that the rest goes against is kept.

    >>> without_lead("会的,逾期会影响信用"), without_lead("不会的,提前还款不收违约金"), without_lead("还会影响信用")
    ('逾期会影响信用', '提前还款不收违约金', '会影响信用')
    >>> without_lead("会的,逾期不会影响信用"), without_lead("不会的,逾期会影响信用")
    ('会的,逾期不会影响信用', '不会的,逾期会影响信用')
    """
    frame = _FRAME.match(text) or _LINK.match(text)
    if frame:
        return without_lead(text[frame.end() :])
    assent = _ASSENT.match(text)
    if assent is None:
        return text
    rest = text[assent.end() :]
    agrees = any(b < e for b, e in denials(rest)) if assent["not"] else f"不{assent['verb']}" not in rest
    return rest if agrees else text


def at_odds(text: str) -> str | None:
    """Return the assent or refusal that folded ``text`` begins with and then says the opposite of, or None.

    >>> at_odds("不会的,逾期会影响信用"), at_odds("会的,逾期不会影响信用"), at_odds("不行,只能本人办理")
    ('不会的', '会的', None)
    >>> at_odds("不影响,以后贷款会受影响"), at_odds("不影响,提前还款不会影响信用")
    ('不影响', None)
    """
    bare = without_lead(text)
    untouched = _UNTOUCHED.match(bare)
    if untouched and _TOUCHED.search(bare[untouched.end() :]):
        return untouched.group()[:-1]
    assent = _ASSENT.match(bare)
    if assent is None:
        return None
    verb, rest = assent["verb"], assent.string[assent.end() :]
    opposite = verb in rest.replace(f"不{verb}", "") if assent["not"] else f"不{verb}" in rest
    return assent.group()[:-1] if opposite else None


def without_products(claim: str, quotes: Sequence[str]) -> str:
    """Return folded ``claim`` without the products and lenders that no quote names.

    Whether they are the right ones is for the gate; a source on one product seldom repeats its name.

    >>> without_products("花呗的账单日是每月1日", ["账单日是每月1日"]), without_products("花呗会收取罚息", ["花呗收罚息"])
    ('账单日是每月1日', '花呗会收取罚息')
    """
    said = "\n".join(quotes)
    return _PRODUCT.sub(lambda match: match.group() if match["name"] in said else "", claim)
